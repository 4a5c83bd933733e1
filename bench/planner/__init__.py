"""How fast and how well the planner plans: made-up centres, and public cases with known answers."""
