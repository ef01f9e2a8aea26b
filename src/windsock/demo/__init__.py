"""Gull Air and Gull Stays: a demo company whose truth is known.

A seeded simulator in numpy makes people, bookings, visits, stock and prices, and writes them through the same loaders as real data.
What was planted (stories, effects, true persons) stands in ``HOME/truth/``; nothing but tests, benchmarks and the demo's own switch reads it.

Words: a *trip* is a wish to travel; a *booking* is a trip that found a seat or a room; a *story* is something planted on purpose,
with its start, end, cut, size, money and the tick at which an ideal test would notice it; a *wart* is dirt as in life.

Invariants: same plan, same bytes; adding a story changes what it touches and nothing else; passengers on a flight = seats sold;
payments less refunds of an order = what its lines say; every direct order of the clickstream's window has its clickstream.
"""

from __future__ import annotations

from windsock.demo.model import Plan

__all__ = ["Plan"]
