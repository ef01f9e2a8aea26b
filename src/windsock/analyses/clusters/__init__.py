"""Clusters of people: groups of those whose figures in a period are alike, by k-means, with what sets each apart and whether they hold.

Words: a *feature* is a figure of a person in the period; a *centre* is the mean person of a cluster; *stability* is how far other seeds and
half of the people find the same groups (adjusted Rand index). Invariants: the same definition over the same data gives the same clusters,
whatever numbers people have and in whichever order events came; everybody is in exactly one; groups that do not hold are said not to.
"""
