"""Holding a class, who came, what is owed, what people thought of it."""
