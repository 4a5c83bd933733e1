"""Queues, what customers ask of them day by day, and the holidays."""
