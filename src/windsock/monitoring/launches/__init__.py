"""Launches: what a product or a campaign is to reach is declared before it starts, watched from the first minute, and ends in a verdict.

Words: a *line* is a metric with the value that it is to reach (or not to exceed) by the end; a line is *primary* (decides) or a *guardrail* (must not
be broken); a *ramp* says which share of the total is usually there at which time. Invariants: nothing of a launch changes once it has started, but
that it may be cancelled; a verdict is given once, with the figures that it was made from, and stays.
"""
