"""The tables of the warehouse, declared once: every engine, loader and query reads them from here.

Conventions: instants are BIGINT milliseconds UTC (``_ms``); travel dates are local civil dates; money is DECIMAL(18,4) with its currency
beside it; ids are dense BIGINT (``did`` an id of a namespace, ``order_key`` an order). Rows that can be restated carry
``known_from_ms`` and ``known_to_ms`` (NULL: still held true), so that any answer can be given as of an earlier time.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

import pyarrow as pa

Value = None | bool | int | float | str | Decimal | dt.date
"""What a cell may be, and what may be put to a statement."""
MONEY = pa.decimal128(18, 4)
RATE = pa.decimal128(9, 6)
_TYPES = {
    "BIGINT": pa.int64(),
    "INTEGER": pa.int32(),
    "BOOLEAN": pa.bool_(),
    "DATE": pa.date32(),
    "VARCHAR": pa.string(),
    "DECIMAL(18,4)": MONEY,
    "DECIMAL(9,6)": RATE,
    "DECIMAL(18,9)": pa.decimal128(18, 9),
    "DOUBLE": pa.float64(),
    "JSON": pa.string(),
}


@dataclass(frozen=True)
class Table:
    """A table: its name, what one row is, its columns as (name, SQL type), and whether a row can name a person.

    ``few``: its rows grow with the business's set-up or the clock, not with customers, so that a statement over it is answered at once.
    """

    name: str
    grain: str
    columns: tuple[tuple[str, str], ...]
    personal: bool = False
    few: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in order."""
        return tuple(name for name, _ in self.columns)

    def arrow(self) -> pa.Schema:
        """Return the Arrow schema that an append must have."""
        return pa.schema([(name, _TYPES[kind]) for name, kind in self.columns])


def _table(name: str, grain: str, columns: str, *, personal: bool = False, few: bool = False) -> Table:
    pairs = [entry.split() for entry in columns.replace("\n", " ").split("; ") if entry.strip()]
    return Table(name, grain, tuple((pair[0], pair[1].rstrip(";")) for pair in pairs), personal=personal, few=few)


