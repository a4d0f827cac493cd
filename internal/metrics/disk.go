package metrics

import "fmt"

// Disk is the room on a disk, in bytes. One of no size is not known.
type Disk struct{ Free, Size uint64 }

const gib = 1 << 30

// Low says that less than 5 % of the disk are free: of a small disk less than
// 1 GiB, of a large one less than 20 GiB.
func (d Disk) Low() bool { return d.Size > 0 && d.Free < min(max(d.Size/20, gib), 20*gib) }

// String says how much is free.
func (d Disk) String() string {
	return fmt.Sprintf("%.1f of %.1f GiB are free on the disk of the data folder", float64(d.Free)/gib, float64(d.Size)/gib)
}
