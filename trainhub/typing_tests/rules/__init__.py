"""The rules of typing tests: pure functions over values, one file a question."""
