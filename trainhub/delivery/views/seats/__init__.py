"""Pages of somebody's own classes."""
