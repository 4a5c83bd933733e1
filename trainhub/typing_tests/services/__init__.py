"""Writing typing tests."""
