"""What is right in an exam: pure functions over values, time an argument."""
