"""Who may sit in a class, and how calendars hear of it."""
