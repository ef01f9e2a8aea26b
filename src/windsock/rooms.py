"""Every room, listed once: what it gives to the doors (HTTP, command line, worker)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from windsock import governance, jobs
from windsock.demo import commands as demo_commands
from windsock.governance import commands as governance_commands
from windsock.governance.keep import commands as keep_commands
from windsock.identity import erase as identity_erase
from windsock.identity import jobs as identity_jobs
from windsock.identity.matching import commands as matching_commands
from windsock.identity.matching import jobs as matching_jobs
from windsock.imports import commands as imports_commands
from windsock.imports import jobs as imports_jobs
from windsock.jobs import jobs as jobs_work
from windsock.metrics import commands as metrics_commands
from windsock.metrics import jobs as metrics_jobs
from windsock.metrics.authoring import commands as authoring_commands
from windsock.metrics.channels import commands as channels_commands
from windsock.metrics.reports import jobs as reports_jobs
from windsock.metrics.targets import commands as targets_commands
from windsock.metrics.targets import jobs as targets_jobs
from windsock.orders import commands as orders_commands
from windsock.orders import erase as orders_erase
from windsock.tracking import commands as tracking_commands
from windsock.tracking import erase as tracking_erase
from windsock.tracking import streams as tracking_streams
from windsock.tracking.plan import commands as plan_commands
from windsock.tracking.quality import commands as quality_commands
from windsock.tracking.quality import jobs as quality_jobs
from windsock.tracking.quarantine import jobs as quarantine_jobs
from windsock.tracking.replay import commands as replay_commands


@dataclass(frozen=True)
class Room:
    """What one room gives to the doors.

    Attributes:
        name: the package's name.
        routers: gives its ``APIRouter`` objects; called by the web application only, as a command has no need of what they import.
        job_kinds: its ``JobKind`` objects, run by the worker.
        schedules: its ``Schedule`` objects, ticked by the worker.
        reactions: its ``Reaction`` objects, called by the worker on facts of lower rooms.
        streams: its ``Stream`` objects, stepped while the workspace is served.
        raw_doors: gives functions (workspace) -> ``RawDoor``: addresses answered before anything else looks at the request; for intake only.
        commands: its ``click.Command`` objects; the command line opens the workspace for them.
        erasers: how it exports and removes a person.
        on_start: called with the workspace before the first request or job.
    """

    name: str
    routers: Callable[[], tuple[Any, ...]] = tuple
    job_kinds: tuple[Any, ...] = ()
    schedules: tuple[Any, ...] = ()
    reactions: tuple[Any, ...] = ()
    streams: tuple[Any, ...] = ()
    raw_doors: Callable[[], tuple[Any, ...]] = tuple
    commands: tuple[Any, ...] = ()
    erasers: tuple[Any, ...] = ()
    on_start: Callable[[Any], None] | None = None


def _routers(*places: str) -> Callable[[], tuple[Any, ...]]:
    def load() -> tuple[Any, ...]:
        return tuple(import_module(f"windsock.{place}.routes").router for place in places)

    return load


def _raw_doors(*places: str) -> Callable[[], tuple[Any, ...]]:
    def load() -> tuple[Any, ...]:
        return tuple(import_module(f"windsock.{place}").open_door for place in places)

    return load


# Ports: what a lower room needs of a higher one, and commands that stand below another room's.
jobs.plug_audit(governance.audit)
targets_jobs.plug_ports()
orders_commands.import_.add_command(tracking_commands.import_file)
for _command in imports_commands.IMPORT:
    orders_commands.import_.add_command(_command)
for _command in imports_commands.IMPORTS:
    orders_commands.imports.add_command(_command)
for _command in authoring_commands.COMMANDS:
    metrics_commands.metrics_group.add_command(_command)

ROOMS: tuple[Room, ...] = (
    Room("jobs", routers=_routers("jobs"), job_kinds=jobs_work.JOB_KINDS, schedules=jobs_work.SCHEDULES),
    Room("governance", routers=_routers("governance"), commands=(*governance_commands.COMMANDS, *keep_commands.COMMANDS)),
    Room("definitions", routers=_routers("definitions")),
    Room("sources"),
    Room("destinations", routers=_routers("destinations")),
    Room("catalog"),
    Room(
        "identity",
        routers=_routers("identity"),
        job_kinds=(*identity_jobs.JOB_KINDS, *matching_jobs.JOB_KINDS),
        schedules=matching_jobs.SCHEDULES,
        commands=matching_commands.COMMANDS,
        erasers=(identity_erase.ERASER,),
    ),
    Room("orders", routers=_routers("orders"), commands=orders_commands.COMMANDS, erasers=(orders_erase.ERASER,)),
    Room(
        "tracking",
        routers=_routers("tracking", "tracking.plan", "tracking.quarantine", "tracking.quality", "tracking.live", "tracking.people"),
        job_kinds=(*quarantine_jobs.JOB_KINDS, *quality_jobs.JOB_KINDS),
        schedules=quality_jobs.SCHEDULES,
        streams=tracking_streams.STREAMS,
        raw_doors=_raw_doors("tracking.door"),
        commands=(*replay_commands.COMMANDS, *plan_commands.COMMANDS, *quality_commands.COMMANDS),
        erasers=(tracking_erase.ERASER,),
    ),
    Room("imports", routers=_routers("imports"), job_kinds=imports_jobs.JOB_KINDS, schedules=imports_jobs.SCHEDULES),
    Room(
        "metrics",
        routers=_routers(
            "metrics",
            "metrics.targets",
            "metrics.standup",
            "metrics.dashboards",
            "metrics.reports",
            "metrics.authoring",
            "metrics.channels",
            "metrics.matrix",
        ),
        job_kinds=(*metrics_jobs.JOB_KINDS, *targets_jobs.JOB_KINDS, *reports_jobs.JOB_KINDS),
        schedules=(*metrics_jobs.SCHEDULES, *targets_jobs.SCHEDULES, *reports_jobs.SCHEDULES),
        commands=(*metrics_commands.COMMANDS, *channels_commands.COMMANDS, *targets_commands.COMMANDS),
    ),
    Room("demo", commands=demo_commands.COMMANDS),
)
