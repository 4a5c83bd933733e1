"""Changing exams: papers, attempts, marks. Nothing here commits."""
