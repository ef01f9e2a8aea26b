"""The decoder: a process that reads blocks of the inbox and gives back the columns of their events. Started by path, it ends with its pipe.

It holds nothing and writes nothing but answers, so that it may be killed at any moment.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

    from windsock.tracking.block_reader import BlockReader
    from windsock.tracking.decoder.frames import Answer, Ask


def _enter_by_the_side_door() -> None:
    """Let files of the room be imported without its face, which brings in the load and both stores: a second, and 90 MB."""
    room = ModuleType("windsock.tracking")
    room.__path__ = [str(Path(__file__).resolve().parent.parent)]
    sys.modules[room.__name__] = room


def _exactly(size: int) -> bytes:
    parts: list[bytes] = []
    while size:
        part = os.read(0, size)
        if not part:
            os._exit(0)  # whoever asked is gone
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def answer(blocks: BlockReader, ask: Ask, signing_key: bytes) -> tuple[Answer, list[pa.Buffer]]:
    """Read and decode; returns the answer and the streams that follow it."""
    from windsock.kernel.seal import hashed  # noqa: PLC0415 - after the side door, here and below
    from windsock.tracking.decoder.frames import Answer, Part, stream_of  # noqa: PLC0415
    from windsock.tracking.wire import decode_apart, reading_with  # noqa: PLC0415

    try:
        found = blocks.read(ask.after, ask.most)
    finally:
        blocks.forget_keys()
    if not found:
        return Answer(), []
    reading = reading_with(ask.zone, lambda source: hashed(signing_key, source), ask.channels, ask.networks)
    apart = decode_apart((body for block in found for body in block.bodies), reading)
    streams = [stream_of(events) for _, _, events in apart]
    parts = [Part(source, trust, events.num_rows, stream.size) for (source, trust, events), stream in zip(apart, streams, strict=True)]
    return Answer(found[0].seq, found[-1].seq, parts), streams


def main() -> None:
    """Answer until nobody asks any more."""
    for sign in (signal.SIGINT, signal.SIGTERM):  # they are meant for whoever started it, and it ends with that one
        signal.signal(sign, signal.SIG_IGN)
    out = os.dup(1)
    os.dup2(2, 1)  # what a library prints must not stand between answers
    _enter_by_the_side_door()
    import msgspec  # noqa: PLC0415

    from windsock.tracking.block_reader import BlockReader  # noqa: PLC0415
    from windsock.tracking.decoder.frames import LENGTH_BYTES, Answer, Ask, Start, packed, write_all  # noqa: PLC0415
    from windsock.tracking.inbox_sql import connect_for_reading  # noqa: PLC0415

    def heard() -> bytes:
        return _exactly(int.from_bytes(_exactly(LENGTH_BYTES), "big"))

    start = msgspec.msgpack.decode(heard(), type=Start)
    blocks = BlockReader(connect_for_reading(Path(start.inbox)), start.day_purpose_key)
    gc.collect()
    gc.freeze()
    gc.disable()  # what decoding makes has no cycles but for errors; it looks for them between two answers
    write_all(out, [packed(Answer())])
    while True:
        ask = msgspec.msgpack.decode(heard(), type=Ask)
        try:
            said, streams = answer(blocks, ask, start.signing_key)
        except Exception as error:  # noqa: BLE001 - whoever asked decodes it himself, and meets what is wrong there
            said, streams = Answer(error=f"{type(error).__name__}: {error}"[:500]), []
        write_all(out, [packed(said), *streams])
        del said, streams
        gc.collect()


if __name__ == "__main__":
    try:
        main()
    except BrokenPipeError:
        os._exit(0)
