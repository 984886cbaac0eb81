package replay

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/session"
)

// What the simulation knows of events it has from contracts: what a call does to
// references and loans, and what a callback is lent, offered or asked for. Each
// event has to be an operation of package session, whose functions have contracts
// in the same words, and replay has to carry it out by that operation.

// noEvent are the effects of which no change of a count and no end of a loan is known.
var noEvent = []contract.Effect{
	contract.Use, contract.OutValue, contract.OutOwned, contract.StorePointer, contract.SetValue, contract.Callback, contract.Unknown,
}

// eventOf names what a call does to argument i, "" if that is no event.
func eventOf(f *contract.Function, i int) string {
	p := f.Param(i)
	if slices.Contains(noEvent, p.Effect) {
		return ""
	}
	return fmt.Sprintf("%s %s", p.Effect, p.Handle)
}

// interpreted are the functions whose events replay works out from the contract,
// with the reason.
var interpreted = map[string]string{
	"SSL_SESSION_copy_without_early_data": "not in OpenSSL",
	"SSL_SESSION_set_ticket":              "not in OpenSSL",
	"BIO_ssl_copy_session_id":             "the connections are inside BIOs",
	"SSL_set_SSL_CTX":                     "a connection's context counts for nothing that is followed",
	"SSL_dup":                             "which of two objects it gives depends on the handshake",
	"d2i_SSL_SESSION_ex":                  "its contract says what that of d2i_SSL_SESSION says",
	"d2i_SSL_SESSION_bio":                 "the same",
	"SSL_SESSION_set1_hostname":           "parts of sessions are told apart by the function that lends them",
	"SSL_SESSION_set1_alpn_selected":      "the same",
	"SSL_SESSION_set1_ticket_appdata":     "the same",
	"SSL_use_certificate":                 "certificates, keys and stores have no runtime",
	"SSL_CTX_use_certificate":             "the same",
	"SSL_use_PrivateKey":                  "the same",
	"SSL_CTX_use_PrivateKey":              "the same",
	"SSL_CTX_add1_chain_cert":             "the same",
	"SSL_CTX_set1_cert_store":             "the same",
	"SSL_CTX_set1_verify_cert_store":      "the same",
	"SSL_set_tmp_dh":                      "the same",
	"SSL_CTX_set_tmp_dh":                  "the same",
}

// Every event of a C function is an operation of the runtime, by which replay
// carries it out.
func TestEventsAreOperations(t *testing.T) {
	table := contract.Default()
	runtime := map[string]bool{}
	for _, f := range table.Functions() {
		for i := range f.Params {
			if f.Go {
				runtime[eventOf(f, i)] = true
			}
		}
	}
	used := map[string]bool{}
	for _, f := range table.Functions() {
		for i := range f.Params {
			e := eventOf(f, i)
			if e == "" || f.Go || f.Param(i).Effect == contract.OutBorrowed {
				continue
			}
			known := operations(f.Name) != nil
			used[f.Name] = used[f.Name] || !known
			if !known && interpreted[f.Name] == "" {
				t.Errorf("%s: %s is no operation of replay", f.Name, e)
			}
			if !runtime[e] && interpreted[f.Name] == "" {
				t.Errorf("%s: %s is no operation of package session", f.Name, e)
			}
		}
	}
	for name := range interpreted {
		if f, ok := table.Lookup(name); !ok || operations(f.Name) != nil || !used[name] {
			t.Errorf("%s is excepted without need", name)
		}
	}
	for _, w := range contract.Effects() {
		e := contract.Effect(w.Word)
		if is := slices.ContainsFunc(table.Functions(), func(f *contract.Function) bool {
			return slices.ContainsFunc(f.Params, func(p contract.Param) bool { return p.Effect == e })
		}); !is && !slices.Contains(noEvent, e) && e != contract.Take {
			t.Errorf("no contract has the effect %s", e)
		}
	}
}

// What may end a loan does so as an operation: whatever function the simulation
// takes an EventStep for, replay has one for it that ends the loan.
func TestPossibleEndsAreOperations(t *testing.T) {
	table := contract.Default()
	conditions := map[string]bool{}
	for _, f := range table.Functions() {
		for i := range f.Params {
			p := f.Param(i)
			why := p.Uncaches
			if p.Effect == contract.MayEnd || p.Effect == contract.DropsCached {
				why = p.Why
			}
			if why == "" {
				continue
			}
			conditions[string(p.Effect)+" "+p.Handle] = true
			if operations(like(f)) == nil && interpreted[f.Name] == "" && !strings.HasPrefix(f.Name, "github.com/") {
				t.Errorf("%s may end a loan if %s, and is no operation", f.Name, why)
			}
		}
	}
	for _, e := range table.Events() {
		for _, name := range e.Triggers {
			if operations(name) == nil && interpreted[name] == "" {
				t.Errorf("event %q: its trigger %s is no operation", e.Event, name)
			}
		}
	}
	if len(conditions) < 5 {
		t.Errorf("only %d kinds of events may end a loan", len(conditions))
	}
}

// A callback of C is one of package session, with the same rules of who owns what.
func TestCallbacksAreOperations(t *testing.T) {
	table := contract.Default()
	registered := map[string]bool{}
	for _, f := range table.Functions() {
		for i := range f.Params {
			if p := f.Param(i); f.Go && p.Effect == contract.Callback {
				registered[p.Callback] = true
			}
		}
	}
	counted := 0
	for _, kind := range table.Callbacks() {
		rules := ownership(kind)
		if strings.HasPrefix(kind.Kind, "go_") || !slices.ContainsFunc(rules, aboutSession) {
			continue
		}
		counted++
		name := kind.Kind
		if !registered[name] {
			name = "go_" + name
		}
		twin, ok := table.CallbackKind(name)
		if !ok || !registered[name] {
			t.Errorf("callback %s is none of package session", kind.Kind)
			continue
		}
		if got := ownership(twin); !slices.Equal(got, rules) {
			t.Errorf("callback %s: %q in C, %q in package session", kind.Kind, rules, got)
		}
	}
	if counted < 6 {
		t.Errorf("only %d kinds of callbacks", counted)
	}
	// What frees without being called: the collector. The tables know it by the
	// functions that it calls.
	_ = (*session.Ledger).SetCollector
}

func aboutSession(rule string) bool { return strings.HasPrefix(rule, session.SessionObject+" ") }

// ownership lists what a callback is given and asked for, wherever it stands.
func ownership(kind *contract.CallbackKind) []string {
	var out []string
	for _, p := range append(slices.Clone(kind.Params), kind.Results...) {
		if p.Given != "" {
			out = append(out, strings.TrimSpace(cmp.Or(p.Handle, "flag")+" "+p.Given+" "+p.When))
		}
	}
	slices.Sort(out)
	return out
}
