"""Judging a plan straight from the rules: checked, costed, explained, compared, given way to.

Nothing here imports `solving`, nor the reading of the rota that solving works with: a fault
there is found here.
"""
