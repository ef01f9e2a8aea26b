"""Send by SMTP: plain text and HTML side by side, pictures inside, no header that anybody's text could add."""

from __future__ import annotations

import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import TYPE_CHECKING

from windsock.destinations.model import MESSAGE_MAX_BYTES
from windsock.destinations.refused import Later, Never, hidden
from windsock.kernel.errors import Fault, InvalidInput, TooLarge

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from windsock.destinations.model import Email, Message

TIMEOUT_S = 20.0


def build(place: Email, message: Message, recipients: Sequence[str], sender_name: str, now: dt.datetime) -> bytes:
    """Return a message as it goes over the wire.

    ``Message-ID`` is made of the message's own id, so that a second try of the same message is known as such.
    """
    made = EmailMessage(policy=SMTP)
    user, _, domain = place.sender.rpartition("@")
    made["From"] = Address(_line(sender_name), user, domain)
    made["To"] = ", ".join(recipients) if len(recipients) == 1 else place.sender
    made["Subject"] = _line(message.subject)
    made["Date"] = format_datetime(now)
    made["Message-ID"] = f"<{message.id}@{domain}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(message.text)
    made.add_alternative(message.html, subtype="html")
    parts = made.get_payload()
    html = parts[1]  # pyright: ignore[reportArgumentType] - a list of the two alternatives
    for picture in message.pictures:
        html.add_related(  # pyright: ignore[reportUnknownMemberType, reportAttributeAccessIssue]
            picture.png, maintype="image", subtype="png", cid=f"<{picture.name}>", filename=f"{picture.name}.png", disposition="inline"
        )
    raw = made.as_bytes()
    if len(raw) > MESSAGE_MAX_BYTES:
        raise TooLarge(f"The e-mail has {len(raw)} bytes.", where="message", fix=f"At most {MESSAGE_MAX_BYTES} are sent; take panels away.")
    return raw


def send(place: Email, secret: str, raw: bytes, recipients: Sequence[str]) -> None:
    """Hand a message to the server; recipients stand in the envelope only, so that they don't see each other.

    Raises:
        InvalidInput: the server refuses sign-in, sender or recipients: nothing gets better by trying again.
        Fault: it can't be reached, or asks to come later.
    """
    where = f"{place.host}:{place.port}"
    try:
        with _connect(place) as server:
            if place.user:
                server.login(place.user, secret)
            refused = server.sendmail(place.sender, list(recipients), raw)
    except smtplib.SMTPAuthenticationError as error:
        raise InvalidInput("The mail server refuses the sign-in.", where=where, fix="Check user and password of the destination.") from error
    except smtplib.SMTPRecipientsRefused as error:
        raise _refused(error.recipients, where) from error
    except smtplib.SMTPResponseException as error:
        answer = error.smtp_error.decode(errors="replace") if isinstance(error.smtp_error, bytes) else str(error.smtp_error)
        kind = Never if error.smtp_code >= 500 else Later
        said = f"The mail server answers {error.smtp_code}: {hidden(answer, secret=secret)}"
        raise kind(said, where=where, status=error.smtp_code) from error
    except (smtplib.SMTPException, OSError) as error:
        raise Fault(f"The mail server can't be reached: {str(error)[:200]}", where=where, fix="Check host, port and security.") from error
    if refused:
        raise _refused(refused, where)


def _refused(found: dict[str, tuple[int, bytes]], where: str) -> InvalidInput:
    names = ", ".join(sorted(found))
    return InvalidInput(f"The mail server refuses {len(found)} of the recipients: {names[:300]}", where=where, fix="Correct or remove them.")


def _connect(place: Email) -> smtplib.SMTP:
    if place.security == "tls":
        return smtplib.SMTP_SSL(place.host, place.port, timeout=TIMEOUT_S, context=ssl.create_default_context())
    server = smtplib.SMTP(place.host, place.port, timeout=TIMEOUT_S)
    if place.security == "starttls":
        try:
            server.starttls(context=ssl.create_default_context())
        except BaseException:
            server.close()
            raise
    return server


def _line(text: str) -> str:
    """Return a text as one line: whatever breaks lines would start a header of its own."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:200]
