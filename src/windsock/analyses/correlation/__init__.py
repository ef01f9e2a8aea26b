"""What goes with going on: which property of a step, trait or event in between separates those who reach a later step from those who don't.

Words: a *fact* is one thing that may be true of an attempt, such as provider = alipay at the step; its *table* counts attempts with and without
it, converted or not. Invariants: an attempt is in one of the four cells of each fact; each cell has its list of people; a fact goes with an
outcome and is never said to cause it; the chance of a false find is told over all facts that were looked at, not over the ones that are shown.
"""
