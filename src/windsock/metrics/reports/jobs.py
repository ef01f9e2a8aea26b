"""Reports' own work: see every minute what is due, and send it; and what dashboards and reports tell other rooms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from windsock.jobs import JobKind, Schedule
from windsock.metrics.dashboards.uses import board_uses
from windsock.metrics.reports.model import ATTEMPTS, SEND
from windsock.metrics.reports.uses import report_uses
from windsock.metrics.told_port import plug_told
from windsock.metrics.uses import plug_uses

if TYPE_CHECKING:
    from collections.abc import Iterable

    from windsock.jobs import JobContext
    from windsock.metrics.told_port import Asked, Told
    from windsock.workspace import Workspace


def due(workspace: Workspace, context: JobContext) -> None:
    """Queue what is due; see ``keep.ask_due``."""
    from windsock.metrics.reports.keep import ask_due  # noqa: PLC0415 - drawing and mail: each command fills the ports, only a worker sends

    ask_due(workspace, context)


def send(workspace: Workspace, context: JobContext) -> None:
    """Send one report; see ``keep.send_run``."""
    from windsock.metrics.reports.keep import send_run  # noqa: PLC0415 - as above

    send_run(workspace, context)


def told(workspace: Workspace, asked: Asked) -> Iterable[Told]:
    """Say what reports told; see ``told.told_reports``."""
    from windsock.metrics.reports.told import told_reports  # noqa: PLC0415 - each command fills the ports, few ask what was told

    return told_reports(workspace, asked)


JOB_KINDS = (JobKind("reports.due", due), JobKind(SEND, send, attempts=ATTEMPTS))
SCHEDULES = (Schedule("reports.due", "reports.due", every_s=60),)


def plug_ports() -> None:
    """Tell whoever asks which dashboards, and which reports of them, stand on metrics; and what reports told of a day."""
    plug_uses("dashboard", board_uses)
    plug_uses("report", report_uses)
    plug_told("report", told)
