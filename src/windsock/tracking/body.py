"""What is kept of a request until its events are in the warehouse, and for replay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec
import pyarrow as pa

Trust = Literal["server", "public"]
Protocol = Literal["segment", "sensors"]
UNREADABLE = "unreadable"
DAY_PURPOSE = "inbox-day"
_LENGTH_BYTES = 8


class Body(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The body of one request, decoded from its transport, card numbers removed.

    Attributes:
        source: code of the source whose key it came with.
        trust: ``server`` or ``public``, by that key.
        protocol: ``segment`` or ``sensors``.
        kind: segment: the last part of the address (``batch``, ``import``, ``track`` ...; ``beacon`` is a batch, ``pixel`` one event);
            sensors: ``one``, ``list`` or ``broken``. ``unreadable`` stands for bodies of a block that can't be opened any more: of
            them only source, minute and the number of events are known, and ``data`` is empty.
        received_ms: when it arrived.
        user_agent: of the request, 500 characters at most.
        events: how many events it holds; 1 when it can't be told.
        key_id: id of the write key.
        data: JSON: a batch object, one event, or (sensors, ``list``) a list of events; for ``broken`` the first 8 KB as base64 text.
        network: the name of the rule of internal traffic in whose network the sender was, or ""; its address is not kept. Blocks that were
            written before there was such a thing end before it.
    """

    source: str
    trust: Trust
    protocol: Protocol
    kind: str
    received_ms: int
    user_agent: str
    events: int
    key_id: str
    data: bytes
    network: str = ""


@dataclass(frozen=True)
class Block:
    """What one commit wrote, by its number."""

    seq: int
    bodies: tuple[Body, ...]


_decoder = msgspec.msgpack.Decoder(list[Body])
_encoder = msgspec.msgpack.Encoder()


def pack(bodies: Sequence[Body]) -> bytes:
    """Pack and compress bodies: the length of the packed text, then the text."""
    packed = _encoder.encode(bodies)
    return len(packed).to_bytes(_LENGTH_BYTES, "big") + pa.compress(packed, codec="zstd", asbytes=True)


def unpack(text: bytes) -> list[Body]:
    """Undo ``pack``."""
    length = int.from_bytes(text[:_LENGTH_BYTES], "big")
    return _decoder.decode(pa.decompress(text[_LENGTH_BYTES:], decompressed_size=length, codec="zstd", asbytes=True))
