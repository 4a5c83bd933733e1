"""Who is certified and why not yet: pure rules of certification."""
