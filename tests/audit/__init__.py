"""The audit trail: the chain, its signed heads, reading it."""
