"""Ways to say what was to be expected of a series and how unlikely what came is; pure: a panel of series in, bands and scores out."""
