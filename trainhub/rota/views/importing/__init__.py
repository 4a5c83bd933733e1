"""Bringing rotas and demand in: the file, how it is read, what it would do, the yes."""
