"""Set destinations up, look at them, and send to them. Each change and each test message writes the audit trail."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from windsock.destinations import email, robots, store, webhook
from windsock.destinations.model import SECRET_MAX, Email, Message, Place, Robot, check_name, check_recipients, config_of, place_from
from windsock.governance import audit
from windsock.kernel.errors import InvalidInput, NotFound, TooMany

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.workspace import Workspace

_PURPOSE = "destination"
MOST = 100


@dataclass(frozen=True)
class Destination:
    """A named place as it may be shown: whether it has a secret, never which."""

    name: str
    place: Place
    has_secret: bool
    created_ms: int
    created_by: str

    @property
    def kind(self) -> str:
        """Email, webhook, or the vendor of a robot."""
        if isinstance(self.place, Robot):
            return self.place.kind
        return "email" if isinstance(self.place, Email) else "webhook"


def list_destinations(workspace: Workspace) -> list[Destination]:
    """Return all destinations by name."""
    with workspace.records.read() as session:
        return [_shown(one) for one in store.listed(session)]


def find(workspace: Workspace, name: str) -> Destination:
    """Return a destination.

    Raises:
        NotFound: there is none of that name.
    """
    return _shown(_kept(workspace, name))


def save(workspace: Workspace, actor: Actor, name: str, kind: str, config: Mapping[str, Any], secret: str | None) -> Destination:
    """Keep a destination; one of the same name is changed, and keeps its secret when none is given.

    Raises:
        InvalidInput: a setting is wrong.
        TooMany: there are 100 already.
    """
    place, now_ms = place_from(kind, config), workspace.clock.now_ms()
    if secret is not None and (len(secret) > SECRET_MAX or "\0" in secret):
        raise InvalidInput(f"A secret has at most {SECRET_MAX} characters.", where="secret")
    if secret and kind == "webhook":
        webhook.keys_of(secret)
    with workspace.records.write() as session:
        old = store.read(session, check_name(name))
        if old is None and store.count(session) >= MOST:
            raise TooMany(f"There are {MOST} destinations already.", retry_after_s=0, where="destinations", fix="Remove one that is not used.")
        if secret is None and old is not None and config_of(place_from(old.kind, old.config)) != config_of(place) and old.sealed:
            # A kept password must not be sent to a server that somebody else chose.
            raise InvalidInput("The settings changed: give the secret again.", where="secret", fix="Enter the password or secret of the new place.")
        sealed = (old.sealed if old else "") if secret is None else _seal(workspace, secret)
        new = store.Kept(name, kind, config_of(place), sealed, now_ms if old is None else old.created_ms, actor.id[:100])
        store.keep(session, new)
        detail = {"kind": kind, **{key: value for key, value in new.config.items() if key != "url"}}
        audit(session, actor, "destinations.saved", f"destination:{name}", detail, now_ms)
    return _shown(new)


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
    place = place_from(kept.kind, kept.config)
    to = check_recipients(place, recipients)
    secret = workspace.seal.open(_PURPOSE, base64.b64decode(kept.sealed)).decode() if kept.sealed else ""
    now_ms = workspace.clock.now_ms()
    if isinstance(place, Email):
        now = dt.datetime.fromtimestamp(now_ms / 1000, ZoneInfo(workspace.zone))
        email.send(place, secret, email.build(place, message, to, workspace.settings.workspace.name, now), to)
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


def _seal(workspace: Workspace, secret: str) -> str:
    return base64.b64encode(workspace.seal.shut(_PURPOSE, secret.encode())).decode() if secret else ""


def _shown(one: store.Kept) -> Destination:
    return Destination(one.name, place_from(one.kind, one.config), bool(one.sealed), one.created_ms, one.created_by)
