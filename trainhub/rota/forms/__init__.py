"""The forms of the rota and the demand."""
