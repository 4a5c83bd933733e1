"""Writing programmes: the list, one of them, its stages, requirements and groups, publishing."""
