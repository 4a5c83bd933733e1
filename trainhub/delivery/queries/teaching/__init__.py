"""Reading what became of classes: attendance, debt, surveys, records."""
