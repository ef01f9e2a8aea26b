"""Metrics: one definition, one number.

Words: a *metric* is a named formula with unit, direction, owner and one of eight classes; a *fact* is a relation that can be measured; a
*clock* says which date of a row counts. Invariants: a number, its parts and the rows behind it come from the same compiled conditions;
money and ratios are exact decimals; missing is never shown as 0.
"""

from windsock.metrics.answer import Answer, answer
from windsock.metrics.catalogue import Catalogue, catalogue
from windsock.metrics.query import MetricQuery

__all__ = ["Answer", "Catalogue", "MetricQuery", "answer", "catalogue"]
