"""Read and decode the next blocks of the inbox while those before them are loaded: in a process of its own while much waits, else in a thread."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from windsock.tracking.body import DAY_PURPOSE
from windsock.tracking.decoder.asking import Decoder, DecoderLost
from windsock.tracking.decoder.frames import Ask, Start
from windsock.tracking.keys import default_channels
from windsock.tracking.model.internal import networks_of
from windsock.tracking.plan.read import read_internal
from windsock.tracking.poison import Group
from windsock.tracking.wire import Reading, decode_apart, reading_with
from windsock.workspace import INBOX_FILE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from windsock.tracking.inbox import Block, Body, Inbox
    from windsock.tracking.model.network import NetworkRule
    from windsock.workspace import Workspace

SIGNING = "sign-id"
WORTH_EVENTS = 10_000
"""So many must wait that a process of its own is started for them, and asked: a small batch is decoded before it could be."""


@dataclass(frozen=True)
class Taken:
    """Blocks by the numbers of the first and last, and their events."""

    first: int
    last: int
    groups: list[Group]


def reading_of(workspace: Workspace) -> Reading:
    """Return how bodies of a workspace are read: its zone, its sources' signing secrets and default channels, networks of internal traffic."""
    return _reading(workspace, default_channels(workspace), _networks(workspace))


def _networks(workspace: Workspace) -> tuple[NetworkRule, ...]:
    return networks_of(read_internal(workspace)[0])


def _reading(workspace: Workspace, channels: Mapping[str, str], networks: tuple[NetworkRule, ...]) -> Reading:
    return reading_with(workspace.zone, lambda source: workspace.seal.hash(SIGNING, source), channels, networks)


def groups_of(bodies: Iterable[Body], reading: Reading) -> list[Group]:
    """Return the events of bodies, kept apart by source and trust, as they are loaded."""
    return [Group(source, trust, events) for source, trust, events in decode_apart(bodies, reading)]


def _taken(blocks: Sequence[Block], reading: Reading) -> Taken:
    return Taken(blocks[0].seq, blocks[-1].seq, groups_of((body for block in blocks for body in block.bodies), reading))


class Ahead:
    """What comes next of an inbox.

    Attributes:
        most: events at a time.
        decoder: the process, if there may be one.
    """

    def __init__(self, workspace: Workspace, inbox: Inbox, most: int, *, helped: bool) -> None:
        """Take an inbox open for reading.

        Args:
            workspace: whose it is.
            inbox: the inbox.
            most: events at a time.
            helped: a process of its own may be started where it is worth it.
        """
        self._workspace, self._inbox, self.most = workspace, inbox, most
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="drain-decode")
        self._coming: Future[Taken | None] | None = None
        seal = workspace.seal
        self.decoder = Decoder(Start(str(workspace.home / INBOX_FILE), seal.key(DAY_PURPOSE), seal.key(SIGNING))) if helped else None
        self.refresh()

    def refresh(self) -> None:
        """Look how bodies are read from now on."""
        self._zone, self._channels, self._rules = self._workspace.zone, default_channels(self._workspace), _networks(self._workspace)
        self._reading = _reading(self._workspace, self._channels, self._rules)

    def anything(self, after: int) -> bool:
        """Say whether there may be anything to take after a number."""
        if self.decoder is not None:
            self.decoder.rest()
        return self._coming is not None or self._inbox.waiting(after) > 0

    def take(self, after: int) -> Taken | None:
        """Return the blocks after a number, those that were begun or what is there now; None when there is nothing."""
        coming, self._coming = self._coming, None
        found: Taken | None = None
        if coming is not None:
            with suppress(DecoderLost):  # it has been told; what it should have read is still there
                found = coming.result()
        if found is None:
            blocks = self._inbox.read(after, self.most)
            found = _taken(blocks, self._reading) if blocks else None
        return found

    def begin(self, after: int) -> bool:
        """Begin to read what stands after a number; returns whether there is anything."""
        waiting = self._inbox.waiting(after)
        if not waiting:
            return False
        if self.decoder is not None and waiting >= min(WORTH_EVENTS, self.most) and self.decoder.ready():
            self._coming = self._thread.submit(self._asked, self.decoder, Ask(after, self.most, self._zone, self._channels, self._rules))
        else:
            self._coming = self._thread.submit(_taken, self._inbox.read(after, self.most), self._reading)
        return True

    @staticmethod
    def _asked(decoder: Decoder, ask: Ask) -> Taken | None:
        first, last, parts = decoder.take(ask)
        return Taken(first, last, [Group(*part) for part in parts]) if first else None

    def forget(self) -> None:
        """Forget what was begun: the load begins elsewhere."""
        coming, self._coming = self._coming, None
        if coming is not None:
            wait([coming])

    def close(self) -> None:
        """End thread and process."""
        if self.decoder is not None:
            self.decoder.kill()
        self._thread.shutdown(cancel_futures=True)
        if self.decoder is not None:
            self.decoder.close()
