"""How somebody stands in a programme: one rule for "yes", "not yet" and "until when"."""
