package world

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// paper is one patent document of the world.
type paper struct {
	number    string // 20990000123, 99000123, D9900001
	kind      string // A1, B2, S1
	title     string
	abstract  string
	claim     string
	applicant []owner
	assignee  []owner
	inventors []string // Last; First
	appno     string   // 99/000123
	filed     string   // 2021-03-04
	published string
	cpc, more []string // inventive, additional
	ipc       []string
}

type owner struct{ name, city, state, country string }

func (p paper) grant() bool { return !strings.HasPrefix(p.kind, "A") }

// guid is a document's name in Public Search.
func (p paper) guid() string { return "US-" + p.number + "-" + p.kind }

// topic is something to invent.
type topic struct {
	title, abstract, claim string
	cpc, more, ipc         []string
}

// topics in critical and emerging technologies, and ordinary ones after them.
var topics = []topic{
	{
		"Lidar ranging method with adaptive pulse coding",
		"A lidar emits a sequence of coded laser pulses, receives the pulses reflected by an obstacle, and determines the range to the obstacle for the navigation of an autonomous vehicle.",
		"A lidar ranging method comprising emitting coded laser pulses toward a scene and determining a range from the time of flight of reflected pulses.",
		[]string{"G01S17/10", "G01S17/931"},
		[]string{"B60W60/001"},
		[]string{"G01S17/10", "G01S17/931"},
	},
	{
		"Convolutional neural network training with quantized gradients",
		"A convolutional neural network is trained by machine learning on several accelerators. Gradients are quantized before they are exchanged, so that the deep learning model converges with less traffic.",
		"A method of training a neural network, comprising computing gradients by backpropagation, quantizing the gradients, and updating weights of the neural network.",
		[]string{"G06N3/084", "G06N3/063"},
		nil,
		[]string{"G06N3/08"},
	},
	{
		"Qubit readout by dispersive coupling to a resonator",
		"A superconducting qubit is coupled dispersively to a readout resonator of a quantum processor. A pulse shaped for the resonator reads the quantum state of the qubit with low error.",
		"A quantum computing apparatus comprising a superconducting qubit and a readout resonator coupled to the qubit.",
		[]string{"G06N10/40"},
		[]string{"H10N60/12"},
		[]string{"G06N10/40"},
	},
	{
		"Extreme ultraviolet lithography mask with a capping layer",
		"A reflective mask for extreme ultraviolet lithography has a multilayer mirror and a capping layer that protects it while a semiconductor wafer is exposed.",
		"A reflective photomask for extreme ultraviolet lithography comprising a multilayer reflector and a capping layer on the reflector.",
		[]string{"G03F1/24", "G03F7/70033"},
		nil,
		[]string{"G03F1/24"},
	},
	{
		"Unmanned aerial vehicle swarm formation control",
		"Unmanned aerial vehicles of a swarm exchange positions and keep a formation. Each drone plans its own path by a distributed autonomous control.",
		"A method of controlling a swarm of unmanned aerial vehicles, comprising exchanging positions among the vehicles and planning a path of each vehicle autonomously.",
		[]string{"G05D1/104", "B64U2201/102"},
		nil,
		[]string{"G05D1/10"},
	},
	{
		"Gallium nitride power transistor with a field plate",
		"A gallium nitride high electron mobility transistor has a field plate above its gate, which lowers the peak field of the semiconductor device.",
		"A semiconductor device comprising a gallium nitride channel layer, a gate, and a field plate above the gate.",
		[]string{"H10D30/475", "H01L29/7786"},
		[]string{"H01L29/2003"},
		[]string{"H01L29/778"},
	},
	{
		"Face image quality gate before recognition",
		"A face image is captured by a camera, a quality score of the face image is computed, and face recognition of the person is carried out by a neural network if the score passes a gate.",
		"A face recognition method comprising capturing a face image, computing a quality score, and recognizing an identity of a person from the face image.",
		[]string{"G06V40/172", "G06V40/168"},
		[]string{"G06V10/82"},
		[]string{"G06V40/16"},
	},
	{
		"Hypersonic glide body with a transpiration cooled nose",
		"A hypersonic vehicle has a porous nose through which a coolant transpires, protecting the glide body from heat in hypersonic flight.",
		"A hypersonic glide vehicle comprising a porous nose and a reservoir of coolant connected to the nose.",
		[]string{"B64C30/00", "B64G1/58"},
		nil,
		[]string{"B64C30/00"},
	},
	{
		"Lithium metal battery with a polymer interlayer",
		"A solid state lithium battery has a polymer interlayer between its lithium metal anode and a sulfide solid electrolyte for grid energy storage.",
		"A lithium battery comprising a lithium metal anode, a solid electrolyte, and a polymer interlayer between them.",
		[]string{"H01M10/0565", "H01M10/052"},
		[]string{"Y02E60/10"},
		[]string{"H01M10/0565"},
	},
	{
		"Folding deck chair with a cup holder",
		"A folding chair has two crossed legs and a holder for a cup that swings away when the chair is folded.",
		"A folding chair comprising two crossed legs, a seat, and a swinging cup holder.",
		[]string{"A47C4/04"},
		nil,
		[]string{"A47C4/04"},
	},
	{
		"Dough sheeter with a flour duster",
		"A dough sheeter rolls dough between two rollers while a duster spreads flour on the dough.",
		"A dough sheeter comprising two rollers and a flour duster above the rollers.",
		[]string{"A21C3/02"},
		nil,
		[]string{"A21C3/02"},
	},
	{
		"Umbrella rib with a snap joint",
		"A rib of an umbrella has two parts joined by a snap joint that opens under wind and closes again.",
		"An umbrella comprising ribs, each having a snap joint.",
		[]string{"A45B25/02"},
		nil,
		[]string{"A45B25/02"},
	},
	{
		"Bathtub overflow cover",
		"A cover for the overflow of a bathtub is held by a magnet and can be removed without tools.",
		"A bathtub overflow cover comprising a plate and a magnet.",
		[]string{"E03C1/24"},
		nil,
		[]string{"E03C1/24"},
	},
	{
		"Bicycle saddle with a slotted shell",
		"A saddle of a bicycle has a shell with slots that lets its sides flex under a rider.",
		"A bicycle saddle comprising a shell having slots and a cover on the shell.",
		[]string{"B62J1/00"},
		nil,
		[]string{"B62J1/00"},
	},
}

