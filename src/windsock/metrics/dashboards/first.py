"""The dashboard that makes itself: after an import it shows what can be computed from what is there, best first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from windsock.metrics.catalogue import Catalogue, catalogue
from windsock.metrics.dashboards.model import Dashboard, Kind, Panel, Place
from windsock.metrics.dashboards.queries import There, there
from windsock.metrics.model.definition import Words

if TYPE_CHECKING:
    from windsock.workspace import Workspace

FIRST = "first"
NUMBERS = (
    "revenue",
    "orders",
    "uv",
    "conversion",
    "average_order_value",
    "room_revenue",
    "room_nights",
    "adr",
    "occupancy",
    "load_factor",
    "cancel_rate",
)
COURSES = ("revenue", "uv", "booked_amount", "room_revenue", "sessions", "room_nights", "seats_sold")
CUTS = ("sales_channel", "property", "route", "market_segment", "country", "room_type", "cabin", "device")
CARDS = 6
_TITLE = Words("What your data shows", "数据里能看到什么")
_DESCRIPTION = Words(
    "Made of itself from what was brought in: only metrics that your data can give. Copy it to change it.",
    "根据已导入的数据自动生成，只放数据能算出的指标。复制后可以修改。",
)


def first_dashboard(workspace: Workspace) -> Dashboard | None:
    """Return the dashboard for what is in the warehouse now, or None when there is nothing to show."""
    return compose(there(workspace.warehouse), catalogue())


def compose(found: There, library: Catalogue) -> Dashboard | None:
    """Choose panels for what is there: six numbers, two courses, why revenue moved, two cuts and a table."""
    can = [name for name in NUMBERS if found.metric(library, name)]
    numbers = can[:CARDS]
    if not numbers:
        return None
    panels = [
        Panel(f"n_{name}", "number", Words("", ""), Place(index * 12 // len(numbers), 0, 12 // len(numbers), 3), (name,))
        for index, name in enumerate(numbers)
    ]
    courses = [name for name in COURSES if found.metric(library, name)][:2]
    body: list[tuple[Kind, tuple[str, ...], tuple[str, ...]]] = [("line", (name,), ()) for name in courses]
    if "revenue" in courses:
        body.insert(1, ("waterfall", (), ()))
    main = courses[0] if courses else numbers[0]
    cuts = [name for name in CUTS if found.values.get(name, 0) > 1 and name in library.dimensions(main)]
    for name in cuts[:2]:
        body.append(("bars", (main,), (name,)))  # noqa: PERF401 - a comprehension loses the kind's narrow type
    if cuts:
        wanted = [name for name in dict.fromkeys((main, *can)) if cuts[0] in library.dimensions(name)]
        body.append(("table", tuple(wanted[:5]), (cuts[0],)))
    y = 3
    for index, (kind, metrics, by) in enumerate(body):
        x, w = (0, 7) if index % 2 == 0 else (7, 5)
        panels.append(Panel(f"p{index + 1}", kind, Words("", ""), Place(x, y, w, 7), metrics, by))
        y += 7 if index % 2 else 0
    filters = tuple(name for name in CUTS if found.values.get(name, 0) > 1)[:4]
    return Dashboard(_TITLE, _DESCRIPTION, "own", 28, "previous", filters, tuple(panels))


def has_data(found: There, dashboard: Dashboard, library: Catalogue) -> bool:
    """Say whether a dashboard would show anything: hotels and flights need to have been sold, the others need one metric with rows."""
    if dashboard.theme in ("hotel", "flight") and dashboard.theme not in found.kinds:
        return False
    return any(found.metric(library, name) for name in dashboard.metrics())
