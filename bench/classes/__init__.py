"""How long a large plan of classes keeps everybody else from writing."""
