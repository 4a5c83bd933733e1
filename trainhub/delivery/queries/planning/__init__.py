"""Reading campaigns, plans, and what they are made from."""
