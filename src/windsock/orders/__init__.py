"""Orders: what was sold, in lines, with states that each have their own clock, and how order files come in.

Words: an *order* is known by (source, order_ref); a *line* is one thing sold; a *posting* is money paid or given back; a *batch* is one file
brought in; a *mapping* says how the columns of a file become orders; a *flag* is a doubt about a row that was accepted, a *rejection* a row that
was kept apart.

Invariants: money is exact; nothing is overwritten: a new version closes the old rows (``known_to_ms``), so that an answer as of then stays
what it was; a batch is visible as a whole or not at all; loading the same again changes nothing.
"""

from windsock.orders.load import OrderFacts, load_orders
from windsock.orders.model import Batch, LoadReport

__all__ = ["Batch", "LoadReport", "OrderFacts", "load_orders"]
