package session_test

import (
	"fmt"

	"github.com/sessionlint/sessionlint/session"
)

func ExampleRun() {
	report := session.Run(func() {
		ctx := session.NewContext()
		defer ctx.Free()
		s := session.New()
		ctx.AddSession(s) // the cache takes a reference of its own: s is still owed
	})
	for _, v := range report.Violations {
		fmt.Println(v.Kind, v.Op)
	}
	// Output: missingfree New
}

func ExampleExplore() {
	report := session.Explore(func() {
		s := session.New()
		if session.Choose(2) == 1 {
			s.Free()
		}
		s.Free()
	}, 100)
	for _, v := range report.Violations {
		fmt.Println(v.Kind, v.Op)
	}
	// Output: doublefree Session.Free
}
