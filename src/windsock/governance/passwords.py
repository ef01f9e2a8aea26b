"""Hash and check passwords with argon2, few at a time: each one takes tens of megabytes and milliseconds on purpose."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from windsock.kernel.errors import Busy

_AT_ONCE = threading.BoundedSemaphore(2)
_WAIT_S = 10.0
_HASHER = PasswordHasher()
# The hash of a random secret that nobody kept, with today's parameters: unknown people take as long as known ones.
NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$Y8RiGutupNxoU0ATGNbn5A$8Xfiwv+3BpXM5BZQEYJL6GFJodn3wPiGMoM1gSd07GQ"


def hash_password(password: str) -> str:
    """Return the argon2id hash, with its parameters and salt.

    Raises:
        Busy: too many are being hashed.
    """
    with _place():
        return _HASHER.hash(password.encode("utf-8", "surrogatepass"))


def password_fits(password: str, hashed: str | None) -> bool:
    """Say whether a password is the one of a hash; without a hash it takes as long and says no.

    Raises:
        Busy: too many are being checked.
    """
    with _place():
        try:
            fits = _HASHER.verify(hashed or NOBODY, password.encode("utf-8", "surrogatepass"))
        except (VerificationError, InvalidHashError):
            return False
    return fits and hashed is not None


def outdated(hashed: str) -> bool:
    """Say whether a hash was made with weaker parameters than today's."""
    return _HASHER.check_needs_rehash(hashed)


@contextmanager
def _place() -> Generator[None]:
    if not _AT_ONCE.acquire(timeout=_WAIT_S):
        raise Busy("Too many people are signing in at this moment.", fix="Try again in a few seconds.")
    try:
        yield
    finally:
        _AT_ONCE.release()
