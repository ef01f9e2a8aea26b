"""What is watched: definitions of monitors with their versions, and those that ship."""
