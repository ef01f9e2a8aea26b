"""Work of the room that never ends."""

from windsock.tracking.drain import STREAM

STREAMS = (STREAM,)
