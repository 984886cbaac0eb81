package replay

import (
	"fmt"
	"testing"
)

// What a callee gives, its caller gives back: the reference that the connection
// holds for itself is not left over from the call.
func TestGivenByCallee(t *testing.T) {
	const program = `
func f(ssl:SSL)
0:
  s:SSL_SESSION = call g ssl
  %s
  ret
func g(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  ret s
`
	with := func(op string) string { return fmt.Sprintf(program, op) }
	claim := verdictCase{check: "missingfree", site: "g 0.0", siteStep: 2, at: "f 0.ret", steps: "enter f 0.0 g; out g 0.0 1"}
	freed, lost := claim, claim
	freed.name, freed.program, freed.want, freed.reason = "freed", with("api SSL_SESSION_free s"), Unconfirmed, "no reference of the claimed site"
	lost.name, lost.program, lost.want = "lost", with("keepalive s"), Confirmed
	runCases(t, []verdictCase{freed, lost})
}
