"""Rules by which staff, tests and monitoring are known: their events are marked internal, kept, and left out of the metrics."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

from windsock.kernel.errors import InvalidInput
from windsock.tracking.model.network import NETWORKS_MOST, NetworkRule, Networks, parse_network

By = Literal["channel", "source", "user", "email_domain", "user_agent", "property", "network"]
BYS: tuple[By, ...] = get_args(By)
KIND, NAME = "internal_rules", "rules"
RULES_MOST, VALUES_MOST, TEXT_MOST = 50, 200, 200
NAME_MOST, SOURCES_MOST = 60, 50
ON_ARRIVAL: frozenset[By] = frozenset({"user_agent", "network"})
"""What is known of an event while it arrives only, as it is not stored: user agents, and addresses, which are not even written down."""
_KEY = re.compile(r"[\w.$-]{1,80}")
_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_INTEGERS = (-(2**63), 2**63 - 1)


@dataclass(frozen=True)
class InternalRule:
    """One way to know internal traffic; any of its values is enough.

    Attributes:
        name: unique among the rules; kept beside each event that the rule marks.
        by: what is looked at: ``channel`` and ``email_domain`` ignore case (a domain holds for its subdomains too), ``source`` and ``user`` are
            exact, ``user_agent`` is a part of it in any case, ``property`` is the value of a key as text, true/false or whole number, ``network``
            is where the sender's address lies.
        values: at most 200; of ``network`` 100 addresses or networks.
        key: of ``property``: which.
        sources: only there; everywhere when empty.
    """

    name: str
    by: By
    values: tuple[str, ...]
    key: str | None = None
    sources: tuple[str, ...] = ()

    def body(self) -> dict[str, Any]:
        """Return it as it is written in a definition."""
        more = {"key": self.key, "sources": list(self.sources)}
        return {"name": self.name, "by": self.by, "values": list(self.values), **{name: value for name, value in more.items() if value}}

    def reads(self, source: str) -> bool:
        """Say whether it holds for a source."""
        return not self.sources or source in self.sources


def networks_of(rules: Sequence[InternalRule]) -> tuple[NetworkRule, ...]:
    """Return those rules that know a sender by its network, in order."""
    return tuple(NetworkRule(rule.name, rule.values, rule.sources) for rule in rules if rule.by == "network")


def text_test(rule: InternalRule) -> Callable[[str], bool]:
    """Return the test of one text of what a rule looks at.

    It is a channel, source, login, e-mail address, user agent, the JSON of properties, or a network address.

    >>> text_test(InternalRule("staff", "email_domain", ("gull.example",)))("Li@mail.GULL.example")
    True
    >>> text_test(InternalRule("tests", "property", ("test", "true"), "env"))('{"env": true}')
    True
    """
    if rule.by == "network":
        networks = Networks([(rule.name, rule.values)])
        return lambda text: networks.holding(text.strip()) is not None
    wanted = frozenset(value.lower() for value in rule.values) if rule.by in ("channel", "user_agent", "email_domain") else frozenset(rule.values)
    tests: dict[By, Callable[[str], bool]] = {
        "channel": lambda text: text.lower() in wanted,
        "source": lambda text: text in wanted,
        "user": lambda text: text.strip() in wanted,
        "email_domain": lambda text: _of_domain(text, wanted),
        "user_agent": lambda text: any(part in text.lower() for part in wanted),
        "property": lambda text: property_text(text, rule.key or "") in wanted,
    }
    return tests[rule.by]


def _of_domain(text: str, domains: frozenset[str]) -> bool:
    _, at, domain = text.strip().lower().rpartition("@")
    return bool(at) and any(domain == known or domain.endswith(f".{known}") for known in domains)


def property_text(properties: str, key: str) -> str | None:
    """Return the value of a key as text: a text, true or false, or a whole number of 64 bits; None for all others and where it is absent."""
    try:
        found: Any = json.loads(properties)
    except (ValueError, RecursionError):
        return None
    value: Any = cast("dict[str, Any]", found).get(key) if isinstance(found, dict) else None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value) if _INTEGERS[0] <= value <= _INTEGERS[1] else None
    return value if isinstance(value, str) else None


def parse_internal(body: Mapping[str, Any]) -> tuple[InternalRule, ...]:
    """Read rules.

    Raises:
        InvalidInput: something in them can't be; says what, where and what to write.
    """
    given = body.get("rules")
    if set(body) - {"rules"} or not isinstance(given, list):
        raise InvalidInput(
            "Rules of internal traffic are a list.",
            where="rules",
            fix='Write {"rules": [{"name": "staff", "by": "email_domain", "values": ["example.com"]}]}.',
        )
    entries = cast("list[Any]", given)
    if len(entries) > RULES_MOST:
        raise InvalidInput(f"{len(entries)} rules are too many.", where="rules", fix=f"Keep to {RULES_MOST}.")
    rules = tuple(_rule(entry, f"rules.{place}") for place, entry in enumerate(entries))
    names = [rule.name for rule in rules]
    for place, name in enumerate(names):
        if name in names[:place]:
            raise InvalidInput(f"Two rules are called '{name}'.", where=f"rules.{place}.name", fix="Give each rule a name of its own.")
    return rules


def _rule(given: Any, where: str) -> InternalRule:  # noqa: ANN401 - JSON
    entry = cast("dict[str, Any]", given) if isinstance(given, dict) else {}
    if not entry or set(entry) - {"name", "by", "values", "key", "sources"}:
        raise InvalidInput("A rule has name, by and values, and may have key and sources.", where=where)
    if entry.get("by") not in BYS:
        raise InvalidInput(f"There is no rule by '{str(entry.get('by'))[:60]}'.", where=f"{where}.by", fix=f"Use one of: {', '.join(BYS)}.")
    by = cast("By", entry["by"])
    name = entry.get("name")
    if not isinstance(name, str) or not 0 < len(name.strip()) <= NAME_MOST or not name.isprintable():
        raise InvalidInput(f"A rule needs a name of 1 to {NAME_MOST} characters.", where=f"{where}.name")
    key = entry.get("key")
    if (by == "property") != (key is not None) or (key is not None and not (isinstance(key, str) and _KEY.fullmatch(key))):
        raise InvalidInput("A rule by property, and no other, names its key.", where=f"{where}.key", fix="Letters, digits and . _ $ - are taken.")
    most = NETWORKS_MOST if by == "network" else VALUES_MOST
    values = tuple(_value(one, by, f"{where}.values") for one in _texts(entry.get("values"), f"{where}.values", 1, most))
    return InternalRule(name.strip(), by, values, key, _texts(entry.get("sources", []), f"{where}.sources", 0, SOURCES_MOST))


def _texts(given: Any, where: str, least: int, most: int) -> tuple[str, ...]:  # noqa: ANN401 - JSON
    texts = tuple(cast("list[Any]", given)) if isinstance(given, list) else ()
    right = isinstance(given, list) and least <= len(texts) <= most
    if not right or not all(isinstance(one, str) and 0 < len(one.strip()) <= TEXT_MOST for one in texts):
        raise InvalidInput(f"A list of {least} to {most} texts of at most {TEXT_MOST} characters is expected.", where=where)
    return texts


def _value(text: str, by: By, where: str) -> str:
    value = text.strip()
    if by == "network":
        return parse_network(value, where)
    if by != "email_domain":
        return value
    domain = value.lower().removeprefix("@")
    if not _DOMAIN.fullmatch(domain):
        raise InvalidInput(f"'{value[:60]}' is no domain.", where=where, fix="Write what follows the @, such as example.com.")
    return domain
