"""How long an award holds, how it is renewed, and what may become of it."""
