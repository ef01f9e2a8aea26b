"""Activity: on how many days people were active (stickiness), and who is new, returning, resurrected or dormant (life cycle)."""
