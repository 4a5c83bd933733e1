"""The rota of teams and of oneself, changing it, its history, and what its codes mean."""
