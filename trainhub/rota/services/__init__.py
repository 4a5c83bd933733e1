"""Writing the rota and the demand."""
