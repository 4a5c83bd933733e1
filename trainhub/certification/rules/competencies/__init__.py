"""Weighted competency models, ratings on them, and what the ratings say of a person."""
