"""Every room, listed once: what it gives to the doors (HTTP, command line, worker).

The list names places; a part is imported when a door asks for it, so that a command loads its own module and not the whole house.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any


@dataclass(frozen=True)
class Parts:
    """Things of one name in some modules, imported when it is called.

    Attributes:
        name: what the modules call them: one thing, or a tuple of them.
        places: modules below ``windsock``.
    """

    name: str
    places: tuple[str, ...]

    def __call__(self) -> tuple[Any, ...]:
        """Return them all, with the ports filled."""
        plug()
        plug_metrics()
        plug_playbooks()
        plug_names()
        return tuple(part for place in self.places for part in _found(place, self.name))


@dataclass(frozen=True)
class Command:
    """A command as it can be listed before anything of it is imported.

    Attributes:
        name: as it is typed.
        about: its line in the list of commands; the same as its own help says (tested).
        place: the module below ``windsock`` in whose ``COMMANDS`` it is.
        below: modules and names of the commands that other rooms put below it.
    """

    name: str
    about: str
    place: str
    below: tuple[tuple[str, str], ...] = ()

    def load(self) -> Any:  # noqa: ANN401 - a ``click.Command``, which only the doors know
        """Return the ``click.Command``, with the ports filled.

        Raises:
            LookupError: the module has no such command.
        """
        plug()
        if self.place.partition(".")[0] in _ON_METRICS:
            plug_metrics()
        if self.place == "monitoring.playbooks.commands":
            plug_playbooks()
        if self.place.partition(".")[0] in _ON_CONDITIONS and self.place != "audiences.commands":
            plug_names()
        found = {command.name: command for command in _found(self.place, "COMMANDS")}[self.name]
        for place, name in self.below:
            for command in _found(place, name):
                found.add_command(command)
        return found


@dataclass(frozen=True)
class Room:
    """What one room gives to the doors. What is called to be given is imported then.

    Attributes:
        name: the package's name.
        routers: gives its ``APIRouter`` objects; called by the web application only, as a command has no need of what they import.
        job_kinds: gives its ``JobKind`` objects, run by the worker.
        schedules: gives its ``Schedule`` objects, ticked by the worker.
        reactions: gives its ``Reaction`` objects, called by the worker on facts of lower rooms.
        streams: gives its ``Stream`` objects, stepped while the workspace is served.
        raw_doors: gives functions (workspace) -> ``RawDoor``: addresses answered before anything else looks at the request; for intake only.
        commands: its commands; the command line opens the workspace for them.
        erasers: gives how it exports and removes a person.
        on_start: called with the workspace before the first request or job.
    """

    name: str
    routers: Callable[[], tuple[Any, ...]] = tuple
    job_kinds: Callable[[], tuple[Any, ...]] = tuple
    schedules: Callable[[], tuple[Any, ...]] = tuple
    reactions: Callable[[], tuple[Any, ...]] = tuple
    streams: Callable[[], tuple[Any, ...]] = tuple
    raw_doors: Callable[[], tuple[Any, ...]] = tuple
    commands: tuple[Command, ...] = ()
    erasers: Callable[[], tuple[Any, ...]] = tuple
    on_start: Callable[[Any], None] | None = None


def _found(place: str, name: str) -> Iterator[Any]:
    part = getattr(import_module(f"windsock.{place}"), name)
    yield from part if isinstance(part, tuple) else (part,)


def _routers(*places: str) -> Parts:
    return Parts("router", tuple(f"{place}.routes" for place in places))


def _routers_in(room: str, parts: str) -> Parts:
    return _routers(room, *(f"{room}.{part}" for part in parts.split()))


def _kinds(*places: str) -> Parts:
    return Parts("JOB_KINDS", tuple(f"{place}.jobs" for place in places))


def _schedules(*places: str) -> Parts:
    return Parts("SCHEDULES", tuple(f"{place}.jobs" for place in places))


def _begin_ways_out(workspace: Any) -> None:  # noqa: ANN401 - a workspace
    from windsock.destinations import plug_on_duty, seal_addresses  # noqa: PLC0415 - only what runs jobs or answers requests sends anything
    from windsock.itsm import who_is_on_duty  # noqa: PLC0415 - as above

    plug_on_duty(who_is_on_duty)
    seal_addresses(workspace)


ROOMS: tuple[Room, ...] = (
    Room("jobs", routers=_routers("jobs"), job_kinds=_kinds("jobs"), schedules=_schedules("jobs")),
    Room(
        "governance",
        routers=_routers("governance"),
        commands=(
            Command("token", "API tokens for programmes, and the one-time admin link.", "governance.commands"),
            Command("audit-check", "Check that no entry of the audit trail was changed or removed.", "governance.commands"),
            Command("backup", "Write the whole workspace into FOLDER (new), while it is served or not.", "governance.keep.commands"),
            Command("restore", "Make a workspace of the backup in FOLDER, and compare every table.", "governance.keep.commands"),
            Command(
                "verify",
                "Restore the backup in FOLDER into a temporary place, compare every table, and throw it away.",
                "governance.keep.commands",
            ),
            Command("warehouse", "Facts on another engine, for what one machine has outgrown.", "governance.keep.commands"),
        ),
    ),
    Room("definitions", routers=_routers("definitions")),
    Room("sources"),
    Room(
        "destinations",
        routers=_routers("destinations", "destinations.deliveries", "destinations.inbox"),
        job_kinds=_kinds("destinations"),
        schedules=_schedules("destinations"),
        commands=(Command("destination", "Ways out: destinations, what became of their messages, and dead letters.", "destinations.commands"),),
        on_start=_begin_ways_out,
    ),
    Room("catalog"),
    Room(
        "identity",
        routers=_routers("identity"),
        job_kinds=_kinds("identity", "identity.matching"),
        schedules=_schedules("identity.matching"),
        commands=(
            Command(
                "match",
                "Find records of FILE (or pairs across FILE and FILE2) that are probably one person.",
                "identity.matching.commands",
            ),
        ),
        erasers=Parts("ERASER", ("identity.erase",)),
    ),
    Room(
        "orders",
        routers=_routers("orders", "orders.reconcile"),
        commands=(
            Command("import", "Bring files in.", "orders.commands", (("tracking.commands", "import_file"), ("imports.commands", "IMPORT"))),
            Command("imports", "See, undo and replace what was brought in.", "orders.commands", (("imports.commands", "IMPORTS"),)),
            Command(
                "reconcile",
                "Compare orders with statements of payments and settlements: what matched, what differs, and why.",
                "orders.reconcile.commands",
            ),
        ),
        erasers=Parts("ERASER", ("orders.erase",)),
    ),
    Room(
        "tracking",
        routers=_routers(
            "tracking", "tracking.plan", "tracking.internal", "tracking.quarantine", "tracking.quality", "tracking.live", "tracking.people"
        ),
        job_kinds=_kinds("tracking.internal", "tracking.quarantine", "tracking.quality", "tracking.people"),
        schedules=_schedules("tracking.quality"),
        streams=Parts("STREAMS", ("tracking.streams",)),
        raw_doors=Parts("open_door", ("tracking.door",)),
        commands=(
            Command("replay", "Load again what was collected and is still kept raw.", "tracking.replay.commands"),
            Command("plan", "The tracking plan: which events and properties are agreed on.", "tracking.plan.commands"),
            Command("cleaning", "Cleaning rules: how values are brought into one form; what they were is kept.", "tracking.plan.commands"),
            Command("internal", "Rules of internal and test traffic, which metrics leave out.", "tracking.internal.commands"),
            Command(
                "balance",
                "Show received = stored + duplicate + quarantined; ends with an error where it does not hold.",
                "tracking.quality.commands",
            ),
            Command("quality", "Say how good the data of each source is, the worst first.", "tracking.quality.commands"),
            Command("hand-over", "Write all that is held of a person, named by any of their ids, as JSON.", "tracking.people.commands"),
            Command(
                "erase",
                "Forget a person, named by any of their ids, in every table; counts and money stay, and nothing brings the person back.",
                "tracking.people.commands",
            ),
        ),
        erasers=Parts("ERASER", ("tracking.erase",)),
    ),
    Room("imports", routers=_routers("imports"), job_kinds=_kinds("imports"), schedules=_schedules("imports")),
    Room(
        "metrics",
        routers=_routers_in("metrics", "targets standup dashboards reports authoring channels matrix restate"),
        job_kinds=_kinds("metrics", "metrics.rollup", "metrics.targets", "metrics.reports"),
        schedules=_schedules("metrics", "metrics.rollup", "metrics.targets", "metrics.reports"),
        commands=(
            Command("query", "Ask the metric library: one or more METRICS by dimensions over a period.", "metrics.commands"),
            Command("explain", "Show how a question would be answered, without running it.", "metrics.commands"),
            Command("decompose", "Divide the change of METRIC between two periods by a dimension; the parts sum to the change.", "metrics.commands"),
            Command("tree", "Compare two periods on the revenue tree.", "metrics.commands"),
            Command("metrics", "The metric library.", "metrics.commands", below=(("metrics.authoring.commands", "BELOW_METRICS"),)),
            Command("channels", "Show what each sales channel brings, costs and leaves.", "metrics.channels.commands"),
            Command(
                "restatements",
                "List closed days whose figures changed after they were closed: by how much, by what, and who had been told.",
                "metrics.restate.commands",
            ),
            Command("targets", "Targets of metrics: what is to be reached, by whom, in which period.", "metrics.targets.commands"),
        ),
        erasers=Parts("ERASER", ("metrics.erase",)),
    ),
    Room("conditions"),
    Room(
        "analyses",
        routers=_routers_in(
            "analyses",
            "trend retention activity paths interval distribution attribution revenue rfm aarrr basket correlation seasons "
            "drivers sessions clusters sql headlines recipes",
        ),
        commands=(
            Command("analyse", "Analyses of behaviour, each from its definition.", "analyses.commands"),
            Command("sql", "Run STATEMENT, one SELECT or a file with one, over views without personal columns.", "analyses.sql.commands"),
            Command("recipe", "Recipes: a team's own sequence of analyses with notes, run on any period.", "analyses.recipes.commands"),
        ),
    ),
    Room(
        "audiences",
        routers=_routers("audiences.segments", "audiences.standing", "audiences.models"),
        job_kinds=_kinds("audiences.segments", "audiences.standing", "audiences.models"),
        schedules=_schedules("audiences.segments", "audiences.standing", "audiences.models"),
        reactions=Parts("REACTIONS", ("audiences.segments.jobs",)),
        commands=(
            Command("clv", "Say from a file of purchases who still buys, how often they will, and what that is worth.", "audiences.commands"),
            Command("model", "Models: what people will do, held against a baseline before anybody may use them.", "audiences.models.commands"),
            Command(
                "segment", "Segments: people by a condition or an uploaded list; who is in one, since when, and why.", "audiences.segments.commands"
            ),
            Command(
                "standing", "Standing: RFM class and stage of life of each buyer at the end of each month, frozen.", "audiences.standing.commands"
            ),
        ),
        erasers=Parts("ERASER", ("audiences.segments.erase", "audiences.erase")),
    ),
    Room(
        "monitoring",
        routers=_routers_in("monitoring", "challenge event_library explain explore forecasters known_days launches maintenance playbooks"),
        job_kinds=_kinds(
            "monitoring", "monitoring.challenge", "monitoring.explain", "monitoring.forecasters", "monitoring.launches", "monitoring.playbooks"
        ),
        schedules=_schedules("monitoring", "monitoring.challenge", "monitoring.forecasters", "monitoring.launches", "monitoring.playbooks"),
        reactions=Parts("REACTIONS", ("monitoring.explain.jobs", "monitoring.playbooks.jobs")),
        commands=(
            Command("monitor", "Monitors: metrics that are watched, and when they would have fired.", "monitoring.commands"),
            Command(
                "known-events",
                "The event library: what is known to happen, how it looks in the figures, and what to do about it.",
                "monitoring.event_library.commands",
            ),
            Command(
                "playbook",
                "Playbooks: steps of known events that are run, checked and undone, and the flags they switch.",
                "monitoring.playbooks.commands",
            ),
            Command(
                "detect",
                "Say what was to be expected of each row of the file SERIES, how surprising it is, and whether it is an alarm.",
                "monitoring.detectors.commands",
            ),
            Command(
                "launch",
                "Launches: what is to be reached is declared before the start, watched, and ends in a verdict.",
                "monitoring.launches.commands",
            ),
            Command("maintenance", "Maintenance: for a while nothing is told, and alerts are kept.", "monitoring.maintenance.commands"),
            Command("locate", "Find which combinations of dimension values explain the change in the file LEAVES.", "monitoring.root_cause.commands"),
        ),
    ),
    Room(
        "itsm",
        routers=_routers("itsm"),
        job_kinds=_kinds("itsm"),
        schedules=_schedules("itsm"),
        reactions=Parts("REACTIONS", ("itsm.reactions",)),
        commands=(
            Command("incident", "Incidents: what costs money now, who works on it, and what came of it.", "itsm.commands"),
            Command("rota", "Who is on duty, and the note of a shift to the next.", "itsm.commands"),
        ),
    ),
    Room("demo", commands=(Command("demo", "Build Gull Air and Gull Stays, a company whose truth is known, and serve it.", "demo.commands"),)),
)


_ON_METRICS = frozenset({"metrics", "demo", "cli", "monitoring"})
"""Where commands stand that may ask for metrics; all others start faster without them."""
_ON_CONDITIONS = frozenset({"analyses", "audiences", "monitoring"})
"""Where commands stand that may ask conditions, which may name segments."""


@cache
def plug_names() -> None:
    """Fill the ports of conditions: who knows the segments that they name."""
    for place in ("audiences.segments.port",):
        next(_found(place, "plug"))()


@cache
def plug() -> None:
    """Fill the ports of the lowest rooms: what they need of a higher one. Done before the first part of any room is given."""
    # Whoever only lists commands needs no room.
    from windsock import governance, jobs  # noqa: PLC0415 - as above

    jobs.plug_audit(governance.audit)
    governance.plug_erasers(lambda: [eraser for room in ROOMS for eraser in room.erasers()])


def _tile(workspace: Any, asked: Any) -> Any:  # noqa: ANN401 - what the port takes and gives
    # Nearly no command shows a tile, and analyses are much to import.
    from windsock.analyses import tell_tile  # noqa: PLC0415 - as above

    return tell_tile(workspace, asked)


def _incidents(workspace: Any, day: Any, as_of_ms: int) -> Any:  # noqa: ANN401 - as above
    # Only Today has red lines.
    from windsock.itsm import red_lines  # noqa: PLC0415 - as above

    return red_lines(workspace, day, as_of_ms)


def _warnings(workspace: Any, day: Any, as_of_ms: int) -> Any:  # noqa: ANN401 - as above
    from windsock.monitoring import warning_lines  # noqa: PLC0415 - as above

    return warning_lines(workspace, day, as_of_ms)


@cache
def plug_metrics() -> None:
    """Fill the ports of metrics, before the first part is given that may ask for one."""
    from windsock import metrics  # noqa: PLC0415 - as above
    from windsock.metrics.reports import jobs as reports  # noqa: PLC0415 - as above
    from windsock.metrics.standup import jobs as standup  # noqa: PLC0415 - as above
    from windsock.metrics.targets import jobs as targets  # noqa: PLC0415 - as above

    metrics.plug_tiles(_tile)
    metrics.plug_red("incidents", _incidents)
    metrics.plug_red("warnings", _warnings)
    targets.plug_ports()
    reports.plug_ports()
    standup.plug_ports()


def _action_kinds() -> list[Any]:
    return [kind for place in ("monitoring.playbooks.kinds", "itsm.playbook") for kind in _found(place, "ACTION_KINDS")]


@cache
def plug_playbooks() -> None:
    """Fill the ports of playbooks: the ways to act that rooms give, which are imported when the first of them is asked for, and the incidents."""
    from windsock import monitoring  # noqa: PLC0415 - as above

    monitoring.plug_kinds(_action_kinds)
    monitoring.plug_incidents(next(_found("itsm.playbook", "INCIDENTS")))