SOURCE = _table(
    "source",
    "where data comes from",
    """source VARCHAR; kind VARCHAR; name VARCHAR; complete_until_ms BIGINT; last_loaded_ms BIGINT; payment_known BOOLEAN; expected_lag_ms BIGINT""",
    few=True,
)
EVENT = _table(
    "event",
    "one event",
    """did BIGINT; ts_ms BIGINT; dt DATE; event VARCHAR; source VARCHAR; channel VARCHAR; device VARCHAR; platform VARCHAR; route VARCHAR;
    property VARCHAR; item_id VARCHAR; price DECIMAL(18,4); currency VARCHAR; session_id BIGINT; order_ref VARCHAR; provider VARCHAR; outcome VARCHAR;
    country VARCHAR; app_version VARCHAR; bot BOOLEAN; internal BOOLEAN; client_ms BIGINT; received_ms BIGINT; key_hi BIGINT; key_lo BIGINT;
    batch_id VARCHAR; properties JSON; known_from_ms BIGINT; trust VARCHAR; consent VARCHAR; analytics_ok BOOLEAN; flags VARCHAR; uncleaned JSON;
    message_id VARCHAR; internal_by VARCHAR""",
    personal=True,
)
EVENT_KEY = _table(
    "event_key", "one accepted event's dedupe key, and the engine's hash of its message id", "dt DATE; key_hi BIGINT; key_lo BIGINT; message BIGINT"
)
EVENT_ONCE = _table(
    "event_once",
    "a moment of an event that a cleaning rule takes only once in a while",
    "dt DATE; once_key BIGINT; ts_ms BIGINT; batch_id VARCHAR",
)
BALANCE = _table(
    "intake_balance",
    "a source and minute received",
    "source VARCHAR; minute_ms BIGINT; received BIGINT; stored BIGINT; duplicate BIGINT; quarantined BIGINT",
    few=True,
)
QUARANTINE = _table(
    "quarantine",
    "one refused event",
    """source VARCHAR; batch_id VARCHAR; received_ms BIGINT; reason VARCHAR; field VARCHAR; raw JSON; qid BIGINT; trust VARCHAR; state VARCHAR;
    decided_ms BIGINT; decided_by VARCHAR; note VARCHAR""",
    personal=True,
)
INBOX_OFFSET = _table("inbox_offset", "an inbox and up to where it was loaded", "inbox VARCHAR; seq BIGINT; loaded_ms BIGINT", few=True)
DEVICE_CLOCK = _table(
    "device_clock",
    "by how much a device's clock is off: the least of received - sent, by day of receipt; with until_ms: by how much it was moved until then",
    "source VARCHAR; device VARCHAR; day DATE; offset_ms BIGINT; until_ms BIGINT",
    personal=True,
)
DIRTY_HOUR = _table(
    "dirty_hour",
    "an hour of events that a load changed",
    "dt DATE; hour_ms BIGINT; source VARCHAR; events BIGINT; late BIGINT; known_from_ms BIGINT",
)
EVENT_TAKEN = _table(
    "event_taken",
    "a quarter of an hour out of which a batch that was taken back took events; without a batch: a day on which an erasure emptied some",
    "batch_id VARCHAR; dt DATE; at_ms BIGINT; source VARCHAR; events BIGINT; taken_ms BIGINT",
)
EVENT_HOUR = _table(
    "event_hour",
    "events of a clean hour that are alike, counted",
    """dt DATE; hour_ms BIGINT; event VARCHAR; source VARCHAR; channel VARCHAR; device VARCHAR; country VARCHAR; provider VARCHAR; outcome VARCHAR;
    bot BOOLEAN; internal BOOLEAN; events BIGINT""",
)
VISIT_HOUR = _table(
    "visit_hour",
    "an id that visited within a clean hour, once for each way in",
    "dt DATE; hour_ms BIGINT; did BIGINT; source VARCHAR; channel VARCHAR; device VARCHAR; country VARCHAR",
    personal=True,
)
ROLLED_HOUR = _table(
    "rolled_hour", "an hour that was rolled up, and how many changes of its events had been noted then", "dt DATE; hour_ms BIGINT; marks BIGINT"
)
SUPPRESSED = _table("suppressed", "an id that was erased and must not come back, as a keyed hash", "hash VARCHAR; known_from_ms BIGINT")
TRAIT = _table(
    "trait",
    "a property of a person, as one source said it at a time",
    "did BIGINT; name VARCHAR; value VARCHAR; source VARCHAR; trust VARCHAR; at_ms BIGINT; known_from_ms BIGINT; op VARCHAR",
    personal=True,
)
IDENTITY = _table(
    "identity", "an id of a namespace", "did BIGINT; namespace VARCHAR; id VARCHAR; first_ms BIGINT; known_from_ms BIGINT", personal=True
)
IDENTITY_EDGE = _table(
    "identity_edge",
    "evidence that two ids are one person",
    """edge_id BIGINT; did_a BIGINT; did_b BIGINT; kind VARCHAR; priority INTEGER; evidence_ms BIGINT; source VARCHAR; accepted_by VARCHAR;
    known_from_ms BIGINT; last_ms BIGINT""",
    personal=True,
)
IDENTITY_POLICY = _table(
    "identity_policy", "the policy that people are made by, from a moment on", "version BIGINT; body JSON; known_from_ms BIGINT", few=True
)
ALIAS = _table("alias", "an id that was merged into a person", "did BIGINT; pid BIGINT; known_from_ms BIGINT; known_to_ms BIGINT", personal=True)
IMPORT_BATCH = _table(
    "import_batch",
    "one file brought in",
    """batch_id VARCHAR; source VARCHAR; kind VARCHAR; file_name VARCHAR; file_sha256 VARCHAR; mapping VARCHAR; mapping_sha256 VARCHAR; state VARCHAR;
    rows_read BIGINT; rows_added BIGINT; rows_known BIGINT; rows_rejected BIGINT; rows_repeated BIGINT; orders_added BIGINT; replaces VARCHAR;
    started_ms BIGINT; finished_ms BIGINT; actor VARCHAR""",
    few=True,
)
IMPORT_REJECTION = _table(
    "import_rejection",
    "a row that was kept apart",
    "batch_id VARCHAR; line BIGINT; column_name VARCHAR; reason VARCHAR; value VARCHAR; raw VARCHAR",
    personal=True,
)
ROW_FLAG = _table(
    "row_flag",
    "a doubt about an accepted row",
    "batch_id VARCHAR; order_key BIGINT; line_no INTEGER; rule VARCHAR; value VARCHAR; known_to_ms BIGINT",
)
ORDERS = _table(
    "orders",
    "an order as known in a span of time",
    """order_key BIGINT; source VARCHAR; order_ref VARCHAR; batch_id VARCHAR; source_line BIGINT; did BIGINT; member BOOLEAN;
    member_no VARCHAR; sales_channel VARCHAR;
    currency VARCHAR; state VARCHAR; booked_ms BIGINT; booked_date DATE; paid_ms BIGINT; ticketed_ms BIGINT; changed_ms BIGINT; cancelled_ms BIGINT;
    refunded_ms BIGINT; travelled_ms BIGINT; booked_amount DECIMAL(18,4); payment_known BOOLEAN; split_from VARCHAR; attributes JSON;
    row_hash VARCHAR;
    known_from_ms BIGINT; known_to_ms BIGINT""",
    personal=True,
)
ORDER_LINE = _table(
    "order_line",
    "a line of an order with its order's dimensions, as known in a span of time",
    """order_key BIGINT; line_no INTEGER; kind VARCHAR; sold_as VARCHAR; supplier VARCHAR; goods_id VARCHAR; property VARCHAR;
    room_type VARCHAR; rate_plan VARCHAR;
    route VARCHAR; flight_no VARCHAR; cabin VARCHAR; fare_class VARCHAR; quantity INTEGER; pax INTEGER; nights INTEGER; arrival_date DATE;
    departure_date DATE;
    cancelled BOOLEAN; no_show BOOLEAN; booked_amount DECIMAL(18,4); stay_amount DECIMAL(18,4); take_rate DECIMAL(9,6); take_fee DECIMAL(18,4);
    source VARCHAR; did BIGINT; member BOOLEAN; sales_channel VARCHAR; market_segment VARCHAR; country VARCHAR; device VARCHAR;
    agent VARCHAR; purpose VARCHAR;
    currency VARCHAR; fx_rate DECIMAL(18,4); booked_ms BIGINT; booked_date DATE; cancelled_ms BIGINT; payment_known BOOLEAN; paid BOOLEAN;
    known_from_ms BIGINT;
    known_to_ms BIGINT""",
    personal=True,
)
TRAVEL_DAY = _table(
    "travel_day",
    "a stay night or flight date of a line, with its share of the line's money",
    """order_key BIGINT; line_no INTEGER; travel_date DATE; units INTEGER; amount DECIMAL(18,4); known_from_ms BIGINT; known_to_ms BIGINT""",
)
POSTING = _table(
    "posting",
    "money paid or given back on a line",
    """order_key BIGINT; line_no INTEGER; posting_ref VARCHAR; kind VARCHAR; at_ms BIGINT; at_date DATE; amount DECIMAL(18,4);
    take_amount DECIMAL(18,4);
    currency VARCHAR; provider VARCHAR; known_from_ms BIGINT; known_to_ms BIGINT""",
)
ORDER_STATE = _table(
    "order_state",
    "a state that an order or line reached, on its own clock",
    "order_key BIGINT; line_no INTEGER; state VARCHAR; at_ms BIGINT; known_from_ms BIGINT; known_to_ms BIGINT",
)
PASSENGER = _table(
    "passenger",
    "a traveller of an order",
    "order_key BIGINT; pax_no INTEGER; did BIGINT; kind VARCHAR; known_from_ms BIGINT; known_to_ms BIGINT",
    personal=True,
)
SEGMENT = _table(
    "segment",
    "a flight segment of an order",
    """order_key BIGINT; line_no INTEGER; segment_no INTEGER; pnr VARCHAR; flight_no VARCHAR; origin VARCHAR; destination VARCHAR; flight_date DATE;
    cabin VARCHAR; fare_class VARCHAR; status VARCHAR; known_from_ms BIGINT; known_to_ms BIGINT""",
)
TICKET = _table(
    "ticket",
    "an electronic ticket of a passenger",
    """order_key BIGINT; line_no INTEGER; pax_no INTEGER; ticket_no VARCHAR; status VARCHAR; issued_ms BIGINT; exchanged_for VARCHAR;
    known_from_ms BIGINT; known_to_ms BIGINT""",
    personal=True,
)
SALES_CHANNEL = _table(
    "sales_channel",
    "a place of sale with what it costs",
    """channel VARCHAR; name_en VARCHAR; name_zh VARCHAR; channel_group VARCHAR; tracked BOOLEAN; commission_rate DECIMAL(9,6);
    fee_per_segment DECIMAL(18,4);
    payment_fee_rate DECIMAL(9,6); currency VARCHAR""",
    few=True,
)
CHANNEL_COST = _table(
    "channel_cost",
    "money spent on a channel on a date",
    "date DATE; channel VARCHAR; kind VARCHAR; amount DECIMAL(18,4); currency VARCHAR; source VARCHAR",
    few=True,
)
SUPPLIER = _table(
    "supplier", "a supplier and its agreement", "supplier VARCHAR; name VARCHAR; take_rate DECIMAL(9,6); take_fee DECIMAL(18,4)", few=True
)
GOODS = _table(
    "goods",
    "something that is sold",
    """goods_id VARCHAR; kind VARCHAR; name_en VARCHAR; name_zh VARCHAR; property VARCHAR; room_type VARCHAR; route VARCHAR;
    flight_no VARCHAR; city VARCHAR;
    country VARCHAR; supplier VARCHAR; sold_as VARCHAR; capacity INTEGER; attributes JSON""",
)
STOCK_DAY = _table(
    "stock_day",
    "stock and price of goods on a travel date",
    """goods_id VARCHAR; travel_date DATE; capacity INTEGER; sold INTEGER; price DECIMAL(18,4); currency VARCHAR; hard BOOLEAN;
    known_from_ms BIGINT; known_to_ms BIGINT""",
)
COMPETITOR_PRICE = _table(
    "competitor_price",
    "a price seen at a competitor",
    """seen_date DATE; competitor VARCHAR; route VARCHAR; property VARCHAR; travel_date DATE; price DECIMAL(18,4); own_price DECIMAL(18,4);
    currency VARCHAR""",
)

