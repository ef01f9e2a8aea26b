"""Every operational query of channel assumptions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import update

from windsock.metrics.channels.tables import ChannelAssumptions
from windsock.records import insert_missing

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

NAME = "default"


@dataclass(frozen=True)
class Kept:
    """Assumptions as kept: 0 is the version of those that nobody has set yet."""

    version: int
    body: dict[str, Any]
    changed_by: str
    changed_ms: int


def read(session: Session) -> Kept | None:
    """Return the assumptions, or None while nobody has set them."""
    row = session.get(ChannelAssumptions, NAME)
    return None if row is None else Kept(row.version, dict(row.body), row.changed_by, row.changed_ms)


def write(session: Session, kept: Kept) -> bool:
    """Write assumptions over those of the version before; False when somebody else was faster."""
    values = {"version": kept.version, "body": kept.body, "changed_by": kept.changed_by, "changed_ms": kept.changed_ms}
    if kept.version == 1:
        return insert_missing(session, ChannelAssumptions, {"name": NAME, **values}, ["name"])
    change = update(ChannelAssumptions).where(ChannelAssumptions.name == NAME, ChannelAssumptions.version == kept.version - 1).values(**values)
    return bool(session.connection().execute(change).rowcount)
