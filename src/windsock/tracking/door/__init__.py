"""The door of intake: an ASGI application of its own that speaks the protocols of Segment, RudderStack and Sensors Data.

What it answers 200 is on disk. It looks at a body only as far as it must: unpacks it, checks that it is JSON, counts its events and
takes card numbers out; what the events mean is read when they are loaded.
"""

from __future__ import annotations

from windsock.tracking.door.door import Door, open_door

__all__ = ["Door", "open_door"]
