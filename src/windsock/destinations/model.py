"""What is sent and where to: messages, the settings of each kind of place, and the rules that keep both harmless. Rules only."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, cast, get_args
from urllib.parse import urlsplit

from windsock.kernel.errors import InvalidInput

RobotKind = Literal["wecom", "dingtalk", "feishu", "slack"]
Kind = Literal["email", "webhook", "wecom", "dingtalk", "feishu", "slack", "inbox"]
Severity = Literal["info", "warning", "critical"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Security = Literal["starttls", "tls", "none"]
NAME = re.compile(r"[a-z][a-z0-9_\-]{0,39}", re.ASCII)
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~\-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9\-]{0,62}\.)*[A-Za-z0-9\-]{1,63}", re.ASCII)
_DOMAIN = re.compile(r"(?=.{1,253}\Z)[a-z0-9\-]+(\.[a-z0-9\-]+)*", re.ASCII)
RECIPIENTS_MAX = 50
MESSAGE_MAX_BYTES = 8_000_000
SECRET_MAX = 500
PACE_MAX = 600
PACES = {"wecom": 20, "dingtalk": 20, "feishu": 60, "slack": 60}
"""Requests a minute: WeCom and DingTalk refuse the 21st (their documents on group robots); Feishu takes 100 and 5 a second, Slack one a second."""


@dataclass(frozen=True)
class Picture:
    """A PNG that stands in a message; ``name`` is how its HTML points to it (``cid:name``), ``alt`` says it in words."""

    name: str
    alt: str
    png: bytes


@dataclass(frozen=True)
class Button:
    """A link with its label in both languages: acknowledge, mute, open."""

    zh: str
    en: str
    url: str


@dataclass(frozen=True)
class Message:
    """What is sent.

    Attributes:
        id: the same however often it is tried, so that who receives it twice can tell.
        subject: one line.
        text: for readers of plain text.
        html: the same for the others; pictures as ``cid:<name>``.
        pictures: PNG images.
        data: the numbers, for machines.
        severity: how loud it is where a place can show that.
        buttons: links, at most 5 are shown.
        language: which of a button's labels is shown.
        path: the page that it opens in the inbox, such as ``/watch/incidents/inc_1``; empty for none.
        type: what it is about, for machines: ``report.sent``, ``incident.opened`` ...
    """

    id: str
    subject: str
    text: str
    html: str
    pictures: tuple[Picture, ...] = ()
    data: dict[str, Any] = field(default_factory=dict[str, Any])
    severity: Severity = "info"
    buttons: tuple[Button, ...] = ()
    language: Literal["zh", "en"] = "en"
    type: str = "report.sent"
    path: str = ""


@dataclass(frozen=True)
class Email:
    """An SMTP server: where, how it is secured, who signs in, whom messages are from, and to which domains they may go (any when empty)."""

    host: str
    port: int
    security: Security
    user: str
    sender: str
    domains: tuple[str, ...]


@dataclass(frozen=True)
class Webhook:
    """An address that takes JSON by POST; private addresses only when they are allowed here."""

    url: str = field(repr=False)
    private: bool


@dataclass(frozen=True)
class Robot:
    """A robot in a group of a chat: its vendor, and its address, which is a secret by itself."""

    kind: RobotKind
    url: str = field(repr=False)
    private: bool


@dataclass(frozen=True)
class Inbox:
    """The inbox in the browser: of some members (ids, e-mails or names), and ``@duty`` is who is on duty when a message is sent."""

    members: tuple[str, ...]


Place = Email | Webhook | Robot | Inbox
ON_DUTY = "@duty"


def check_name(name: str) -> str:
    """Return the name of a destination.

    Raises:
        InvalidInput: it can't be.
    """
    if not NAME.fullmatch(name):
        raise InvalidInput(f"'{name[:40]}' is no name of a destination.", where="name", fix="Use small letters, digits, _ and -, a letter first.")
    return name


def place_from(kind: str, config: Mapping[str, Any]) -> Place:
    """Read the settings of a destination.

    Raises:
        InvalidInput: says which is wrong.
    """
    if kind == "email":
        return _email(config)
    if kind == "webhook":
        return _webhook(config)
    if kind == "inbox":
        return Inbox(_members(config.get("members")))
    if kind in get_args(RobotKind):
        address = _webhook(config)
        return Robot(cast("RobotKind", kind), address.url, address.private)
    raise InvalidInput(f"'{kind[:40]}' is no kind of destination.", where="kind", fix=f"Use one of: {', '.join(KINDS)}.")


def config_of(place: Place) -> dict[str, Any]:
    """Return the settings as they are kept and told of: never a secret, and of an address its host alone."""
    if isinstance(place, Inbox):
        return {"members": list(place.members)}
    if not isinstance(place, Email):
        return {"host": str(urlsplit(place.url).hostname), "private": place.private}
    return {**place.__dict__, "domains": list(place.domains)}


def pace_from(kind: str, config: Mapping[str, Any]) -> int:
    """Return how many requests a minute a place is sent at most: what the vendors of robots allow, where nothing else is set.

    Raises:
        InvalidInput: it is no number from 1 to 600.
    """
    asked = config.get("per_minute")
    if asked is None:
        return PACES.get(kind, 60)
    if not isinstance(asked, int) or isinstance(asked, bool) or not 1 <= asked <= PACE_MAX:
        raise InvalidInput("That is no number of messages a minute.", where="per_minute", fix=f"Write 1 to {PACE_MAX}.")
    return asked


def check_address(text: str, where: str = "recipients") -> str:
    """Return an e-mail address without blanks around it.

    Raises:
        InvalidInput: it is none; line breaks, which would smuggle in headers, never are part of one.
    """
    address = text.strip(" ")
    if len(address) > 254 or not _ADDRESS.fullmatch(address):
        raise InvalidInput(f"'{address[:80]}' is no e-mail address.", where=where, fix="Write it as name@example.com.")
    return address


def check_recipients(place: Place, recipients: Sequence[str]) -> tuple[str, ...]:
    """Return who gets a message, each once: at least one and at most 50 for e-mail, nobody for a webhook or robot.

    Raises:
        InvalidInput: too many or none, or one of a domain that the destination does not allow.
    """
    if isinstance(place, Inbox):
        return _members(recipients or place.members)
    if not isinstance(place, Email):
        if recipients:
            raise InvalidInput("A webhook or robot has no recipients.", where="recipients", fix="Leave them out.")
        return ()
    found = tuple(dict.fromkeys(check_address(one) for one in recipients))
    if not 0 < len(found) <= RECIPIENTS_MAX:
        raise InvalidInput(f"An e-mail goes to 1 to {RECIPIENTS_MAX} recipients.", where="recipients")
    for address in found:
        domain = address.rpartition("@")[2].lower()
        if place.domains and domain not in place.domains:
            raise InvalidInput(
                f"'{address}' is outside the domains of this destination.", where="recipients", fix=f"Allowed: {', '.join(place.domains)}."
            )
    return found


def public(address: str) -> bool:
    """Say whether an IP address is one of the open internet: not this machine, not a private net, not a cloud's own metadata."""
    found = ipaddress.ip_address(address)
    if not found.is_global or found.is_multicast:
        # A mapped address is judged below: the outer one may be said to be of no net.
        mapped = getattr(found, "ipv4_mapped", None)
        return mapped is not None and public(str(mapped))
    return isinstance(found, ipaddress.IPv4Address) or all(public(str(one)) for one in _inside(found))


