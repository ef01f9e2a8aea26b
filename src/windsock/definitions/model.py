"""What a definition is, and how two versions differ. Rules only."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

from windsock.kernel.errors import InvalidInput, TooLarge

State = Literal["draft", "trial", "active", "retired"]
STATES: tuple[State, ...] = get_args(State)

KIND = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
NAME = re.compile(r"[a-z0-9][a-z0-9_.\-]{0,119}", re.ASCII)
BODY_MAX_BYTES = 256_000
DEPTH_MAX = 40
REASON_MAX = 1_000
CHANGES_MAX = 500

_MISSING: Any = object()


@dataclass(frozen=True)
class Definition:
    """One version of something that people define.

    Attributes:
        kind: metric, tracking_plan, condition, monitor ...
        name: unique within its kind.
        version: counts from 1.
        body: what is defined, as JSON; never changes.
        state: draft, trial (side by side with the active one), active (at most one), retired.
        author: who wrote it.
        approver: who activated it, or None.
        reason: why this version exists.
        sha256: of the canonical body.
        created_ms: when it was written.
        changed_ms: when its state last changed.
    """

    kind: str
    name: str
    version: int
    body: dict[str, Any]
    state: State
    author: str
    approver: str | None
    reason: str
    sha256: str
    created_ms: int
    changed_ms: int


@dataclass(frozen=True)
class Change:
    """One difference between two bodies.

    Attributes:
        path: a JSON pointer, such as ``/formula/over``.
        op: added, removed or changed.
        old: the value before, None where it was added.
        new: the value after, None where it was removed.
    """

    path: str
    op: Literal["added", "removed", "changed"]
    old: Any
    new: Any


@dataclass(frozen=True)
class Diff:
    """The differences in the order of their paths; ``complete`` is False when there were more than are shown."""

    changes: tuple[Change, ...]
    complete: bool


def check_place(kind: str, name: str) -> None:
    """Check the kind's and the name's form.

    Raises:
        InvalidInput: one can't be.
    """
    if not KIND.fullmatch(kind):
        raise InvalidInput(f"'{kind[:60]}' is no kind of definition.", where="kind", fix="Use lower case letters, digits and _.")
    if not NAME.fullmatch(name):
        raise InvalidInput(f"'{name[:60]}' is no name of a definition.", where="name", fix="Use lower case letters, digits, _ . and -.")


def check_reason(reason: str) -> str:
    """Return the reason without blanks around it.

    Raises:
        InvalidInput: there is none, or it is too long.
    """
    reason = reason.replace("\0", "").strip()
    if not 0 < len(reason) <= REASON_MAX:
        raise InvalidInput("A reason is needed.", where="reason", fix=f"Say why in 1 to {REASON_MAX} characters.")
    return reason


def canonical(body: Mapping[str, Any]) -> str:
    """Return the one text of a body: keys sorted, no blanks; equal bodies give equal texts.

    Raises:
        InvalidInput: it is no JSON, or nested too deep.
        TooLarge: over 256 kB.
    """
    _check_depth(body, DEPTH_MAX)
    try:
        text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
        size = len(text.encode())
    except (TypeError, ValueError) as error:
        raise InvalidInput(f"The definition is no JSON: {error}.", where="body") from None
    if size > BODY_MAX_BYTES:
        raise TooLarge(f"The definition has {size} bytes.", where="body", fix=f"Keep it under {BODY_MAX_BYTES}.")
    return text


def digest(text: str) -> str:
    """Return the SHA-256 of a canonical body, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def difference(old: Mapping[str, Any], new: Mapping[str, Any]) -> Diff:
    """Compare two bodies key by key and item by item.

    >>> difference({"unit": "money", "by": ["a"]}, {"unit": "count", "by": ["a", "b"]}).changes
    (Change(path='/by/1', op='added', old=None, new='b'), Change(path='/unit', op='changed', old='money', new='count'))
    """
    changes: list[Change] = []
    for change in _walk("", dict(old), dict(new)):
        if len(changes) == CHANGES_MAX:
            return Diff(tuple(changes), complete=False)
        changes.append(change)
    return Diff(tuple(changes), complete=True)


def _walk(path: str, old: Any, new: Any) -> Iterator[Change]:  # noqa: ANN401 - JSON
    if old is _MISSING:
        yield Change(path, "added", None, new)
    elif new is _MISSING:
        yield Change(path, "removed", old, None)
    elif isinstance(old, dict) and isinstance(new, dict):
        left, right = cast("dict[str, Any]", old), cast("dict[str, Any]", new)
        for key in sorted({*left, *right}):
            step = key.replace("~", "~0").replace("/", "~1")
            yield from _walk(f"{path}/{step}", left.get(key, _MISSING), right.get(key, _MISSING))
    elif isinstance(old, list) and isinstance(new, list):
        before, after = cast("list[Any]", old), cast("list[Any]", new)
        for i in range(max(len(before), len(after))):
            yield from _walk(f"{path}/{i}", before[i] if i < len(before) else _MISSING, after[i] if i < len(after) else _MISSING)
    elif type(old) is not type(new) or old != new:  # pyright: ignore[reportUnknownArgumentType] - JSON; True is not 1
        yield Change(path, "changed", old, new)


def _check_depth(value: Any, left: int) -> None:  # noqa: ANN401 - JSON
    if left == 0:
        raise InvalidInput("The definition is nested too deep.", where="body", fix=f"At most {DEPTH_MAX} levels.")
    inner: list[Any] = []
    if isinstance(value, Mapping):
        mapping = cast("Mapping[Any, Any]", value)
        if not all(isinstance(key, str) for key in mapping):
            raise InvalidInput("The definition has a key that is no text.", where="body")
        inner = list(mapping.values())
    elif isinstance(value, list | tuple):
        inner = list(cast("list[Any]", value))
    for one in inner:
        _check_depth(one, left - 1)