// hikvision is the applicant of the case's patent, as its documents name it.
var hikvision = owner{"HANGZHOU HIKVISION DIGITAL TECHNOLOGY CO., LTD.", "Hangzhou", "", "CN"}

// livenessPaper is the case's patent: facts of US20200334450A1 and its grant.
func livenessPaper(number, kind, published string, cpc, ipc []string) paper {
	return paper{
		number: number, kind: kind, published: published, filed: "2018-12-21", appno: "16/959419",
		title: "Face liveness detection based on neural network model",
		abstract: "Liveness of a face is detected with a neural network model: a visible light image and an infrared image of one object are captured, " +
			"a face image is cut from each, their monochromatic components are joined into one image array, and the array is fed to the trained network, which tells whether the face is alive.",
		claim: "A method for face liveness detection based on a neural network model, comprising obtaining a visible light image and an infrared image of an object, " +
			"extracting a face image from each, joining monochromatic components of both into an image array, and feeding the array into a trained neural network model.",
		applicant: []owner{hikvision}, assignee: []owner{hikvision},
		inventors: []string{"Shen; Chuan", "Ren; Zhihao", "Kang; Weichang"},
		cpc:       cpc, ipc: ipc,
	}
}

// documents are what Public Search holds: the grant of the case, the parts
// that are played, and a crowd.
func documents(p *people) []paper {
	r := random(2)
	all := []paper{livenessPaper("11321963", "B2", "2022-05-03", []string{"G06V40/45", "G06V40/161", "G06V10/82", "G06N3/045"}, []string{"G06V40/16", "G06V30/194"})}
	n := 0
	add := func(t topic, applicant, assignee []owner, grant bool) paper {
		n++
		d := paper{
			number: fmt.Sprintf("2099%07d", n), kind: "A1", title: t.title, abstract: t.abstract, claim: t.claim,
			applicant: applicant, assignee: assignee, inventors: []string{word(r, 2) + "; " + word(r, 2)},
			appno: fmt.Sprintf("99/%06d", n), filed: date(r, 2017, 2018), published: date(r, 2019, 2021),
			cpc: t.cpc, more: t.more, ipc: t.ipc,
		}
		all = append(all, d)
		if grant {
			g := d
			g.number, g.kind, g.published = fmt.Sprintf("99%06d", n), "B2", date(r, 2022, 2024)
			all = append(all, g)
		}
		return d
	}
	own := func(part string) []owner {
		q := p.played[part]
		return []owner{{name: q.name, city: q.city, country: q.country}}
	}
	add(topics[0], own("optics"), own("optics"), true) // an application and its grant: one invention
	add(topics[1], own("digital"), own("digital"), false)
	add(topics[2], own("quantum"), own("quantum"), true)
	add(topics[5], own("semiconductor"), own("semiconductor"), true)
	add(topics[3], own("semiconductor"), own("semiconductor"), false)
	add(topics[9], own("harbour"), own("harbour"), false) // listed, but no such technology
	// Applicant and assignee are two.
	add(topics[4], own("drone"), []owner{strangerOwner(p.strangers[0])}, false)
	// Only the codes of before 2022: faces were G06K9/00221 and below.
	legacy := topics[6]
	legacy.cpc, legacy.more, legacy.ipc = []string{"G06K9/00288", "G06K9/00906"}, nil, []string{"G06K9/00"}
	add(legacy, own("script twin"), own("script twin"), false)
	for i, q := range p.crowd[:80] {
		o := []owner{{name: q.name, city: q.city, country: q.country}}
		add(topics[i%len(topics)], o, o, i%5 == 0)
	}
	for i := len(all); i < 505; i++ {
		o := []owner{strangerOwner(pick(r, p.strangers))}
		add(topics[r.IntN(len(topics))], o, o, false)
	}
	return all
}

func strangerOwner(s stranger) owner {
	o := owner{name: s.name, city: s.city, country: s.country}
	if s.country == "US" {
		o.state = map[string]string{"Savannah": "GA", "Long Beach": "CA", "Newark": "NJ"}[s.city]
	}
	return o
}

// shuffled returns a copy in another order: no publisher sorts for us.
func shuffled[T any](r *rand.Rand, of []T) []T {
	out := append([]T(nil), of...)
	r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}
