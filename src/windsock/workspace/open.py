"""Open a workspace: the two stores, the settings, the clock and the ids, in one value that is handed to the rooms."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from windsock.kernel.clock import Clock, SystemClock
from windsock.kernel.errors import Conflict
from windsock.kernel.ids import Ids, RandomIds
from windsock.kernel.seal import Seal
from windsock.records import Records, migrate, open_records
from windsock.workspace import layout
from windsock.workspace.stores import ask_warehouse, own_warehouse, reach_warehouse

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

    from windsock.kernel.settings import Settings
    from windsock.warehouse import Warehouse


@dataclass
class Workspace:
    """An open workspace; a context manager.

    Attributes:
        home: its folder.
        settings: read once, at opening.
        records: operational rows.
        warehouse: columnar facts, local or through the owner.
        clock: what time it is.
        ids: fresh ids and secrets.
        seal: seals bytes and hashes texts with the workspace's secret.
        own: whether this process owns the warehouse and answers others.
    """

    home: Path
    settings: Settings
    records: Records
    warehouse: Warehouse
    clock: Clock
    ids: Ids
    seal: Seal
    own: bool = False
    _closing: ExitStack = field(default_factory=ExitStack, repr=False)

    @property
    def zone(self) -> str:
        """The IANA zone of all periods."""
        return self.settings.workspace.timezone

    def before_close(self, callback: Callable[[], object]) -> None:
        """Have something called before the stores are closed; the last asked for is called first."""
        self._closing.callback(callback)

    def close(self) -> None:
        """Close both stores; a second call does nothing."""
        self._closing.close()

    def __enter__(self) -> Self:
        """Return the workspace itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close it."""
        self.close()


def open_workspace(
    home: Path,
    *,
    own: bool = False,
    guest: bool = False,
    clock: Clock | None = None,
    ids: Ids | None = None,
    **settings: Any,  # noqa: ANN401 - pydantic checks each field's own type
) -> Workspace:
    """Open the workspace in a folder.

    Args:
        home: the folder.
        own: this process must own the warehouse (``serve``, ``demo``); it then answers others on ``owner.sock``.
        guest: this process must not open the file itself, as it lives long (a worker beside ``serve``): it waits for the owner.
        clock: the machine's clock when None.
        ids: random ones when None.
        settings: parts that win over file and environment, such as ``http={"port": 0}``.

    Raises:
        NotFound: there is no workspace.
        InvalidInput: a setting is wrong.
        Conflict: another process owns it (with ``own``), or its records are of another version.
        Busy: another command held the warehouse for too long, or (with ``guest``) nobody owns it.
    """
    layout.require_workspace(home)
    loaded = layout.read_settings(home, **settings)
    seal = Seal(layout.read_secret(home))
    with ExitStack() as closing:
        records = open_records(layout.records_url(home, loaded))
        closing.callback(records.close)
        _check_version(records, home)
        reach = own_warehouse if own else ask_warehouse if guest else reach_warehouse
        warehouse = reach(home, loaded, closing)
        return Workspace(home, loaded, records, warehouse, clock or SystemClock(), ids or RandomIds(), seal, own, closing.pop_all())


def _check_version(records: Records, home: Path) -> None:
    at, newest = migrate.current(records.engine), migrate.head()
    migrate.refuse_newer(at)
    if at != newest:
        raise Conflict(
            f"The records are at version {at or 'none'}, this programme needs {newest}.",
            where=str(home),
            fix=f"Back the folder up and run: windsock migrate --home {home}",
        )
