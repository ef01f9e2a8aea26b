"""Where a metric changed in any window, asked by hand: the same search as for alerts."""
