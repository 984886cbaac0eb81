package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"syscall"
	"time"
)

// A sample is what one `go vet` cost, the go command and all its children together.
type sample struct {
	cpu  float64 // seconds, user and system
	wall float64 // seconds
	peak float64 // MB, of the largest process
}

func cpu(s sample) float64  { return s.cpu }
func wall(s sample) float64 { return s.wall }
func peak(s sample) float64 { return s.peak }

func median(samples []sample, of func(sample) float64) float64 {
	values := make([]float64, len(samples))
	for i, s := range samples {
		values[i] = of(s)
	}
	slices.Sort(values)
	n := len(values)
	return (values[(n-1)/2] + values[n/2]) / 2
}

// measure runs the tool on the module twice, under an identity that it never
// had before: first nothing of it is cached, then everything.
func measure(dir string, t tool, work string) (s struct{ cold, warm sample }, err error) {
	path, err := t.fresh(work)
	if err != nil {
		return s, err
	}
	defer os.Remove(path)
	if s.cold, err = vet(dir, path); err != nil {
		return s, fmt.Errorf("%s: %w", t.name, err)
	}
	s.warm, err = vet(dir, path)
	return s, err
}

func vet(dir, tool string) (sample, error) {
	cmd := exec.Command("go", "vet", "-vettool="+tool, "-json", "./...")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	from := time.Now()
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return sample{}, err
	}
	if exit != nil {
		return sample{}, fmt.Errorf("%w\n%s", err, &stderr)
	}
	usage := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	return sample{
		cpu:  (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds(),
		wall: time.Since(from).Seconds(),
		peak: float64(usage.Maxrss) / 1024,
	}, nil
}
