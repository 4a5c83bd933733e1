"""The forms of typing tests: what is asked, before any rule is applied."""
