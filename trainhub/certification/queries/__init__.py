"""Reading programmes, standings and awards."""
