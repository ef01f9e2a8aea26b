"""The columns of events on their way in. It stands alone, so that whoever only decodes needs neither the load nor the stores."""

from __future__ import annotations

import pyarrow as pa

MONEY = pa.decimal128(18, 4)
"""As in the warehouse (tested)."""
COLUMNS = pa.schema(
    [
        *((name, pa.string()) for name in ("message_id", "anonymous_id", "user_id", "device_id", "event")),
        *((name, pa.int64()) for name in ("client_ms", "sent_ms", "received_ms")),
        *((name, pa.string()) for name in ("channel", "device", "platform", "route", "property", "item_id")),
        ("price", MONEY), ("currency", pa.string()), ("session_id", pa.int64()),
        *((name, pa.string()) for name in ("order_ref", "provider", "outcome", "country", "app_version")),
        ("bot", pa.bool_()), ("internal", pa.bool_()), ("properties", pa.string()),
        *((name, pa.string()) for name in ("type", "name", "previous_id", "traits", "trait_op", "other_ids")),
        ("unbind", pa.bool_()), ("signed", pa.bool_()),
        *((name, pa.string()) for name in ("user_agent", "consent", "library", "context")), ("size", pa.int64()),
        ("network", pa.string()),
    ]
)  # fmt: skip
"""What an event may say; all but ``event`` may be absent or NULL.

``network`` is our word and not the event's: the rule of internal traffic in whose network the sender was.
"""