def _inside(address: ipaddress.IPv6Address) -> list[ipaddress.IPv4Address]:
    """Return the IPv4 addresses that an IPv6 one leads to: mapped, 6to4, Teredo, NAT64 (64:ff9b::/96), and the old ``::a.b.c.d``."""
    found = [one for one in (address.ipv4_mapped, address.sixtofour, *(address.teredo or ())) if one is not None]
    number = int(address)
    if number >> 32 in (0x0064FF9B << 64, 0):
        found.append(ipaddress.IPv4Address(number & 0xFFFFFFFF))
    return found


def _members(given: Any) -> tuple[str, ...]:  # noqa: ANN401 - JSON of any type
    words = cast("Sequence[Any]", given) if isinstance(given, list | tuple) else ()
    found = tuple(dict.fromkeys(str(one).strip() for one in words))
    if not 0 < len(found) <= RECIPIENTS_MAX or not all(0 < len(one) <= 254 and one.isprintable() for one in found):
        fix = f"Name 1 to {RECIPIENTS_MAX} members by e-mail or name, or {ON_DUTY} for who is on duty."
        raise InvalidInput("An inbox is of members.", where="members", fix=fix)
    return found


def _email(config: Mapping[str, Any]) -> Email:
    host = _text(config, "host", 253)
    if not re.fullmatch(r"[A-Za-z0-9.\-:]+", host):
        raise InvalidInput(f"'{host[:60]}' is no host.", where="host", fix="Write a name such as smtp.example.com.")
    port = config.get("port", 587)
    if not isinstance(port, int) or isinstance(port, bool) or not 1 <= port <= 65535:
        raise InvalidInput("A port is a number from 1 to 65535.", where="port")
    security = config.get("security", "starttls")
    if security not in get_args(Security):
        raise InvalidInput(f"'{str(security)[:20]}' secures nothing.", where="security", fix=f"Use one of: {', '.join(get_args(Security))}.")
    user = str(config.get("user") or "")
    if len(user) > 254 or not user.isprintable():
        raise InvalidInput("That is no user.", where="user")
    if user and security == "none":
        raise InvalidInput("A password is never sent in the clear.", where="security", fix="Use starttls or tls, or leave the user out.")
    domains = cast("list[Any]", config.get("domains") or [])
    names = tuple(dict.fromkeys(str(one).strip().lower() for one in domains))
    if len(names) > RECIPIENTS_MAX or not all(_DOMAIN.fullmatch(one) for one in names):
        raise InvalidInput("A domain is written like example.com.", where="domains")
    return Email(host, port, security, user, check_address(_text(config, "sender", 254), "sender"), names)


def _webhook(config: Mapping[str, Any]) -> Webhook:
    url = _text(config, "url", 1_000)
    private = config.get("private", False) is True
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise InvalidInput("That is no address.", where="url", fix="Write https://example.com/hook.") from None
    if parts.scheme != "https" and not (private and parts.scheme == "http"):
        raise InvalidInput("A webhook is reached by https.", where="url", fix="Write https://...; http only inside the own network (private).")
    if not host or parts.username is not None or parts.fragment or not url.isascii() or not url.isprintable() or " " in url:
        raise InvalidInput("That is no address of a webhook.", where="url", fix="Write https://example.com/hook, without user, blanks or #.")
    return Webhook(url, private)


def _text(config: Mapping[str, Any], name: str, longest: int) -> str:
    value = config.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > longest or not value.isprintable():
        raise InvalidInput(f"The setting '{name}' is missing or no text.", where=name)
    return value.strip()
