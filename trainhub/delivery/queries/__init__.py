"""Reading campaigns, classes and bookings."""
