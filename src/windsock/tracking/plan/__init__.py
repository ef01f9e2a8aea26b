"""The tracking plan in use: read, inferred from data, compared, frozen; with its doors."""
