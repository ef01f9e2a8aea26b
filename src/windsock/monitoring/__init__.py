"""Notice and explain: metrics are watched, what is not as expected is told once, with the place where it hurts and what it costs.

Words: a *monitor* is a metric, or an analysis, that is watched; a *series* is one combination of its cut; a *band* is what was to be expected, with
its bounds; a *score* says how unlikely a value is for its own series; an *alert* is one detection; the *dial* is the one setting of how often a team
accepts a false alarm; a *root cause* is the set of combinations of dimension values that explains a change.
Invariants: an expectation uses only what was known before the point it judges; a value that is not complete is not judged; a series is calibrated on
its own history, so that one dial means the same for each; noise is that of the kind of figure: counts, ratios with their volume, amounts.
An alert opens and closes in turn, one of a series at most is open, and nothing but a judged point opens or closes one.
"""

from windsock.monitoring.alerts.model import Alert
from windsock.monitoring.detectors.model import Bands, Panel
from windsock.monitoring.event_library.keep import active_events, find_entry
from windsock.monitoring.event_library.model import Finding, KnownEvent, Match, matches
from windsock.monitoring.event_library.write import finding_json
from windsock.monitoring.explain.store import whys
from windsock.monitoring.forecasters.red import warning_lines
from windsock.monitoring.learn import learn, lesson
from windsock.monitoring.maintenance.keep import under_maintenance
from windsock.monitoring.playbooks.flags import flag_value
from windsock.monitoring.playbooks.model import Caps, Diff, Line, Param
from windsock.monitoring.playbooks.registry import Act, ActionKind, plug_incidents, plug_kinds
from windsock.monitoring.store import open_alerts
from windsock.monitoring.watch import looked_at
from windsock.monitoring.watch import watch as watch_due

__all__ = [
    "Act",
    "ActionKind",
    "Alert",
    "Bands",
    "Caps",
    "Diff",
    "Finding",
    "KnownEvent",
    "Line",
    "Match",
    "Panel",
    "Param",
    "active_events",
    "find_entry",
    "finding_json",
    "flag_value",
    "learn",
    "lesson",
    "looked_at",
    "matches",
    "open_alerts",
    "plug_incidents",
    "plug_kinds",
    "under_maintenance",
    "warning_lines",
    "watch_due",
    "whys",
]
