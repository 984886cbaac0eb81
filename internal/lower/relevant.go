package lower

// keepRelevant leaves out functions that cannot matter to reference counts.
func (p *pkg) keepRelevant() {}
