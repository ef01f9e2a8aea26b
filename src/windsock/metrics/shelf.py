"""Where records are kept in memory: in blocks, each a day of a course or the whole of a period, each with the version at which it held last.

A *course* holds the blocks of one question without its period. A block is never changed: it is renewed under a later version when nothing that
it hangs on was changed since, or dropped. The least used course goes first, and so do the least used days of one that is too large.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from windsock.kernel.period import Period
    from windsock.metrics.model.definition import Metric
    from windsock.metrics.reads import Reads

COURSES_MAX = 1_000
BYTES_MAX = 64_000_000
ONE_MAX = BYTES_MAX // 4
WAIT_S = 60.0
"""How long a question waits for the same one that is under way before it asks for itself."""
_BLOCK_BYTES, _RECORD_BYTES, _CELL_BYTES = 300, 300, 100

Record = dict[str, Any]
Column = tuple[object, ...]
Place = tuple[object, ...]
Key = tuple[Place, frozenset[Column]]
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Block:
    """Records of one day, or of a period; neither it nor they are to be changed. ``weight``: their bytes, where somebody knows them."""

    version: int
    records: list[Record]
    weight: int | None = None

    @property
    def size(self) -> int:
        """About how many bytes it takes: an upper estimate by its cells."""
        if self.weight is not None:
            return _BLOCK_BYTES + _RECORD_BYTES + self.weight
        cells = len(self.records[0]) if self.records else 0
        return _BLOCK_BYTES + len(self.records) * (_RECORD_BYTES + _CELL_BYTES * cells)


@dataclass(frozen=True)
class Want:
    """A question to the shelf: which course, and which blocks of it."""

    place: Place
    columns: frozenset[Column]
    pieces: tuple[Period, ...]

    @property
    def key(self) -> Key:
        """What the course is known by."""
        return (self.place, self.columns)


@dataclass(frozen=True)
class Found:
    """What the shelf has of a question: blocks of a course that holds its columns, and perhaps more."""

    key: Key
    bases: tuple[Metric, ...]
    reads: Reads
    scans: Mapping[Column, tuple[int, ...]]
    blocks: Mapping[Period, Block]


@dataclass
class _Course:
    bases: tuple[Metric, ...]
    reads: Reads
    scans: Mapping[Column, tuple[int, ...]]
    blocks: OrderedDict[Period, Block] = field(default_factory=OrderedDict["Period", Block])
    bytes: int = 0


@dataclass
class Shelf:
    """Blocks of one warehouse; safe to use from many threads."""

    bytes: int = 0
    _courses: OrderedDict[Key, _Course] = field(default_factory=OrderedDict[Key, _Course])
    _places: dict[Place, list[Key]] = field(default_factory=dict[Place, list[Key]])
    _flying: dict[object, threading.Event] = field(default_factory=dict[object, threading.Event])
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __len__(self) -> int:
        """How many blocks there are."""
        return sum(len(course.blocks) for course in self._courses.values())

    def once(self, key: object, work: Callable[[], Answer]) -> Answer:
        """Do some work; whoever wants the same meanwhile waits until it is done, and then finds most of it kept."""
        with self._lock:
            flight = self._flying.get(key)
            mine = flight is None
            if flight is None:
                flight = self._flying[key] = threading.Event()
        if not mine:
            flight.wait(WAIT_S)
            return work()
        try:
            return work()
        finally:
            with self._lock:
                del self._flying[key]
            flight.set()

    def look(self, want: Want) -> Found | None:
        """Return what is kept of a question, from the course that has the most of it; whether it still holds is for the caller to find out."""
        with self._lock:
            best: tuple[Key, list[Period]] | None = None
            for key in self._places.get(want.place, ()):
                if want.columns <= key[1]:
                    have = [piece for piece in want.pieces if piece in self._courses[key].blocks]
                    if have and (best is None or len(have) > len(best[1]) or (len(have) == len(best[1]) and key == want.key)):
                        best = (key, have)
            if best is None:
                return None
            course = self._courses[best[0]]
            self._courses.move_to_end(best[0])
            return Found(best[0], course.bases, course.reads, course.scans, {piece: course.blocks[piece] for piece in best[1]})

    def renew(self, found: Found, good: Mapping[Period, Block], version: int) -> dict[Period, Block]:
        """Note that some blocks hold at a version too, and drop the others of what was found; returns those that hold."""
        renewed = {piece: block if block.version >= version else replace(block, version=version) for piece, block in good.items()}
        with self._lock:
            course = self._courses.get(found.key)
            if course is not None:
                for piece, block in found.blocks.items():
                    if course.blocks.get(piece) is not block:
                        continue  # somebody else knows better by now
                    if piece in renewed:
                        course.blocks[piece] = renewed[piece]
                        course.blocks.move_to_end(piece)
                    else:
                        self._drop(course, piece)
        return renewed

    def keep(self, fresh: Found, wanted: Iterable[Period]) -> None:
        """Keep blocks that were asked for just now, unless somebody has later ones; those that are wanted now are the last to go."""
        if sum(block.size for block in fresh.blocks.values()) > ONE_MAX:
            return
        with self._lock:
            course = self._courses.get(fresh.key)
            if course is None:
                course = self._courses[fresh.key] = _Course(fresh.bases, fresh.reads, fresh.scans)
                self._places.setdefault(fresh.key[0], []).append(fresh.key)
            for piece, block in fresh.blocks.items():
                known = course.blocks.get(piece)
                if known is not None and known.version > block.version:
                    continue
                if known is not None:
                    self._drop(course, piece)
                course.blocks[piece] = block
                course.bytes += block.size
                self.bytes += block.size
            self._courses.move_to_end(fresh.key)
            self._shrink(course, wanted)

    def _shrink(self, course: _Course, wanted: Iterable[Period]) -> None:
        keep = set(wanted)
        for piece in list(course.blocks):
            if course.bytes <= ONE_MAX:
                break
            if piece not in keep:
                self._drop(course, piece)
        while self._courses and (self.bytes > BYTES_MAX or len(self._courses) > COURSES_MAX):
            key, gone = self._courses.popitem(last=False)
            self.bytes -= gone.bytes
            self._places[key[0]].remove(key)
            if not self._places[key[0]]:
                del self._places[key[0]]

    def _drop(self, course: _Course, piece: Period) -> None:
        size = course.blocks.pop(piece).size
        course.bytes -= size
        self.bytes -= size
