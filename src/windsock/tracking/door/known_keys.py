"""The write keys that work, at hand for every request: a new one within a tenth of a second, a revoked one not beyond a second or two."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import TYPE_CHECKING, NamedTuple

import structlog

from windsock.kernel.errors import WindsockError
from windsock.kernel.ids import digest
from windsock.tracking import store
from windsock.tracking.keys import KEYS_MAX

if TYPE_CHECKING:
    from collections.abc import Callable

    from windsock.tracking.body import Trust
    from windsock.workspace import Workspace

_log = structlog.get_logger(__name__)

REFRESH_S = 1.0
_BESIDE_EVERY = 2
ANEW_S = 0.1
"""So often at most the records are read because of keys that nobody knows: whoever tries keys must not keep the door busy."""
_NOTE_USE_S = 60.0
_PRESENTED_MOST = 20_000
_TEXT_MOST = 200


class KeyCard(NamedTuple):
    """What a key opens."""

    source: str
    trust: Trust
    key_id: str
    stopped: bool


class KnownKeys:
    """The keys by what senders present. A thread reads the records anew; a request waits for them only where its key is not known."""

    def __init__(self, workspace: Workspace, beside: Callable[[], None] | None = None) -> None:
        """Read the keys and start the thread, which does something ``beside`` every two seconds."""
        self._workspace, self._beside = workspace, beside
        self._by_digest: dict[str, KeyCard] = {}
        self._defaults: dict[str, KeyCard] = {}
        self._presented: dict[str, KeyCard | None] = {}
        self._used: dict[str, int] = {}
        self._noted = self._read = time.monotonic()
        self._reading: asyncio.Future[None] | None = None
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self.refresh()
        self._thread = threading.Thread(target=self._run, name="write-keys", daemon=True)
        self._thread.start()

    async def get(self, presented: str) -> KeyCard | None:
        """Return what a key opens, or None; nobody else waits while the records are asked for one that is not known."""
        # Taken before the keys: what was found among old ones must not be remembered beside new ones.
        cards = self._presented
        try:
            return cards[presented]
        except KeyError:
            pass
        if len(presented) > _TEXT_MOST:
            return None
        known = digest(presented)
        if known not in self._by_digest:
            if not await self._read_anew():
                return None
            cards = self._presented
        card = self._by_digest.get(known)
        # Whoever tries keys must not fill the memory.
        if len(cards) >= _PRESENTED_MOST:
            cards.clear()
        cards[presented] = card
        return card

    def default(self, project: str) -> KeyCard | None:
        """Return what comes in for a project of the Sensors protocol without a token."""
        return self._defaults.get(project)

    def used(self, card: KeyCard, now_ms: int) -> None:
        """Note that a key was used; written every minute."""
        self._used[card.key_id] = now_ms

    def refresh(self) -> None:
        """Read the records; one at a time, so that an older answer never comes after a newer one."""
        with self._lock:
            self._refresh()

    def close(self) -> None:
        """Stop the thread."""
        self._stopping.set()
        self._thread.join(5.0)

    async def _read_anew(self) -> bool:
        """Have the records read in a thread, once for all that wait; False where they just were."""
        if self._reading is None:
            if time.monotonic() - self._read < ANEW_S:
                return False
            self._reading = asyncio.ensure_future(asyncio.to_thread(self._try, self.refresh))
            self._reading.add_done_callback(self._was_read)
        # Whoever hangs up must not take the answer from the others.
        await asyncio.shield(self._reading)
        return True

    def _was_read(self, _: object) -> None:
        self._reading = None

    def _refresh(self) -> None:
        self._read = time.monotonic()
        with self._workspace.records.read() as session:
            rows = store.live_keys(session, KEYS_MAX)
        found: dict[str, KeyCard] = {}
        defaults: dict[str, KeyCard] = {}
        for known, key_id, source, kind, default, stopped in rows:
            card = KeyCard(source, "server" if kind == "server" else "public", key_id, stopped)
            found[known] = card
            if default:
                defaults[source] = card
        if found != self._by_digest or defaults != self._defaults:
            self._by_digest, self._defaults, self._presented = found, defaults, {}

    def _run(self) -> None:
        turn = 0
        while not self._stopping.wait(REFRESH_S):
            self._try(self.refresh)
            turn = (turn + 1) % _BESIDE_EVERY
            if self._beside is not None and not turn:
                self._try(self._beside)
            if time.monotonic() - self._noted > _NOTE_USE_S:
                self._try(self._note_use)

    def _try(self, step: Callable[[], None]) -> None:
        try:
            step()
        except WindsockError as error:
            _log.warning("what the door knows could not be read anew", reason=str(error))
        except Exception:  # noqa: BLE001 - what is known goes on working
            _log.exception("what the door knows could not be read anew")

    def _note_use(self) -> None:
        self._noted = time.monotonic()
        used, self._used = self._used, {}
        if used:
            with self._workspace.records.write() as session:
                store.touch_keys(session, used.items())
