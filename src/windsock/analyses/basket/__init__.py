"""What goes together: goods, routes and extras in one order, one trip, or of one person; how often, and how much more often than by chance.

Words: an *item* is a value of a field, such as goods_id = bag; a *basket* holds items, each once. Invariants: a pair, its reverse and the list of
its baskets are made of the same rows; the chance of a false find is told over all pairs of items that were looked at, not over those that are shown.
"""
