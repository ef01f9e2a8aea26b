"""Orders: what was sold, in lines, with states that each have their own clock, and how order files come in.

Words: an *order* is known by (source, order_ref); a *line* is one thing sold; a *posting* is money paid or given back; a *batch* is one file
brought in; a *mapping* says how the columns of a file become orders; a *flag* is a doubt about a row that was accepted, a *rejection* a row that
was kept apart.

Invariants: money is exact; nothing is overwritten: a new version closes the old rows (``known_to_ms``), so that an answer as of then stays
what it was; a batch is visible as a whole or not at all; loading the same again changes nothing.
"""

from windsock.orders.import_orders import ImportRequest, MappedReport, import_orders, load_mapped
from windsock.orders.load import OrderFacts, load_orders
from windsock.orders.map_rows import MAPPED
from windsock.orders.mapping import built_in, load_mapping
from windsock.orders.model import Batch, LoadReport
from windsock.orders.settle import Settled, load_statement, settle, take_statement_back
from windsock.orders.targets import FORM
from windsock.orders.undo import UndoReport, undo_import, undo_in

__all__ = [
    "FORM",
    "MAPPED",
    "Batch",
    "ImportRequest",
    "LoadReport",
    "MappedReport",
    "OrderFacts",
    "Settled",
    "UndoReport",
    "built_in",
    "import_orders",
    "load_mapped",
    "load_mapping",
    "load_orders",
    "load_statement",
    "settle",
    "take_statement_back",
    "undo_import",
    "undo_in",
]
