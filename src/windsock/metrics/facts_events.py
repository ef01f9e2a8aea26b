"""Facts of events: single events, sessions, ids as they are first seen, and the balance of the intake."""

from __future__ import annotations

from windsock.metrics.facts_shape import CHANNEL_FIELDS, PLACE_DIMENSIONS, ClockColumn, Fact, channel, person, place_fields, places

MAY_BE_COUNTED = "e.analytics_ok IS NOT FALSE"
"""Somebody who refused analytics is nobody to metrics of people; what was done still counts where no person is asked for."""
OF_PERSON = frozenset({"person", "since_first_ms"})
"""Fields of events that need to know whose id it is."""
# When a person was first known by any of their ids.
_SEEN = """LEFT JOIN (SELECT COALESCE(sa.pid, i.did) AS person, MIN(i.first_ms) AS first_ms
    FROM identity AS i LEFT JOIN alias AS sa ON sa.did = i.did AND known(sa) GROUP BY 1) AS fs ON fs.person = COALESCE(al.pid, e.did)"""


def _property(name: str) -> str:
    return f"json_extract_string(e.properties, '$.{name}')"


def _number(name: str) -> str:
    """Return a property as a number; what is none is missing."""
    return f"TRY_CAST({_property(name)} AS DECIMAL(18, 4))"


EVENT = Fact(
    name="event",
    source="events",
    relation="event AS e",
    where="since(e)",
    clocks={"event": ClockColumn("e.ts_ms", "ms")},
    fields={
        "person": f"CASE WHEN {MAY_BE_COUNTED} THEN COALESCE(al.pid, e.did) END",
        "did": f"CASE WHEN {MAY_BE_COUNTED} THEN e.did END",
        "sales_channel": "e.channel",
        **CHANNEL_FIELDS,
        **place_fields("e.route"),
        "bot": "COALESCE(e.bot, FALSE)",
        "internal": "COALESCE(e.internal, FALSE)",
        "since_first_ms": "e.ts_ms - fs.first_ms",
        "campaign": _property("campaign"),
        "step": _property("step"),
        "party": _property("party"),
        "score": _number("score"),
        "dwell_s": _number("dwell_s"),
        "latency_s": f"{_number('latency_ms')} * 0.001",
        "results": _number("results"),
        "value": _number("value"),
        **{
            name: f"e.{name}"
            for name in (
                "event", "source", "device", "route", "property", "country", "provider", "outcome", "app_version", "session_id", "ts_ms", "key_hi",
                "key_lo", "item_id", "order_ref", "price",
            )
        },
    },
    dimensions=(
        "sales_channel", "channel_group", "tracked", "device", "route", "property", "country", "provider", "outcome", "app_version", "event",
        "source", *PLACE_DIMENSIONS, "campaign", "bot", "step", "party",
    ),
    rows=(
        "key_hi", "key_lo", "ts_ms", "event", "sales_channel", "device", "route", "property", "provider", "outcome", "session_id", "order_ref", "did",
    ),
    key=("ts_ms", "key_hi", "key_lo"),
    joins=(channel("e.channel"), person("e.did"), *places("e.route", "e.property"), ("fs", _SEEN)),
)  # fmt: skip

_REACHED = {
    "searched": "search", "listed": "list_view", "detailed": "detail_view", "filled": "passengers_added", "checked_out": "checkout",
    "ordered": "order_placed", "tried_to_pay": "payment_attempted", "paid": "payment_succeeded",
}  # fmt: skip
_STEPS = ", ".join(f"BOOL_OR(e.event = '{event}') AS {name}" for name, event in _REACHED.items())
SESSION = Fact(
    name="session",
    source="events",
    relation=f"""(SELECT e.session_id, MIN(e.ts_ms) AS ts_ms, MAX(e.ts_ms) - MIN(e.ts_ms) AS length_ms, ARG_MIN(e.channel, e.ts_ms) AS channel,
        ARG_MIN(e.device, e.ts_ms) AS device, ARG_MIN(e.country, e.ts_ms) AS country, ARG_MIN(e.did, e.ts_ms) AS did,
        ARG_MIN(json_extract_string(e.properties, '$.campaign'), e.ts_ms) AS campaign,
        COUNT(*) FILTER (WHERE e.event IN ('page_view', 'screen_view', 'search', 'list_view', 'detail_view', 'checkout')) AS views, {_STEPS}
        FROM event AS e
        WHERE e.dt BETWEEN $prune_from AND $prune_to AND NOT COALESCE(e.bot, FALSE) AND NOT COALESCE(e.internal, FALSE)
        AND NOT e.session_id IS NULL AND e.analytics_ok IS NOT FALSE AND since(e)
        GROUP BY e.session_id) AS s""",  # noqa: S608 - names of this file
    where="TRUE",
    clocks={"event": ClockColumn("s.ts_ms", "ms")},
    fields={
        "session_id": "s.session_id", "ts_ms": "s.ts_ms", "sales_channel": "s.channel", "device": "s.device", "country": "s.country", "did": "s.did",
        **CHANNEL_FIELDS, "views": "s.views", "seconds": "s.length_ms // 1000", "campaign": "s.campaign", **{name: f"s.{name}" for name in _REACHED},
    },
    dimensions=("sales_channel", "channel_group", "tracked", "device", "country", "campaign"),
    rows=("session_id", "ts_ms", "sales_channel", "device", "country", "views", "searched", "ordered", "did"),
    key=("session_id",),
    joins=(channel("s.channel"),),
)  # fmt: skip
IDENTITY = Fact(
    name="identity",
    source="events",
    relation="identity AS n",
    where="since(n)",
    clocks={"event": ClockColumn("n.first_ms", "ms")},
    fields={"did": "n.did", "person": "COALESCE(al.pid, n.did)", "namespace": "n.namespace", "first_ms": "n.first_ms"},
    dimensions=("namespace",),
    rows=("first_ms", "namespace", "did"),
    key=("first_ms", "did"),
    joins=(person("n.did"),),
)
INTAKE = Fact(
    name="intake_balance",
    source="events",
    relation="intake_balance AS b",
    where="TRUE",
    clocks={"event": ClockColumn("b.minute_ms", "ms")},
    fields={name: f"b.{name}" for name in ("source", "minute_ms", "received", "stored", "duplicate", "quarantined")},
    dimensions=("source",),
    rows=("minute_ms", "source", "received", "stored", "duplicate", "quarantined"),
    key=("minute_ms", "source"),
)
EVENT_FACTS = (EVENT, SESSION, IDENTITY, INTAKE)
