"""Tell somebody, or another system: a message to a destination, queued if and only if the run commits; what was sent can't be taken back."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from windsock import destinations
from windsock.kernel.errors import InvalidInput
from windsock.metrics import Words
from windsock.monitoring.playbooks.model import Caps, Diff, Line, Param
from windsock.monitoring.playbooks.registry import ActionKind

if TYPE_CHECKING:
    from windsock.monitoring.playbooks.registry import Act

_WHERE = Param("destination", "text", "Destination; left out where there is only one that fits", "发送目的地；只有一个合适时可不填")
_TO = Param("recipients", "text", "Addresses, with commas between, where the destination is e-mail", "邮箱地址，用逗号分隔；仅用于邮件")
_LINES = {"notify": ("Message to {name}", "发送消息到 {name}"), "call_webhook": ("Call of {name}", "调用 {name}")}


def _place(act: Act, hook: bool) -> destinations.Destination:  # noqa: FBT001 - one of two kinds
    """Return the destination: the one that is named, or the only one that fits.

    Raises:
        NotFound, InvalidInput: there is none, or it has to be named.
    """
    name = act.inputs.get("destination")
    if name is not None:
        found = destinations.find(act.workspace, str(name))
        if hook and found.kind != "webhook":
            raise InvalidInput(f"'{found.name}' is no webhook.", where="inputs.destination", fix="Name a destination of the kind webhook.")
        return found
    fit = [one for one in destinations.list_destinations(act.workspace) if (one.kind == "webhook") is hook]
    if len(fit) != 1:
        known = ", ".join(one.name for one in fit[:10]) or "none yet"
        raise InvalidInput("It has to be said where to.", where="inputs.destination", fix=f"Name a destination: {known}.")
    return fit[0]


def _recipients(act: Act, place: destinations.Destination) -> list[str]:
    given = [one.strip() for one in str(act.inputs.get("recipients", "")).split(",") if one.strip()]
    settings = act.workspace.settings.itsm
    if not given and place.kind == "email" and settings.destination == place.name:
        given = [*settings.recipients]
    return list(destinations.check_recipients(place.place, given))


def _plan_of(name: str) -> Any:  # noqa: ANN401 - a plan, as ``ActionKind`` says
    def plan(act: Act) -> Diff:
        place = _place(act, name == "call_webhook")
        to = _recipients(act, place)
        en, zh = _LINES[name]
        after = _text(act) + (f" → {', '.join(to)}" if to else "")
        return Diff((Line(en.format(name=place.name), zh.format(name=place.name), "", after),))

    return plan


def _run_of(name: str) -> Any:  # noqa: ANN401 - a run, as ``ActionKind`` says
    def run(act: Act) -> dict[str, Any]:
        place = _place(act, name == "call_webhook")
        language = "zh" if act.workspace.settings.workspace.language == "zh" else "en"
        title, text = act.title.json()[language], _text(act)
        message = destinations.Message(
            id=act.run,
            subject=f"{title}"[:250],
            text=f"{title}\n{text}",
            html=f"<p><b>{escape(title)}</b></p><p>{escape(text)}</p>",
            data={
                "run": act.run,
                "action": name,
                "alert": act.alert.id,
                "incident": act.incident,
                "metric": act.alert.metric,
                "cause": dict(act.told),
            },
            severity="critical" if act.alert.severity == "critical" else "warning",
            language=language,
        )
        job = destinations.deliver(act.workspace, place.name, message, _recipients(act, place), session=act.session)
        return {"destination": place.name, "job": job}

    return run


def _text(act: Act) -> str:
    language = "zh" if act.workspace.settings.workspace.language == "zh" else "en"
    return act.told.get(language) or f"{act.alert.metric} {act.alert.direction}".strip()


NOTIFY = ActionKind("notify", Words("Tell somebody", "通知"), (_WHERE, _TO), Caps(20), _plan_of("notify"), _run_of("notify"))
CALL_WEBHOOK = ActionKind(
    "call_webhook", Words("Call a webhook", "调用 Webhook"), (_WHERE,), Caps(20), _plan_of("call_webhook"), _run_of("call_webhook"), heals=True
)
