"""Writing campaigns, plans, rooms and trainers' times."""
