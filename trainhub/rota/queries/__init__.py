"""Reading the rota and the demand."""
