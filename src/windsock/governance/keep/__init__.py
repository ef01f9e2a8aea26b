"""Keep a workspace safe: back up, prove, restore."""
