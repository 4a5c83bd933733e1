"""Where and when a class may be."""
