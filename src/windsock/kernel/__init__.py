"""The ground every room stands on: money, clock, ids, period, errors, settings, registry.

Nothing here knows a trade word, touches a disk or reads the real time by itself; an addition needs an ADR.
"""
