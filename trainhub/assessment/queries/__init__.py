"""Reading exams. Nothing here writes."""
