"""Send later and surely: a message waits as a job, is tried again with growing pauses, and stays as a failed job when it is given up."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from windsock.destinations import keep
from windsock.destinations.model import Button, Message, Picture, check_recipients
from windsock.jobs import enqueue
from windsock.kernel.errors import TooLarge

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from windsock.records import Session
    from windsock.workspace import Workspace

SEND = "destinations.send"
_PAYLOAD_MAX_BYTES = 250_000


def deliver(workspace: Workspace, name: str, message: Message, recipients: Sequence[str] = (), *, session: Session | None = None) -> str:
    """Queue a message; it is sent at least once, each time with the same id, or ends as a failed job that says why.

    Args:
        workspace: where.
        name: the destination.
        message: what; asked again with the same id for the same destination nothing more is queued (for 30 days). Pictures that don't
            fit into a job (250 kB in all) are left out.
        recipients: for e-mail only.
        session: a write session, to queue it if and only if that commits; one of its own when None.

    Returns:
        The id of the job.

    Raises:
        NotFound: there is no such destination.
        InvalidInput: the recipients are wrong.
        TooLarge: the message has more than 250 kB without its pictures.
        TooMany: the queue is full.
    """
    to = check_recipients(keep.find(workspace, name).place, recipients)
    payload = {"destination": name, "recipients": list(to), "message": _written(message)}
    key, now_ms = f"destinations:{name}:{message.id}"[:200], workspace.clock.now_ms()
    if session is not None:
        return enqueue(session, SEND, payload, key=key, now_ms=now_ms, ids=workspace.ids)
    with workspace.records.write() as own:
        return enqueue(own, SEND, payload, key=key, now_ms=now_ms, ids=workspace.ids)


def _written(message: Message) -> dict[str, Any]:
    found = {**message.__dict__, "buttons": [one.__dict__ for one in message.buttons], "pictures": list[dict[str, str]]()}
    size = len(json.dumps(found).encode())
    if size > _PAYLOAD_MAX_BYTES:
        raise TooLarge(f"The message has {size} bytes.", where="message", fix=f"At most {_PAYLOAD_MAX_BYTES} can wait.")
    for one in message.pictures:
        png = base64.b64encode(one.png).decode()
        # 100 for the names of the fields; a name or alt may be written with escapes of six signs each.
        size += len(png) + 6 * (len(one.name) + len(one.alt)) + 100
        if size <= _PAYLOAD_MAX_BYTES:
            found["pictures"].append({"name": one.name, "alt": one.alt, "png": png})
    return found


def read(found: Mapping[str, Any]) -> Message:
    """Return the message that waits in a job."""
    pictures = tuple(Picture(one["name"], one["alt"], base64.b64decode(one["png"])) for one in found["pictures"])
    fields: dict[str, Any] = {**found, "pictures": pictures, "buttons": tuple(Button(**one) for one in found["buttons"])}
    return Message(**fields)
