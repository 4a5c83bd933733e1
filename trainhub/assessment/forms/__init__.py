"""The forms of exams."""
