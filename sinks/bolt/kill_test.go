package bolt_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/tripoint-data/tripoint/record"
	"github.com/tripoint-data/tripoint/sinks/bolt"
)

// killEnv names the store that a child process loads until it is killed.
const killEnv = "TRIPOINT_TEST_KILL"

func TestMain(m *testing.M) {
	if dir := os.Getenv(killEnv); dir != "" {
		if err := loadForEver(context.Background(), dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// killRows is more than one transaction of a load.
const killRows = 10_000

// loadForEver replaces everything by a next generation, again and again, and
// walks along an endless crawl meanwhile.
func loadForEver(ctx context.Context, dir string) error {
	s, err := bolt.Open(dir, options())
	if err != nil {
		return err
	}
	f, err := s.Frontier(ctx, "crawl", "run")
	if err != nil {
		return err
	}
	fault := make(chan error, 1)
	go func() { fault <- crawlForEver(ctx, f) }()
	at, err := generation(ctx, s)
	if err != nil {
		return err
	}
	fmt.Println("ready")
	for n := at + 1; ; n++ {
		l, err := s.Begin(ctx, "src", strconv.Itoa(n), bolt.Full)
		if err != nil {
			return err
		}
		for i := range killRows {
			err := l.Put(ctx,
				&record.Tag{ID: fmt.Sprintf("US%d/2024/ai", i), Patent: strconv.Itoa(n)},
				&record.Shipment{ID: fmt.Sprintf("src/20200%d/%d", 1+i%3, i), Status: strconv.Itoa(n)})
			if err != nil {
				return err
			}
		}
		if _, err := l.Commit(ctx); err != nil {
			return err
		}
		select {
		case err := <-fault:
			return err
		default:
		}
	}
}

// crawlForEver follows one link from each page to the next.
func crawlForEver(ctx context.Context, f *bolt.Frontier) error {
	if err := f.Add(ctx, record.Request{URL: "https://host.test/", Step: 1}); err != nil {
		return err
	}
	for {
		r, err := f.Lease(ctx)
		if err != nil {
			return err
		}
		next := r
		next.Step++
		if err := errors.Join(f.Add(ctx, next), f.Done(ctx, r)); err != nil {
			return err
		}
	}
}

// generation returns the one generation that all records of the store are of.
func generation(ctx context.Context, s *bolt.Store) (int, error) {
	found := map[string]int{}
	for r, err := range s.Scan(ctx, record.KindTag, "") {
		if err != nil {
			return 0, err
		}
		found[r.(*record.Tag).Patent]++
	}
	for r, err := range s.Scan(ctx, record.KindShipment, "") {
		if err != nil {
			return 0, err
		}
		found[r.(*record.Shipment).Status]++
	}
	for n, rows := range found {
		if len(found) > 1 || rows != 2*killRows {
			return 0, fmt.Errorf("a load is visible in part: %v", found)
		}
		return strconv.Atoi(n)
	}
	return 0, nil
}

// TestKill kills a process at random moments of its loads: the store opens,
// shows one whole load, has nothing left over, and goes on.
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	ctx, dir := t.Context(), t.TempDir()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	last, step := 0, 0
	longest := 900 * time.Millisecond
	for round := 0; round < 6 || last == 0; round++ {
		if longest > 30*time.Second {
			t.Fatal("no load was committed before the kills: nothing was tested")
		}
		kill(t, dir, time.Duration(r.Int64N(int64(longest))))
		s := open(t, dir)
		n, err := generation(ctx, s)
		if err != nil {
			t.Fatal(err)
		}
		if n < last {
			t.Errorf("generation %d after %d: a committed load was lost", n, last)
		}
		if n == 0 { // a slow machine commits nothing in the time
			longest *= 2
		}
		last = n
		if n, err := s.Leftovers(); n != 0 || err != nil {
			t.Errorf("%d rows or files are left over, %v", n, err)
		}
		f, err := s.Frontier(ctx, "crawl", "run")
		if err != nil {
			t.Fatal(err)
		}
		req, err := f.Lease(ctx)
		if err != nil && !errors.Is(err, io.EOF) || err == nil && req.Step < step {
			t.Errorf("the crawl stands at step %d after %d, %v", req.Step, step, err)
		}
		if errors.Is(err, io.EOF) && step > 0 {
			t.Error("the crawl was forgotten")
		}
		step = req.Step
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d loads, %d pages", last, step)
}

func kill(t *testing.T, dir string, after time.Duration) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env, cmd.Stderr = append(os.Environ(), killEnv+"="+dir), os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "ready\n" {
		t.Fatalf("the child says %q, %v", line, err)
	}
	time.Sleep(after)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &exit) || exit.Exited() {
		t.Fatalf("the child ended by itself: %v", err)
	}
}