MARKET_FIGURE = _table(
    "market_figure",
    "a figure of the market on a date",
    "date DATE; figure VARCHAR; market VARCHAR; value DECIMAL(18,4); unit VARCHAR; source VARCHAR",
)
EXCHANGE_RATE = _table(
    "exchange_rate",
    "what one unit of a currency is worth in the workspace's currency, from a date on until the next",
    "currency VARCHAR; date DATE; rate DECIMAL(18,9); source VARCHAR",
    few=True,
)
IMPORT_CHANGE = _table(
    "import_change",
    "what an import changed of a row that is known by its key: before and after, so that it can be taken back",
    "batch_id VARCHAR; table_name VARCHAR; key VARCHAR; before JSON; after JSON; changed_ms BIGINT",
)
IMPORT_CURSOR = _table(
    "import_cursor", "up to where a feed has read, saved with the rows", "feed VARCHAR; cursor VARCHAR; batch_id VARCHAR; saved_ms BIGINT", few=True
)
SETTLEMENT = _table(
    "settlement",
    "a row of a payment provider's or agency's statement, with the order that it was matched to, or why it was not",
    """batch_id VARCHAR; source VARCHAR; row_ref VARCHAR; line BIGINT; provider VARCHAR; kind VARCHAR; at_ms BIGINT; at_date DATE;
    amount DECIMAL(18,4); fee DECIMAL(18,4); net DECIMAL(18,4); currency VARCHAR; order_ref VARCHAR; transaction_ref VARCHAR; order_key BIGINT;
    state VARCHAR; reason VARCHAR; known_from_ms BIGINT; known_to_ms BIGINT""",
)
PERSON_CLASS = _table(
    "person_class",
    "where a buyer stood at the end of a month; class, orders and money are those of the months that the rules look at",
    """month DATE; person BIGINT; rfm VARCHAR; stage VARCHAR; before VARCHAR; member BOOLEAN; days BIGINT; orders BIGINT; money DECIMAL(18,4);
    gap DOUBLE; known_from_ms BIGINT""",
    personal=True,
)
CLASS_TOTAL = _table(
    "class_total",
    "buyers of a month who stood alike, counted",
    """month DATE; rfm VARCHAR; stage VARCHAR; before VARCHAR; member BOOLEAN; people BIGINT; money DECIMAL(18,4)""",
    few=True,
)
CLASS_MONTH = _table(
    "class_month",
    "a month whose standing is frozen: by which version of the rules, at which thresholds, and when",
    """month DATE; version BIGINT; rules JSON; recency DECIMAL(18,4); frequency DECIMAL(18,4); monetary DECIMAL(18,4); frozen_ms BIGINT""",
    few=True,
)

