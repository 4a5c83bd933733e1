"""What a programme asks for, how it is written down and checked."""
