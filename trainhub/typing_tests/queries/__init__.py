"""Reading typing tests."""
