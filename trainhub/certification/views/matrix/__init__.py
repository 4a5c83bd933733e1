"""Many people at once: the supervisor's matrix, cohorts, teams, files to take away."""
