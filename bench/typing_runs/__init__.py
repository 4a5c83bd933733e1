"""Many typists at once, against the real server: `python -m bench.typing_runs storm --help`."""
