"""Flash sales: the gate, the verdicts, and what staff make of a sale."""
