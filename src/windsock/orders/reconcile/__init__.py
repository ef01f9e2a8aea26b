"""Reconciliation: our orders against the statements of payment providers and agencies, and a reason for every difference.

Words: *our side* is postings (payments and refunds as orders know them), the *file* is the rows of imported statements; an *item* is the payments,
or the refunds, of one order on both sides; a *reason* is what parts the two sides of an item in the period.

Invariant: our total less the file's total is the sum of the differences by reason, to the last 0.0001; an answer that does not balance is refused.
"""

from windsock.orders.reconcile.compare import Question, items_csv, list_items, reconcile
from windsock.orders.reconcile.model import REASONS, Reconciliation

__all__ = ["REASONS", "Question", "Reconciliation", "items_csv", "list_items", "reconcile"]
