//go:build linux || darwin

package metrics

import "syscall"

// DiskOf measures the disk of a folder.
func DiskOf(dir string) Disk {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return Disk{} // not known is not low
	}
	return Disk{Free: s.Bavail * uint64(s.Bsize), Size: s.Blocks * uint64(s.Bsize)}
}
