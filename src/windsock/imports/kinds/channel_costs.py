"""Channel costs: money spent on a sales channel on a date, by kind and source."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa

from windsock import catalog
from windsock.imports.keyed_kind import KeyedKind
from windsock.imports.kind import Load
from windsock.kernel.counted import counted
from windsock.sources import CURRENCY, Form, Target

TARGETS: dict[str, Target] = {
    "date": Target("date", required=True),
    "channel": Target("text", required=True),
    "kind": Target("text"),
    "amount": Target("money", required=True),
    "currency": replace(CURRENCY, required=True),
}


def _register(load: Load, rows: pa.Table) -> tuple[str, ...]:
    new = catalog.ensure_channels(load.tx, rows.column("channel"))
    return (f"{counted(new, 'channel was', 'channels were')} not known: in the group 'unknown' until somebody describes it.",) if new else ()


MEMBER = KeyedKind(Form("channel_costs", "A cost", TARGETS), "channel_cost", sourced=True, more=_register)
