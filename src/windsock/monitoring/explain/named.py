"""How often each known event was named as the likeliest of an alert, and what people then said of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from windsock.monitoring.explain import store

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from windsock.workspace import Workspace

DAY_MS = 86_400_000


@dataclass
class Named:
    """An entry's record: how often it was named, and of those how many alerts people called true, and false or something else."""

    known_event: str
    named: int = 0
    right: int = 0
    wrong: int = 0
    last_ms: int = 0


def counted(found: Iterable[tuple[Mapping[str, Any], str | None, int]]) -> list[Named]:
    """Count by the likeliest event of each alert, the most often named first; what is not labelled is neither right nor wrong."""
    records: dict[str, Named] = {}
    for body, label, opened_ms in found:
        likest = next(iter(body.get("matches") or ()), None)
        if likest is None:
            continue
        name = str(likest["known_event"])
        one = records.setdefault(name, Named(name))
        one.named += 1
        one.right += label == "true"
        one.wrong += label not in (None, "true")
        one.last_ms = max(one.last_ms, opened_ms)
    return sorted(records.values(), key=lambda one: (-one.named, one.known_event))


def record(workspace: Workspace, days: int) -> list[dict[str, Any]]:
    """Return the records of the last days."""
    with workspace.records.read() as session:
        found = store.named_since(session, workspace.clock.now_ms() - days * DAY_MS)
    return [asdict(one) for one in counted(found)]
