"""Members as other rooms may know them: who is meant by a name, an e-mail or an id."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from windsock.governance import store

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from windsock.records import Session

MEANT_MAX = 50


@dataclass(frozen=True)
class Meant:
    """A member who may sign in."""

    id: str
    name: str
    email: str


def members_called(session: Session, words: Sequence[str]) -> list[Meant]:
    """Return the members who may sign in and are meant by ids, e-mails or names (two of one name are both meant), at most 50."""
    wanted = [word.strip() for word in words[:MEANT_MAX] if word.strip()]
    return _meant(store.active_members(session, wanted, (), MEANT_MAX)) if wanted else []


def members_in_charge(session: Session) -> list[Meant]:
    """Return the admins and leads who may sign in, at most 50."""
    return _meant(store.active_members(session, (), ("admin", "lead"), MEANT_MAX))


def still_active(session: Session, ids: Iterable[str]) -> set[str]:
    """Return which of some members may still sign in."""
    return store.active_ids(session, list(ids))


def _meant(rows: Sequence[store.Member]) -> list[Meant]:
    return [Meant(row.id, row.name, row.email) for row in rows]