SEGMENT_MEMBER = _table(
    "segment_member",
    "a person's stay in a segment: from the run that found them in it to the one that found them out of it",
    "segment VARCHAR; person BIGINT; entered_ms BIGINT; left_ms BIGINT; entered_run BIGINT; left_run BIGINT",
    personal=True,
)
SEGMENT_RUN = _table(
    "segment_run",
    "an evaluation of a segment that changed something, or that was whole",
    """run BIGINT; segment VARCHAR; version BIGINT; at_ms BIGINT; kind VARCHAR; members BIGINT; entered BIGINT; lost BIGINT; judged BIGINT;
    took_ms BIGINT""",
)
SEGMENT_CURSOR = _table(
    "segment_cursor",
    "a segment, by what version it was evaluated, up to when, and what the store was then",
    "segment VARCHAR; body VARCHAR; at_ms BIGINT; seen BIGINT; run BIGINT; members BIGINT",
    few=True,
)
SEGMENT_LISTED = _table(
    "segment_listed",
    "an id of an uploaded list, as it was written",
    "segment VARCHAR; upload BIGINT; namespace VARCHAR; id VARCHAR",
    personal=True,
)


def fee_paid(alias: str) -> str:
    """Return the fee of a row of ``settlement`` as one that is paid, in SQL: positive where it is taken, negative where it is given back.

    The column is kept as the file wrote it, and files write either sign: Alipay what it takes as -0.60 and what it gives back as 0.30, WeChat
    and agencies the other way round. A payment always pays its fee and a refund always gives it back; for other rows the provider's sign holds.
    """
    return (
        f"CASE WHEN {alias}.kind = 'payment' THEN ABS({alias}.fee) WHEN {alias}.kind = 'refund' THEN -ABS({alias}.fee)"
        f" WHEN LOWER({alias}.provider) = 'alipay' THEN -{alias}.fee ELSE {alias}.fee END"
    )


MODEL_SCORE = _table(
    "model_score",
    "what a model says of a person, as it was last worked out",
    """model VARCHAR; version BIGINT; did BIGINT; score DOUBLE; said_by VARCHAR; reasons VARCHAR; at_ms BIGINT; known_from_ms BIGINT""",
    personal=True,
)

TABLES: tuple[Table, ...] = tuple(value for value in tuple(globals().values()) if isinstance(value, Table))
BY_NAME: dict[str, Table] = {table.name: table for table in TABLES}
