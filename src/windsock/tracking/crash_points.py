"""Places at which a test kills the process without a word, to prove that what was acknowledged is still there.

``WINDSOCK_CRASH_AT=drain.after_append:3`` kills at the third pass of that place. Without the variable a place costs one comparison.
"""

from __future__ import annotations

import os
import signal

POINTS = (
    "accept.before_commit",
    "accept.after_commit",
    "accept.before_ack",
    "drain.before_load",
    "drain.after_identity",
    "drain.after_append",
    "drain.before_commit",
    "drain.after_commit",
    "drain.before_mark",
)

_point, _, _count = os.environ.get("WINDSOCK_CRASH_AT", "").partition(":")
_left = [int(_count or 1)]


def reach(point: str) -> None:
    """Pass a place; the process dies here when it was asked to."""
    if point == _point:
        _left[0] -= 1
        if _left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
