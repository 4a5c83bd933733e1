"""Pages of the week and of single classes, for those who plan them."""
