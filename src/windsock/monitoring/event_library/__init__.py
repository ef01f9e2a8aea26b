"""Known events: what has happened before, how it looks in the figures, what to check, what it was, and what to do about it."""
