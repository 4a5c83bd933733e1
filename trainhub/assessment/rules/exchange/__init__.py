"""Questions in the formats of other systems: texts in, bank questions out, and back."""
