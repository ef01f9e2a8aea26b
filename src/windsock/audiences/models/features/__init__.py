"""Features: what was known of a person or a booking at an instant; one list, and nothing that is decided later."""
