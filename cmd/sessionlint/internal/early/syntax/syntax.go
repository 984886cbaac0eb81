// Package syntax ends units that package early leaves in doubt and that, by their
// syntax, cannot matter. The command imports it for that effect; nothing else may.
//
// In: the unit, and what words could not decide. Out: nothing, or the outputs of the
// unit and the end of the process, before the type checker is initialised.
package syntax

import (
	"github.com/sessionlint/sessionlint/cmd/sessionlint/internal/early"
	"github.com/sessionlint/sessionlint/internal/relevance/endings"
)

func init() {
	u, doubt := early.Doubt()
	if doubt == nil {
		return
	}
	if yes, _ := endings.Settle(u, doubt, early.Ends); !yes {
		early.Leave(u)
	}
}
