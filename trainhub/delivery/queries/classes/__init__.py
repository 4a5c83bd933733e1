"""Reading classes: the week, one class, what stands against a change."""
