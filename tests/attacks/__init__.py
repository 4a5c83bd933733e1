"""Attacks on the running application: generated from its address map wherever possible."""
