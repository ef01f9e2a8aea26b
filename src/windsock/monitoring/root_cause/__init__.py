"""Which combinations of dimension values explain a change; pure: leaves with what came and what was expected in, causes out."""
