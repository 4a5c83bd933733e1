"""Programmes, standings, awards, certificates."""
