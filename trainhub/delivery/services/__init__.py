"""What changes campaigns, classes and bookings."""
