"""Pages of a class being held and of what became of it."""
