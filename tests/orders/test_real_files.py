"""The main job on real files: the hotel booking demand data to the cent, and the export of an Italian booking engine."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlglot import parse_one

from windsock.governance import cli_actor
from windsock.kernel.period import parse_period
from windsock.metrics import MetricQuery, answer
from windsock.orders.import_orders import ImportRequest, import_orders
from windsock.orders.mapping import load_mapping
from windsock.orders.report import ImportReport
from windsock.workspace import Workspace

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("WINDSOCK_SHARED_DATA", ROOT.parent / "shared" / "data"))
HOTEL = DATA / "hotel_bookings" / "hotel_bookings.csv.gz"
ITALIAN = ROOT / "docs" / "guide" / "mappings" / "italian-booking-engine.yaml"
HELD = "known_to_ms IS NULL"


def shared(path: Path) -> Path:
    if not path.exists():
        pytest.skip(f"the public data file {path.name} is not here; put it beside the project under shared/data or name WINDSOCK_SHARED_DATA")
    return path


def bring(workspace: Workspace, path: Path, mapping: str, source: str = "") -> ImportReport:
    return import_orders(workspace, ImportRequest(shared(path), load_mapping(mapping), cli_actor(), source))


def ask(workspace: Workspace, sql: str) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in workspace.warehouse.query(parse_one(sql, read="duckdb")).to_pylist()]


@pytest.mark.slow
def test_the_hotel_file_gives_exactly_its_figures(workspace: Workspace):
    shared(HOTEL)
    report = bring(workspace, HOTEL, "hotel-booking-demand")
    assert (report.rows_read, report.rows_added, report.rows_rejected, report.orders_added) == (119_390, 119_390, 0, 119_390)
    assert report.rows_repeated == 31_994
    assert report.flags == {"exact_duplicate": 31_994, "negative_rate": 1, "no_guests": 180, "zero_nights": 715}
    assert "no booking id" in " ".join(report.notes())
    assert ask(workspace, f"SELECT count(*) FROM order_line WHERE cancelled AND {HELD}") == [(44_224,)]
    assert ask(workspace, f"SELECT count(*) FROM orders WHERE state = 'cancelled' AND {HELD}") == [(44_224,)]
    assert ask(workspace, f"SELECT count(*) FROM order_line WHERE no_show AND {HELD}") == [(1_207,)]
    stayed = f"NOT cancelled AND {HELD}"
    assert ask(workspace, f"SELECT property, sum(nights), sum(stay_amount) FROM order_line WHERE {stayed} GROUP BY 1 ORDER BY 1") == [
        ("City Hotel", 135_153, Decimal("14394410.1800")),
        ("Resort Hotel", 119_887, Decimal("11601850.2300")),
    ]
    assert ask(workspace, f"SELECT year(arrival_date), sum(stay_amount) FROM order_line WHERE {stayed} GROUP BY 1 ORDER BY 1") == [
        (2015, Decimal("4511559.1100")),
        (2016, Decimal("11673501.4300")),
        (2017, Decimal("9811199.8700")),
    ]
    nights = (
        "SELECT year(day.travel_date), sum(day.amount), sum(day.units) FROM travel_day AS day JOIN order_line AS line USING (order_key, line_no)"
        " WHERE NOT line.cancelled AND line.known_to_ms IS NULL AND day.known_to_ms IS NULL GROUP BY 1 ORDER BY 1"
    )
    found = ask(workspace, nights)
    assert [(year, amount) for year, amount, _ in found] == [
        (2015, Decimal("4449880.3700")),
        (2016, Decimal("11679039.1300")),
        (2017, Decimal("9867340.9100")),
    ]
    assert sum(units for _, _, units in found) == 135_153 + 119_887
    first = "SELECT booked_date, arrival_date, payment_known, booked_amount, currency FROM order_line WHERE order_key = 1"
    assert ask(workspace, first) == [(dt.date(2014, 7, 24), dt.date(2015, 7, 1), False, Decimal(0), "EUR")]

    early = MetricQuery(metrics=("orders", "cancel_rate"), period=parse_period("2015-07-01:2017-08-31", "test"), by=("lead_band",), clock="arrival")
    found = answer(workspace, early).json()["rows"]
    # What bookings long before the stay are worth: the share that is cancelled rises with each band.
    assert [(row["lead_band"], row["orders"], f"{float(row['cancel_rate']):.4f}") for row in found] == [
        ("000", 6_345, "0.0678"), ("001-003", 7_345, "0.0975"), ("004-007", 6_056, "0.1248"), ("008-014", 7_026, "0.2200"),
        ("015-030", 11_934, "0.3131"), ("031-060", 16_970, "0.3638"), ("061-090", 12_583, "0.3947"), ("091-180", 26_439, "0.4471"),
        ("181+", 24_692, "0.5701"),
    ]  # fmt: skip

    version = workspace.warehouse.version()
    again = bring(workspace, HOTEL, "hotel-booking-demand")
    assert (again.batch_id, again.rows_added, again.rows_known) == (None, 0, 119_390)
    assert workspace.warehouse.version() == version


def oracle(path: Path) -> dict[str, Any]:
    """Read the export slowly and obviously."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    kept = [row for row in rows if row["Status"] != "Cancellata"]
    money = [Decimal(row["Totale"].replace(".", "").replace(",", ".")) for row in kept]
    days = [[dt.datetime.strptime(row[name], "%d/%m/%Y").date() for name in ("Arrivo", "Partenza")] for row in kept]  # noqa: DTZ007 - civil dates
    alive = {row["Codice"] for row in kept}
    return {
        "rows": len(rows),
        "orders": len({row["Codice"] for row in rows}),
        "cancelled_orders": len({row["Codice"] for row in rows} - alive),
        "stayed": sum(money),
        "nights": sum((last - first).days for first, last in days),
    }


