"""From wishes to bookings: trips, choices among dates and fares, seats and rooms, and what becomes of an order."""
