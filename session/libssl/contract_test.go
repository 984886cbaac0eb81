//go:build libssl || boringssl || wolfssl

package libssl_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/session/libssl"
)

// Every contract of a function that the library has is executed: what it says
// happens to the counts is what happens, and when everything that it says is
// owed has been given back no session is left, and none died early. What the
// library's profile excepts is not executed.
func TestContracts(t *testing.T) {
	if err := libssl.Init(); err != nil {
		t.Fatal(err)
	}
	profile := profile(t)
	table := contract.Default()
	done := map[string]bool{}
	for i := range libssl.Experiments() {
		name := libssl.ExperimentName(i)
		done[name] = true
		f, ok := table.Lookup(name)
		if !ok || f.Name != name {
			t.Errorf("%s: no contract", name)
			continue
		}
		for _, text := range execute(f, i) {
			t.Errorf("%s: %s", name, text)
		}
	}
	known := map[string]bool{}
	for _, f := range table.Functions() {
		known[f.Name] = true
		_, has := f.In(libssl.Library())
		switch untested := excepted(profile.Untested, f.Name); {
		case untested && (done[f.Name] || !has):
			t.Errorf("%s is excepted, but executed or not in the library", f.Name)
		case !untested && has && !f.Go && !done[f.Name]:
			t.Errorf("%s is not executed", f.Name)
		}
	}
	for _, e := range profile.Untested {
		if !known[e.Name] {
			t.Errorf("exception for %s, which has no contract", e.Name)
		}
	}
	t.Logf("%s: %d functions executed", libssl.Library(), len(done))
}

// execute runs one experiment against the contract, as the library has it, and
// returns what is wrong with that.
func execute(f *contract.Function, experiment int) []string {
	there, _ := f.In(libssl.Library())
	if there == nil {
		return []string{"the contract says that the library lacks the function"}
	}
	before := libssl.Live()
	e := libssl.Experimented(experiment)
	problems := compareCounts(there, e)
	if e.Failed(there.Success) {
		problems = append(problems, "the call failed")
	}
	settle(there, e)
	if n := libssl.Live() - before; n != 0 {
		problems = append(problems, fmt.Sprintf("%d sessions are left when everything the contract says is owed has been given back", n))
	}
	return problems
}

// profile is that of the library.
func profile(t *testing.T) contract.Profile {
	t.Helper()
	for _, p := range contract.Profiles() {
		if p.Library == libssl.Library() {
			if p.Package != "session/libssl" {
				t.Errorf("the profile of %s does not name this package", p.Library)
			}
			return p
		}
	}
	t.Fatalf("no profile of %s", libssl.Library())
	return contract.Profile{}
}

func excepted(list []contract.Untest, name string) bool {
	return slices.ContainsFunc(list, func(u contract.Untest) bool { return u.Name == name })
}

// compareCounts holds the counts after the call against the contract and returns
// what differs.
func compareCounts(f *contract.Function, e libssl.Experiment) (wrong []string) {
	fail := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	slot, arg, uncertain := predicted(f)
	if e.ArgIsSlot() {
		slot += arg
		arg = slot
	}
	for _, r := range f.Results {
		if r.Handle != "SSL_SESSION" || r.Ownership == contract.Static {
			if same, _ := e.Lends(); !same && (r.Ownership == contract.Borrowed || r.Ownership == contract.Static) {
				fail("%s, but two calls return two pointers", r.Ownership)
			}
			continue
		}
		result := e.Result()
		isSlot, isArg := e.ResultIs()
		switch fresh := !isSlot && !isArg; {
		case result.IsNil():
			fail("no result")
		case r.Ownership == contract.OwnedUnlessReuse && e.Reused():
			kept, alive, count := e.Old()
			got := contract.Replaced
			switch {
			case kept:
				got = contract.Overwritten
			case alive && count == 0:
				got = contract.Lost
			}
			if want := f.ReusedIn(libssl.Library()); got != want {
				fail("the object to be reused: contract %q, library %q", want, got)
			}
			if !isArg {
				fail("the result is not what the pointer points to")
			}
		case r.Fresh != fresh:
			fail("contract: fresh %v; the result is the connection's session %v, the argument %v", r.Fresh, isSlot, isArg)
		case fresh && r.Ownership == contract.Borrowed:
			fail("a fresh result is borrowed from nobody")
		case fresh && result.Refs() != 1:
			fail("a fresh result has count %d", result.Refs())
		case !fresh && r.Ownership == contract.Owned:
			slot++
			arg++
		}
	}
	if uncertain {
		return wrong // settling shows whether all is accounted for
	}
	if got := e.Slot(); got != slot {
		fail("count of the connection's session: contract %+d, library %+d", slot, got)
	}
	if got := e.Arg(); got != arg {
		fail("count of the argument: contract %+d, library %+d", arg, got)
	}
	return wrong
}

