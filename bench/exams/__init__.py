"""Many candidates at once, against the real server: `python -m bench.exams storm --help`."""
