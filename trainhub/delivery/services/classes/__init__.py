"""Writing classes: making, moving, publishing, calling off."""
