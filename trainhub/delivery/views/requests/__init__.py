"""Pages of training requests."""
