package names

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mozillazg/go-pinyin"
	"github.com/mozillazg/go-unidecode"
	"golang.org/x/text/unicode/norm"
)

// cyrillicLatin follows the BGN/PCGN habit of the lists, without apostrophes.
var cyrillicLatin = map[rune]string{
	'а': "a", 'б': "b", 'в': "v", 'г': "g", 'д': "d", 'е': "e", 'ё': "e", 'ж': "zh", 'з': "z", 'и': "i", 'й': "y", 'к': "k", 'л': "l", 'м': "m",
	'н': "n", 'о': "o", 'п': "p", 'р': "r", 'с': "s", 'т': "t", 'у': "u", 'ф': "f", 'х': "kh", 'ц': "ts", 'ч': "ch", 'ш': "sh", 'щ': "shch",
	'ъ': "", 'ы': "y", 'ь': "", 'э': "e", 'ю': "yu", 'я': "ya", 'є': "ye", 'і': "i", 'ї': "yi", 'ґ': "g", 'ў': "u", 'ј': "j", 'љ': "lj", 'њ': "nj",
	'ћ': "c", 'ђ': "dj", 'џ': "dz", 'ѓ': "gj", 'ќ': "kj", 'ѕ': "dz", 'қ': "k", 'ғ': "g", 'ұ': "u", 'ү': "u", 'ө': "o", 'ә': "a", 'ң': "n", 'һ': "h",
}

// latinLatin has the Latin letters that are no letter with an accent.
var latinLatin = map[rune]string{
	'ß': "ss", 'ẞ': "SS", 'ø': "o", 'Ø': "O", 'æ': "ae", 'Æ': "AE", 'œ': "oe", 'Œ': "OE", 'đ': "d", 'Đ': "D", 'ł': "l", 'Ł': "L", 'ı': "i", 'ð': "d",
	'þ': "th", 'ə': "a", 'Ə': "A", 'ħ': "h",
}

var simplePinyin = pinyin.NewArgs()

// transliterate writes every script in Latin letters. Runs of Han, Kana and
// Hangul are cut by the words of the tables first, so that a trade or a legal
// form is translated and only the rest is spelt by sound.
func transliterate(s string) (latin, native string) {
	var out, han strings.Builder
	runes := []rune(s)
	for i := 0; i < len(runes); {
		r := runes[i]
		switch {
		case r < utf8.RuneSelf:
			out.WriteByte(byte(r))
			i++
		case eastAsian(r):
			end := i
			for end < len(runes) && eastAsian(runes[end]) {
				end++
			}
			out.WriteByte(' ')
			spellRun(runes[i:end], &out, &han)
			out.WriteByte(' ')
			i = end
		default:
			out.WriteString(spellRune(r))
			i++
		}
	}
	return out.String(), han.String()
}

func eastAsian(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana) || r == 'ー' || r == '々'
}

func spellRune(r rune) string {
	if to, ok := latinLatin[r]; ok {
		return to
	}
	lower := unicode.ToLower(r)
	if to, ok := cyrillicLatin[lower]; ok {
		if lower != r {
			return strings.ToUpper(to)
		}
		return to
	}
	switch {
	case unicode.Is(unicode.Mn, r), unicode.Is(unicode.Cf, r):
		return ""
	case r == '’' || r == '‘' || r == 'ʼ' || r == 'ʻ' || r == '´':
		return "'"
	case unicode.Is(unicode.Arabic, r), unicode.Is(unicode.Hebrew, r):
		return strings.ToLower(unidecode.Unidecode(string(r)))
	case unicode.IsLetter(r):
		base, _ := utf8.DecodeRuneInString(norm.NFD.String(string(r)))
		if base < utf8.RuneSelf {
			return string(base)
		}
		if to, ok := cyrillicLatin[unicode.ToLower(base)]; ok {
			return to
		}
		return unidecode.Unidecode(string(r))
	case unicode.IsDigit(r), unicode.IsNumber(r):
		return unidecode.Unidecode(string(r))
	}
	return " "
}

// spellRun cuts a run of East Asian characters by the tables' words, longest
// first, and spells what is left: Han by pinyin joined, Kana and Hangul by
// sound. What is left of Han also goes to the native key.
func spellRun(run []rune, out, han *strings.Builder) {
	words := lexicon().native
	rest := 0
	flush := func(end int) {
		if rest < end {
			spellSound(run[rest:end], out, han)
			out.WriteByte(' ')
		}
	}
	for i := 0; i < len(run); {
		if run[i] == '第' {
			if value, n := hanNumber(run[i+1:]); n > 0 {
				flush(i)
				out.WriteString(value + " ")
				i += 1 + n
				rest = i
				continue
			}
		}
		n := 0
		var word string
		for l := min(words.longest, len(run)-i); l > 0; l-- {
			w, ok := words.spelling[string(run[i:i+l])]
			if ok && (l > 1 || i+l == len(run)) { // one character is a word only at the end
				n, word = l, w
				break
			}
		}
		if n == 0 {
			i++
			continue
		}
		flush(i)
		out.WriteString(word)
		out.WriteByte(' ')
		i += n
		rest = i
	}
	flush(len(run))
}

