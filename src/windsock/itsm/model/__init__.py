"""The rules of service operation: states, severity, the clock, the rota, reviews. Pure functions; the clock is passed in."""
