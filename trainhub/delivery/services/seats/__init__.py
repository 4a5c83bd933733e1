"""Writing seats: booking, giving back, changing places, waiting."""