@pytest.mark.parametrize(
    ("number", "rows", "orders", "stayed", "nights"), [(2, 422, 364, "129663.03", 1_340), (4, 10_314, 9_641, "7054130.26", 26_530)]
)
def test_the_italian_export_comes_in_by_the_mapping_of_the_guide(workspace: Workspace, number: int, rows: int, orders: int, stayed: str, nights: int):
    path = shared(DATA / "hotel_crs" / f"dataset_hotel_{number}.csv.gz")
    report = bring(workspace, path, str(ITALIAN), f"hotel-{number}")
    told = oracle(path)
    assert (told["rows"], told["orders"], told["stayed"], told["nights"]) == (rows, orders, Decimal(stayed), nights)
    assert (report.rows_read, report.rows_added, report.rows_rejected, report.orders_added) == (rows, rows, 0, orders)
    assert ask(workspace, "SELECT sum(stay_amount), sum(CASE WHEN cancelled THEN 0 ELSE nights END) FROM order_line") == [(Decimal(stayed), nights)]
    assert ask(workspace, "SELECT count(*) FROM orders WHERE state = 'cancelled'") == [(told["cancelled_orders"],)]
    assert ask(workspace, "SELECT max(n) > 1 FROM (SELECT count(*) AS n FROM order_line GROUP BY order_key)") == [(True,)]


def test_one_italian_booking_by_hand(workspace: Workspace):
    """1400576136/1204413850: booked on 2017-01-01 15:27:38 in Rome, 7 nights for 980.00, cancelled a second later."""
    bring(workspace, DATA / "hotel_crs" / "dataset_hotel_2.csv.gz", str(ITALIAN), "hotel-2")
    row = ask(
        workspace,
        "SELECT o.booked_ms, o.cancelled_ms, o.state, l.nights, l.booked_amount, l.stay_amount, CAST(l.arrival_date AS VARCHAR), l.country, l.agent"
        " FROM orders AS o JOIN order_line AS l USING (order_key) WHERE o.order_ref = '1400576136/1204413850'",
    )
    booked = int(dt.datetime(2017, 1, 1, 14, 27, 38, tzinfo=dt.UTC).timestamp() * 1000)
    assert row == [(booked, booked + 1000, "cancelled", 7, Decimal(980), Decimal(0), "2017-07-22", "PL", "Booking.com")]
