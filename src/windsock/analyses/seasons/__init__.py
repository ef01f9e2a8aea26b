"""A metric over time taken apart: where it is going, what comes back every week, day or year, and what neither explains.

Words: the *trend* is what changes slowly; a *season* is what comes back after a fixed number of buckets; the *rest* is what is left. Invariants:
trend, seasons and rest of a bucket add up to its value exactly, as decimals; a bucket that is missing is not zero: it has no value and no rest;
a bucket that is not complete yet is missing.
"""
