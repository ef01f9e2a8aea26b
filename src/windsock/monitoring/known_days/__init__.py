"""Times that are known not to be as others: holidays, sales, campaigns, releases, incidents that were found to be true."""
