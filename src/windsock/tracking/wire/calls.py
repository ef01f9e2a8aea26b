"""What senders said, side by side: read body by body, turned into columns all at once; one that can't be costs no other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

import msgspec

from windsock.tracking.wire.columns import undecodable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pyarrow as pa

    from windsock.tracking.body import Body
    from windsock.tracking.wire.arrays import Part
    from windsock.tracking.wire.rows import Rows

UNREAD = (msgspec.DecodeError, RecursionError, UnicodeError)
Raw = msgspec.Raw | bytes
T = TypeVar("T")


@dataclass(slots=True)
class Calls(Generic[T]):
    """Calls that could be read.

    Attributes:
        decoder: reads one.
        said: what each says.
        raws: their texts.
        at: the place of each among all rows.
        within: the place of each in its body.
        bodies: the number of its body.
    """

    decoder: msgspec.json.Decoder[T]
    said: list[T]
    raws: list[Raw]
    at: list[int]
    within: list[int]
    bodies: list[int]

    def take(self, raws: Sequence[Raw], body: Body, number: int, first: int, odd: Rows) -> int:
        """Read what stands in a body, whose rows begin at a place; what can't be read goes to ``odd``. Returns how many rows there are."""
        decode = self.decoder.decode
        try:
            said: list[T] = [decode(raw) for raw in raws]
            within: Sequence[int] = range(len(raws))
            kept = raws
        except UNREAD:
            said, within = self._those_that_are(raws, body, first, odd)
            kept = [raws[place] for place in within]
        self.said += said
        self.raws += kept
        self.at += [first + place for place in within]
        self.within += within
        self.bodies += [number] * len(kept)
        return len(raws)

    def _those_that_are(self, raws: Sequence[Raw], body: Body, first: int, odd: Rows) -> tuple[list[T], list[int]]:
        said: list[T] = []
        within: list[int] = []
        for place, raw in enumerate(raws):
            try:
                said.append(self.decoder.decode(raw))
                within.append(place)
            except UNREAD as error:
                odd.add(undecodable(bytes(raw), f"{type(error).__name__}: {error}", body), first + place)
        return said, within

    def part(self, low: int, high: int) -> Calls[T]:
        """Return some of them, read anew: what turned them into columns before may have changed them."""
        raws = self.raws[low:high]
        some = (one[low:high] for one in (self.at, self.within, self.bodies))
        return Calls(self.decoder, [self.decoder.decode(raw) for raw in raws], raws, *some)

    def parts(self, table: Callable[[Calls[T]], pa.Table], bodies: Sequence[Body], odd: Rows) -> list[Part]:
        """Return them as columns with their places; one that breaks the columns is found by halving and goes to ``odd``."""
        count = len(self.at)
        if not count:
            return []
        try:
            return [(table(self), self.at)]
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one must not cost the others
            if count == 1:
                raw, body = bytes(self.raws[0]), bodies[self.bodies[0]]
                odd.add(undecodable(raw, f"{type(error).__name__}: {error}", body), self.at[0])
                return []
            halves = self.part(0, count // 2), self.part(count // 2, count)
            return [part for half in halves for part in half.parts(table, bodies, odd)]
