"""RFM: buyers by how recently, how often and for how much they bought in a period: a grid of scores, and the trade's eight groups.

Words: *recency* is the days since the last purchase; *frequency* the orders; *monetary* the money of an order or of all; a *score* is 1 (worst) to 5;
a *group* is on which side of three thresholds somebody lies. Invariants: people who are equal have equal scores; each buyer is in one cell and in one
group, so both sum to all buyers; it describes, and predicts nothing.
"""