// predicted is what the contract's parameters do to the counts of the
// connection's session and of a session argument. uncertain: the contract says
// that it depends.
func predicted(f *contract.Function) (slot, arg int, uncertain bool) {
	keeps := slices.ContainsFunc(f.Params, func(p contract.Param) bool { return p.Effect == contract.Own })
	for i := range f.Params {
		p := f.Param(i)
		switch {
		case p.Effect == contract.MayEnd:
			uncertain = true
		case p.Effect == contract.EndsBorrows:
			slot--
		case p.Effect == contract.DropsCached && keeps: // drops others than the argument
		case p.Effect == contract.DropsCached:
			arg--
		case p.Handle != "SSL_SESSION":
		case p.Effect == contract.UpRef, p.Effect == contract.Own:
			arg++
		case p.Effect == contract.Free:
			arg--
		}
	}
	return slot, arg, uncertain
}

// settle gives back what the contract says the caller owes, and then what the
// experiment held.
func settle(f *contract.Function, e libssl.Experiment) {
	owned := false
	for _, r := range f.Results {
		if r.Handle == "SSL_SESSION" {
			owned = r.Ownership == contract.Owned || r.Ownership == contract.OwnedUnlessReuse && !e.Reused()
		}
	}
	e.Owes(owned)
	if _, alive, _ := e.Old(); e.Reused() && alive && f.ReusedIn(libssl.Library()) == contract.Lost {
		e.FreeOld()
	}
	for i := range f.Params {
		if p := f.Param(i); p.Handle == "SSL_SESSION" && p.Effect == contract.UpRef {
			e.FreeArg()
		}
	}
	e.Close()
}

// A wrong contract is noticed: each one about sessions is executed with another
// ownership of its result and with other effects on its session argument.
func TestWrongContractsAreNoticed(t *testing.T) {
	if err := libssl.Init(); err != nil {
		t.Fatal(err)
	}
	tried := 0
	for i := range libssl.Experiments() {
		f, ok := contract.Default().Lookup(libssl.ExperimentName(i))
		if !ok {
			t.Fatalf("%s: no contract", libssl.ExperimentName(i))
		}
		f, _ = f.In(libssl.Library())
		if f == nil {
			continue // TestContracts complains
		}
		for _, wrong := range wrongly(f) {
			e := libssl.Experimented(i)
			if e.Reused() {
				e.Close()
				continue // the argument is the result
			}
			tried++
			if len(compareCounts(wrong, e)) == 0 {
				t.Errorf("%s: %+v %+v goes unnoticed", f.Name, wrong.Params, wrong.Results)
			}
			settle(f, e)
		}
	}
	if tried < 50 {
		t.Errorf("only %d wrong contracts tried", tried)
	}
}

// wrongly returns the contract with one thing wrong at a time. What only may
// happen is left out: nothing contradicts it.
func wrongly(f *contract.Function) (out []*contract.Function) {
	if _, _, uncertain := predicted(f); uncertain {
		return nil
	}
	for i, r := range f.Results {
		if r.Handle != "SSL_SESSION" || r.Ownership == contract.OwnedUnlessReuse || r.Ownership == contract.Static {
			continue
		}
		c := *f
		c.Results = slices.Clone(f.Results)
		c.Results[i].Ownership = contract.Owned
		if r.Ownership == contract.Owned {
			c.Results[i].Ownership = contract.Borrowed
		}
		out = append(out, &c)
		c2 := *f
		c2.Results = slices.Clone(f.Results)
		c2.Results[i].Fresh = !r.Fresh
		out = append(out, &c2)
	}
	for i, p := range f.Params {
		if p.Handle != "SSL_SESSION" {
			continue
		}
		for _, effect := range []contract.Effect{contract.Use, contract.UpRef, contract.Free} {
			if neutral(effect) == neutral(p.Effect) && (neutral(effect) || gains(effect) == gains(p.Effect)) {
				continue
			}
			c := *f
			c.Params = slices.Clone(f.Params)
			c.Params[i].Effect = effect
			out = append(out, &c)
		}
	}
	return out
}

func neutral(e contract.Effect) bool { return !gains(e) && e != contract.Free }

func gains(e contract.Effect) bool { return e == contract.UpRef || e == contract.Own }
