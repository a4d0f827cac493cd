package link

import (
	"cmp"
	"runtime"
	"slices"
	"sync"

	"github.com/tripoint-data/tripoint/internal/names"
)

// postings say which names have a word, with what is left of each without it.
type postings struct {
	table  table    // hash of a word → its posting
	ends   []uint32 // posting i stands from ends[i] to ends[i+1]
	ids    []uint32 // names, rising within a posting
	traits []names.Trait
	added  []place // while building
}

// place is where a word stands in a name: as one or more words of it.
type place struct {
	hash, id uint32
	from, to uint8
}

// posting is where a word leads.
type posting struct {
	ids    []uint32
	traits []names.Trait
}

func (p *postings) add(hash uint32, id int32, from, to int) {
	p.added = append(p.added, place{hash, uint32(id), uint8(from), uint8(to)})
}

func (p *postings) build(aliases []alias) {
	slices.SortFunc(p.added, func(a, b place) int {
		return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.id, b.id), cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to))
	})
	p.added = slices.Compact(p.added)
	p.ids, p.traits = make([]uint32, len(p.added)), make([]names.Trait, len(p.added))
	for i, at := range p.added {
		if i == 0 || at.hash != p.added[i-1].hash {
			p.table.add(at.hash, int32(len(p.ends)))
			p.ends = append(p.ends, uint32(i))
		}
		p.ids[i] = at.id
	}
	p.readTraits(aliases)
	p.ends = append(slices.Clip(p.ends), uint32(len(p.added)))
	p.added = nil
	p.table.build(0)
}

// readTraits reads the names on all processors: they lie far apart in memory.
func (p *postings) readTraits(aliases []alias) {
	var each sync.WaitGroup
	share := len(p.added)/runtime.GOMAXPROCS(0) + 1
	for from := 0; from < len(p.added); from += share {
		each.Go(func() {
			for i := from; i < min(from+share, len(p.added)); i++ {
				at := &p.added[i]
				p.traits[i] = aliases[at.id].name.Trait(int(at.from), int(at.to))
			}
		})
	}
	each.Wait()
}

// find returns the posting of a word's hash; an empty one where no name has it.
func (p *postings) find(hash uint32) posting {
	if i, ok := p.index(hash); ok {
		return p.at(i)
	}
	return posting{}
}

func (p *postings) index(hash uint32) (i uint32, ok bool) {
	for _, at := range p.table.find(hash) { // one at the most
		return uint32(at), true
	}
	return 0, false
}

func (p *postings) at(i uint32) posting {
	from, to := p.ends[i], p.ends[i+1]
	return posting{p.ids[from:to], p.traits[from:to]}
}
