"""Certificates: the printed face of an award, its code, its signed credential."""
