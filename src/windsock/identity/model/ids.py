"""What an id is: its namespaces and the one way to write it."""

from __future__ import annotations

import re
import unicodedata

from windsock.kernel.errors import InvalidInput

NAMESPACES = (
    "anon", "login", "email", "phone", "device", "customer", "cookie", "openid", "unionid", "member", "document", "pnr_name",
)  # fmt: skip
ALSO_CALLED = {"mobile": "phone"}
"""Names under which a namespace comes from elsewhere."""
ID_LONGEST = 255
ERASED = "erased:"
"""What stands before the number of an id whose text was erased; nobody may bring such an id."""
BLOCKED = frozenset(
    {
        "", "-", "0", "-1", "null", "none", "nil", "nan", "n/a", "na", "undefined", "unknown", "anonymous", "guest", "test", "[object object]",
        "false", "true", "00000000-0000-0000-0000-000000000000", "+8613800138000", "+8613800000000",
    }
)  # fmt: skip
BLOCKED_MAILBOXES = frozenset({"guest", "noreply", "no-reply", "donotreply", "none", "null", "unknown", "anonymous", "nobody"})
SEALED = "hmac:"
"""What stands before a document number that was replaced by its keyed hash at the door."""
_PNR_NAME = re.compile(r"\s*([A-Za-z0-9]{5,8})\s*[/|:;,\s]\s*(.+)", re.DOTALL | re.ASCII)
_LETTERS = re.compile(r"[^\W\d_]+")
_TITLES = frozenset({"MR", "MRS", "MS", "MISS", "MSTR", "DR", "CHD", "INF"})
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\ufeff\u00ad"))
_PHONE_SHORTEST, _PHONE_LONGEST = 7, 15
_MOBILE_DIGITS = 11


def normalise(namespace: str, text: str | None, *, country: str = "86") -> str | None:
    """Return the one way to write an id, or None when it is not usable: then nobody is meant by it.

    Args:
        namespace: one of ``NAMESPACES``.
        text: the id as it came.
        country: country code of phone numbers written without one.

    >>> normalise("email", " Li.Wei@Example.COM "), normalise("phone", "138 1234-5678"), normalise("anon", "null")
    ('li.wei@example.com', '+8613812345678', None)
    """
    if text is None:
        return None
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_INVISIBLE)
    text = text.strip()
    if len(text) > ID_LONGEST:
        return None
    if namespace == "phone":
        return _phone(text, country)
    if namespace == "email":
        return _email(text)
    if namespace in _FOLDED:
        text = _FOLDED[namespace](text)
    if text.lower() in BLOCKED or not text.strip("0-") or text.startswith(ERASED):
        return None
    return text


def _email(text: str) -> str | None:
    text = text.lower()
    return text if _EMAIL.fullmatch(text) and text.partition("@")[0] not in BLOCKED_MAILBOXES else None


def _number(text: str) -> str:
    """Card and document numbers are the same with and without blanks and dashes, in large and small letters."""
    return text if text.startswith(SEALED) else "".join(sign for sign in text if sign.isalnum()).upper()


def _pnr_name(text: str) -> str:
    """Return ``PNR/NAME``: letters only, no titles, as ``ABC123 / Zhang San Mr`` and ``abc123:ZHANG/SAN`` are one traveller."""
    found = _PNR_NAME.fullmatch(text)
    if found is None:
        return ""
    words = _LETTERS.findall(found[2].upper())
    while words and words[-1] in _TITLES:
        words.pop()
    name = "".join(words)
    return f"{found[1].upper()}/{name}" if name and name not in _TITLES else ""


_FOLDED = {"member": _number, "document": _number, "pnr_name": _pnr_name}


def _phone(text: str, country: str) -> str | None:
    digits = "".join(sign for sign in text if sign.isdigit())
    if text.startswith("+"):
        pass
    elif digits.startswith("00"):
        digits = digits[2:]
    elif not (len(digits) > _MOBILE_DIGITS and digits.startswith(country)):
        digits = country + digits.removeprefix("0")
    national = digits.removeprefix(country)
    if len(national) < _PHONE_SHORTEST or len(digits) > _PHONE_LONGEST or len(set(national)) == 1:
        return None
    return None if f"+{digits}" in BLOCKED else f"+{digits}"


def check_namespace(namespace: str) -> str:
    """Return the namespace's own name.

    Raises:
        InvalidInput: there is no such namespace.
    """
    namespace = ALSO_CALLED.get(namespace, namespace)
    if namespace not in NAMESPACES:
        raise InvalidInput(f"There is no namespace '{namespace[:40]}'.", where="namespace", fix=f"Use one of: {', '.join(NAMESPACES)}.")
    return namespace
