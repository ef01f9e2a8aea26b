"""The board of growth: acquisition, activation, retention, revenue and referral of a period on one page, with people, goods and places beside it.

Words: a *stage* is a set of people, each by its own rule; a *share* is how many people of a stage are in the next one too. Invariants: shares are of
the same people, never quotients of two crowds; each person is in one row of a breakdown; the money of goods, places and people sums to that of the
stage; who may still return is said, not counted as lost.
"""
