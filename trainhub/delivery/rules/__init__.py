"""What is allowed and what follows from it: pure rules of delivery."""
