"""What somebody in operations could argue about: shifts, rest, requirement, cover."""
