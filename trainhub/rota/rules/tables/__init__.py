"""Tables that come in: how their heads and cells are read, and what they would change."""
