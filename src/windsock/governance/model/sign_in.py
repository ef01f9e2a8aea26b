"""Rules of signing in: e-mails, names, passwords, and how long a series of failures keeps the door shut."""

from __future__ import annotations

import re
from dataclasses import dataclass

from windsock.kernel.errors import InvalidInput

EMAIL_MAX, NAME_MAX = 254, 80
PASSWORD_MIN, PASSWORD_MAX = 12, 200
_DIFFERENT = 5
_PART_MIN = 3
_EMAIL = re.compile(r"[^\s@\x00-\x1f\x7f<>\"(),:;\\\[\]]{1,64}@[^\s@\x00-\x1f\x7f<>\"(),:;\\\[\]]{1,190}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

ADMIN_LINK_MS = 24 * 3600 * 1000
SESSIONS_MAX = 20


def as_email(text: str, where: str = "email") -> str:
    """Return an e-mail address as it is kept: trimmed and case-folded.

    Raises:
        InvalidInput: it is no address.
    """
    email = text.strip().casefold()
    if len(email) > EMAIL_MAX or not _EMAIL.fullmatch(email) or _CONTROL.search(email):
        raise InvalidInput("This is not an e-mail address.", where=where, fix="Write it as name@example.com.")
    return email


def as_name(text: str, where: str = "name") -> str:
    """Return a name as it is kept: trimmed, one line, 1 to 80 characters.

    Raises:
        InvalidInput: empty, too long, or with control characters.
    """
    name = text.strip()
    if not name or len(name) > NAME_MAX or _CONTROL.search(name):
        raise InvalidInput("The name is empty, too long or holds control characters.", where=where, fix=f"Use 1 to {NAME_MAX} characters.")
    return name


def check_password(password: str, *, email: str, name: str, where: str = "password") -> None:
    """Refuse a weak password.

    Raises:
        InvalidInput: shorter than 12 characters, over 200, of fewer than 5 different ones, or with the e-mail or the name inside.
    """
    if len(password) < PASSWORD_MIN:
        raise InvalidInput("The password is too short.", where=where, fix=f"Use at least {PASSWORD_MIN} characters; a few words are fine.")
    if len(password) > PASSWORD_MAX:
        raise InvalidInput("The password is too long.", where=where, fix=f"Use at most {PASSWORD_MAX} characters.")
    if len(set(password)) < _DIFFERENT:
        raise InvalidInput("The password repeats few characters.", where=where, fix=f"Use at least {_DIFFERENT} different ones.")
    folded = password.casefold()
    local, _, domain = email.casefold().partition("@")
    parts = [local, domain, *name.casefold().split()]
    if any(len(part) >= _PART_MIN and part in folded for part in parts):
        raise InvalidInput("The password holds the name or the e-mail address.", where=where, fix="Choose one without them.")


@dataclass(frozen=True)
class Throttle:
    """How failures are answered.

    Attributes:
        free: tries that cost nothing.
        first_ms: the wait after them; it doubles with each further failure.
        longest_ms: the longest wait.
        forget_ms: quiet time after which the count starts again.
    """

    free: int
    first_ms: int = 15_000
    longest_ms: int = 15 * 60_000
    forget_ms: int = 30 * 60_000


PAIR = Throttle(free=5)
ADDRESS = Throttle(free=50)


@dataclass(frozen=True)
class Failures:
    """A series of failed tries."""

    count: int = 0
    last_ms: int = 0
    blocked_until_ms: int = 0


def wait_ms(failures: Failures, now_ms: int) -> int:
    """Return for how long the door stays shut; 0 when a try is welcome."""
    return max(0, failures.blocked_until_ms - now_ms)


def count_try(failures: Failures, throttle: Throttle, now_ms: int) -> Failures:
    """Count a try as a failure before it is decided, so that parallel tries can't slip through; success takes it back."""
    quiet = now_ms - max(failures.last_ms, failures.blocked_until_ms) > throttle.forget_ms
    count = 1 if quiet else failures.count + 1
    over = count - throttle.free
    wait = 0 if over < 0 else min(throttle.first_ms << min(over, 20), throttle.longest_ms)
    return Failures(count, now_ms, now_ms + wait if wait else 0)
