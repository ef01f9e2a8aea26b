"""Set destinations up, look at them, and send to them. Each change and each test message writes the audit trail."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from windsock.destinations import email, inbox, robots, store, webhook
from windsock.destinations.model import (
    SECRET_MAX,
    Email,
    Inbox,
    Message,
    Place,
    Robot,
    check_name,
    check_recipients,
    config_of,
    pace_from,
    place_from,
)
from windsock.governance import SYSTEM, audit
from windsock.kernel.errors import InvalidInput, NotFound, TooMany

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.workspace import Workspace

_PURPOSE = "destination"
_ADDRESS = "destination-address"
MOST = 100


@dataclass(frozen=True)
class Destination:
    """A named place as it may be shown: whether it has a secret, never which."""

    name: str
    place: Place
    has_secret: bool
    created_ms: int
    created_by: str
    per_minute: int = 60

    @property
    def host(self) -> str:
        """Where it is: all that is told of an address, whose other parts are keys."""
        if isinstance(self.place, Inbox):
            return ""
        return self.place.host if isinstance(self.place, Email) else str(urlsplit(self.place.url).hostname)

    @property
    def kind(self) -> str:
        """Email, webhook, inbox, or the vendor of a robot."""
        if isinstance(self.place, Robot):
            return self.place.kind
        return "email" if isinstance(self.place, Email) else "inbox" if isinstance(self.place, Inbox) else "webhook"


def list_destinations(workspace: Workspace) -> list[Destination]:
    """Return all destinations by name."""
    with workspace.records.read() as session:
        return [_shown(workspace, one) for one in store.listed(session)]


def find(workspace: Workspace, name: str) -> Destination:
    """Return a destination.

    Raises:
        NotFound: there is none of that name.
    """
    return _shown(workspace, _kept(workspace, name))


def save(workspace: Workspace, actor: Actor, name: str, kind: str, config: Mapping[str, Any], secret: str | None) -> Destination:
    """Keep a destination; one of the same name is changed, and keeps its secret, and its address (``url``), when none is given.

    Raises:
        InvalidInput: a setting is wrong.
        TooMany: there are 100 already.
    """
    check_name(name)
    per_minute = pace_from(kind, config)
    if secret is not None and (len(secret) > SECRET_MAX or "\0" in secret):
        raise InvalidInput(f"A secret has at most {SECRET_MAX} characters.", where="secret")
    if secret and kind == "webhook":
        webhook.keys_of(secret)
    now_ms = workspace.clock.now_ms()
    with workspace.records.write() as session:
        old = store.read(session, name)
        before = None if old is None else _place(workspace, old)
        place = place_from(kind, _with_address(kind, config, old, before))
        if old is None and store.count(session) >= MOST:
            raise TooMany(f"There are {MOST} destinations already.", retry_after_s=0, where="destinations", fix="Remove one that is not used.")
        if secret is None and old is not None and before != place and old.sealed:
            # A kept password must not be sent to a server that somebody else chose.
            raise InvalidInput("The settings changed: give the secret again.", where="secret", fix="Enter the password or secret of the new place.")
        sealed = (old.sealed if old else "") if secret is None else _seal(workspace, _PURPOSE, secret)
        created_ms = now_ms if old is None else old.created_ms
        shown = {**config_of(place), "per_minute": per_minute}
        new = store.Kept(name, kind, shown, sealed, created_ms, actor.id[:100], _sealed_address(workspace, place))
        store.keep(session, new)
        audit(session, actor, "destinations.saved", f"destination:{name}", {"kind": kind, **shown}, now_ms)
    return _shown(workspace, new)


def seal_addresses(workspace: Workspace) -> None:
    """Seal the addresses that an older Windsock kept in the clear; a second run finds none."""
    with workspace.records.read() as session:
        names = [one.name for one in store.listed(session) if "url" in one.config]
    for name in names:
        with workspace.records.write() as session:
            one = store.read(session, name)
            if one is not None and "url" in one.config:
                place = _place(workspace, one)
                config = {**config_of(place), "per_minute": pace_from(one.kind, one.config)}
                store.keep(session, replace(one, config=config, address=_sealed_address(workspace, place)))
                audit(session, SYSTEM, "destinations.address_sealed", f"destination:{name}", {}, workspace.clock.now_ms())


def drop(workspace: Workspace, actor: Actor, name: str) -> None:
    """Forget a destination.

    Raises:
        NotFound: there is none of that name.
    """
    with workspace.records.write() as session:
        if not store.drop(session, name):
            raise _missing(name)
        audit(session, actor, "destinations.dropped", f"destination:{name}", {}, workspace.clock.now_ms())


def send(workspace: Workspace, name: str, message: Message, recipients: Sequence[str]) -> None:
    """Send a message now; nothing is tried twice here, for whoever calls knows whether it may be.

    Raises:
        NotFound: there is no such destination.
        InvalidInput: recipients are wrong, or the other side says that trying again is of no use.
        TooLarge: over 8 MB.
        Fault: the other side can't be reached, or asks to come later.
    """
    kept = _kept(workspace, name)
    place = _place(workspace, kept)
    to = check_recipients(place, recipients)
    secret = workspace.seal.open(_PURPOSE, base64.b64decode(kept.sealed)).decode() if kept.sealed else ""
    now_ms = workspace.clock.now_ms()
    if isinstance(place, Email):
        now = dt.datetime.fromtimestamp(now_ms / 1000, ZoneInfo(workspace.zone))
        email.send(place, secret, email.build(place, message, to, workspace.settings.workspace.name, now), to)
    elif isinstance(place, Inbox):
        inbox.put_for(workspace, to, message)
    elif isinstance(place, Robot):
        robots.send(place, secret, message, now_ms)
    else:
        webhook.send(place, secret, message.id, webhook.build(message), now_ms // 1000)


def send_test(workspace: Workspace, actor: Actor, name: str, recipients: Sequence[str]) -> None:
    """Send a short message that says that the destination works.

    Raises:
        As ``send``.
    """
    text = f"This destination works. / 发送去处可以使用。\n\n{workspace.settings.workspace.name}"
    html = f"<p>This destination works. / 发送去处可以使用。</p><p>{name}</p>"
    message = Message(workspace.ids.new("test"), "Windsock: test / 测试", text, html)
    send(workspace, name, message, recipients)
    with workspace.records.write() as session:
        audit(session, actor, "destinations.tested", f"destination:{name}", {"recipients": len(recipients)}, workspace.clock.now_ms())


def _kept(workspace: Workspace, name: str) -> store.Kept:
    with workspace.records.read() as session:
        found = store.read(session, name)
    if found is None:
        raise _missing(name)
    return found


def _missing(name: str) -> NotFound:
    return NotFound(f"There is no destination '{name[:40]}'.", where="destination", fix="Set it up first.")


def _seal(workspace: Workspace, purpose: str, text: str) -> str:
    return base64.b64encode(workspace.seal.shut(purpose, text.encode())).decode() if text else ""


def _sealed_address(workspace: Workspace, place: Place) -> str:
    return "" if isinstance(place, Email | Inbox) else _seal(workspace, _ADDRESS, place.url)


def _with_address(kind: str, config: Mapping[str, Any], old: store.Kept | None, before: Place | None) -> Mapping[str, Any]:
    """Return settings with the address that is kept, where none is given and the kind stays: nobody can be shown it to write it again."""
    if config.get("url") or old is None or old.kind != kind or before is None or isinstance(before, Email | Inbox):
        return config
    return {**config, "url": before.url}


def _place(workspace: Workspace, one: store.Kept) -> Place:
    url = workspace.seal.open(_ADDRESS, base64.b64decode(one.address)).decode() if one.address else one.config.get("url")
    return place_from(one.kind, {**one.config, "url": url})


def _shown(workspace: Workspace, one: store.Kept) -> Destination:
    per_minute = pace_from(one.kind, one.config)
    return Destination(one.name, _place(workspace, one), bool(one.sealed), one.created_ms, one.created_by, per_minute)
