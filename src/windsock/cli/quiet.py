"""No collection of garbage while modules are imported: what they make stays, and looking at it over and over is a tenth of a start."""

from __future__ import annotations

import gc
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def no_collection() -> Generator[None]:
    """Collect no garbage inside the ``with``; inside another one, nothing changes."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def keep() -> None:
    """Look no more at what has been made until now; collect what is made from now on."""
    gc.freeze()
    gc.enable()


def unkeep() -> None:
    """Look at everything again."""
    gc.unfreeze()
