"""Writing what happens in a class and what follows from it."""
