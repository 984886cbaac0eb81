package simulate

// SummariseAll has every call go by the summary of the callee, where the callee can be
// followed at all: as if it were beyond the limits.
func (s *Simulator) SummariseAll() { s.summariseAll = true }
