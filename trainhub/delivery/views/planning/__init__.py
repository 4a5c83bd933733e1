"""Pages of campaigns, plans, rooms and trainers."""