func spellSound(run []rune, out, han *strings.Builder) {
	for _, r := range run {
		switch {
		case unicode.Is(unicode.Han, r):
			if p := pinyin.SinglePinyin(r, simplePinyin); len(p) > 0 {
				out.WriteString(p[0])
			}
			han.WriteRune(simplified(r))
		case r >= 0xac00 && r <= 0xd7a3:
			out.WriteString(hangul(r))
		case r == 'ー':
		default:
			out.WriteString(strings.ToLower(unidecode.Unidecode(string(r))))
		}
	}
}

// simplified turns the traditional characters that names often have.
func simplified(r rune) rune {
	if to, ok := traditional[r]; ok {
		return to
	}
	return r
}

var traditional = func() map[rune]rune {
	from := []rune("電東華廣國際貿業責股術數碼視產車馬龍鳳門開關長張陳劉楊趙黃吳孫鄭馮鄧許蘇葉閻鍾鐘陸羅齊遠達進運連鋼鐵銀錢錄鏡億儀個們價優傳備傑偉儲務動勝勞區醫協單衛圓圖場塊壓寧實寶專導層島帶幫幹廠廢張彈後從復徵徳應恆愛態慶懷戰戲據擴擇機權條極榮樂標樣樹橋檢歐歷歸殘殼氣漢湯溝滿漁濟濱灣為無煙爾獨獲環現瑪瑞畫當療發皇盜監盤眾確礎禮種積穩競筆節範築簡紅紀約級紙納純紡終組結給統絲經綠維網線緒緊緣總縣織繼續聖聯聲職臺興與艦藝藍蘭號蟲術補裝複西規覽觀計訊設訪評試詢該詳認語誠說調談請論證識譜議護豐貝財貨販貴費資賓賢賣賽質賴贊軍軟較載輝輪輸轉農選郵鄉醫釋針鑫鑽閃閉間閣關陽陰陣隆隊階雙雜離雲零靈靜頂項順須預頭題額顏願類顧風飛飯飲館馳驗驅驛魚鮮鳥鴻鵬鹽麗麥點齒")
	to := []rune("电东华广国际贸业责股术数码视产车马龙凤门开关长张陈刘杨赵黄吴孙郑冯邓许苏叶阎钟钟陆罗齐远达进运连钢铁银钱录镜亿仪个们价优传备杰伟储务动胜劳区医协单卫圆图场块压宁实宝专导层岛带帮干厂废张弹后从复征德应恒爱态庆怀战戏据扩择机权条极荣乐标样树桥检欧历归残壳气汉汤沟满渔济滨湾为无烟尔独获环现玛瑞画当疗发皇盗监盘众确础礼种积稳竞笔节范筑简红纪约级纸纳纯纺终组结给统丝经绿维网线绪紧缘总县织继续圣联声职台兴与舰艺蓝兰号虫术补装复西规览观计讯设访评试询该详认语诚说调谈请论证识谱议护丰贝财货贩贵费资宾贤卖赛质赖赞军软较载辉轮输转农选邮乡医释针鑫钻闪闭间阁关阳阴阵隆队阶双杂离云零灵静顶项顺须预头题额颜愿类顾风飞饭饮馆驰验驱驿鱼鲜鸟鸿鹏盐丽麦点齿")
	m := make(map[rune]rune, len(from))
	for i := range min(len(from), len(to)) {
		if from[i] != to[i] {
			m[from[i]] = to[i]
		}
	}
	return m
}()

var (
	hangulLead  = []string{"g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p", "h"}
	hangulVowel = []string{"a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo", "we", "wi", "yu", "eu", "ui", "i"}
	hangulTail  = []string{"", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l", "m", "p", "p", "t", "t", "ng", "t", "t", "k", "t", "p", "t"}
)

// hangul spells a syllable by the Revised Romanization.
func hangul(r rune) string {
	i := int(r - 0xac00)
	return hangulLead[i/588] + hangulVowel[i%588/28] + hangulTail[i%28]
}

// hanNumber reads a Chinese number up to 9999 at the head of run.
func hanNumber(run []rune) (value string, n int) {
	total, digit := 0, 0
	for _, r := range run {
		d := strings.IndexRune("零一二三四五六七八九", r)
		switch {
		case d >= 0:
			digit = len([]rune("零一二三四五六七八九"[:d]))
		case r == '十':
			total += max(digit, 1) * 10
			digit = 0
		case r == '百':
			total += max(digit, 1) * 100
			digit = 0
		default:
			if n == 0 {
				return "", 0
			}
			return itoa(total + digit), n
		}
		n++
	}
	if n == 0 {
		return "", 0
	}
	return itoa(total + digit), n
}
