"""Public files as they are: what the wizard guesses of them, and what comes in."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.house.tree import ROOT
from tests.imports.make import ask, mapping
from windsock.governance import cli_actor
from windsock.imports.run import ImportJob, run_import
from windsock.imports.sniff import sniff
from windsock.imports.wizard import guessed_mapping, likeliest
from windsock.sources import FileShape
from windsock.workspace import Workspace

DATA = Path(os.environ.get("WINDSOCK_SHARED_DATA", ROOT.parent / "shared" / "data"))
ANY = FileShape(encoding="", delimiter="", header_line=0)
FARES = """
mapping: fares
kind: competitor_prices
columns: {days_left: integer, price: money}
constants: {currency: INR}
let: {seen: "date(2022, 2, 11)"}
fields:
  seen_date: seen
  competitor: airline
  route: concat(source_city, '-', destination_city, ' ', class)
  travel_date: add_days(seen, days_left)
  price: price
"""


def shared(name: str) -> Path:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"the public data file {path.name} is not here; put it beside the project under shared/data or name WINDSOCK_SHARED_DATA")
    return path


@pytest.mark.parametrize(
    ("name", "kind", "columns"),
    [
        ("hotel_bookings/hotel_bookings.csv.gz", "orders", {"hotel": "property", "is_canceled": "cancelled"}),
        (
            "hotel_crs/dataset_hotel_2.csv.gz",
            "orders",
            {"Arrivo": "arrival_date", "Partenza": "departure_date", "Totale": "booked_amount", "Notti": "nights"},
        ),
        ("online_retail/online_retail_2010-12_2011-12.parquet", "orders", {"InvoiceDate": "booked_at", "CustomerID": "customer"}),
        ("airbnb_albany/albany_2024-11-05_calendar.csv.gz", "prices", {"listing_id": "goods_id", "date": "travel_date", "price": "price"}),
        (
            "airbnb_albany/albany_2024-11-05_listings_no_hosts.csv.gz",
            "goods",
            {"id": "goods_id", "room_type": "room_type", "accommodates": "capacity"},
        ),
        ("flight_prices_india/Clean_Dataset.csv.zip", "competitor_prices", {"airline": "competitor", "price": "price"}),
    ],
)
def test_what_is_guessed_of_real_files(workspace: Workspace, name: str, kind: str, columns: dict[str, str]):
    path = shared(name)
    found = sniff(path, path.name, ANY)
    assert found.shape.header_line == 1
    guess = {form.kind: one for form, one in likeliest(workspace, found.columns)}[kind]
    assert columns.items() <= dict(guess.columns).items(), guess


def test_the_known_hotel_file_is_known_by_its_columns(workspace: Workspace):
    path = shared("hotel_bookings/hotel_bookings.csv.gz")
    assert guessed_mapping(workspace, path, path.name, None, "")[0].name == "hotel-booking-demand"


def test_the_italian_export_is_read_as_it_is_written(workspace: Workspace):
    path = shared("hotel_crs/dataset_hotel_2.csv.gz")
    columns = {column.name: column for column in sniff(path, path.name, ANY).columns}
    assert (columns["Totale"].decimal, columns["Arrivo"].date_format) == (",", "%d/%m/%Y")


@pytest.mark.slow
def test_listings_and_their_prices_come_in_by_a_guess(workspace: Workspace):
    for name, kind in (("listings_no_hosts", "goods"), ("calendar", "prices")):
        path = shared(f"airbnb_albany/albany_2024-11-05_{name}.csv.gz")
        chosen, _ = guessed_mapping(workspace, path, path.name, kind, "albany")
        report = run_import(workspace, ImportJob(path, chosen, cli_actor()))
        assert report.rows_added > 400
        again = run_import(workspace, ImportJob(path, chosen, cli_actor()))
        assert (again.batch_id, again.rows_known) == (None, report.rows_added)
    row = ask(workspace, "SELECT min(price) AS low, count(*) AS n FROM stock_day WHERE known_to_ms IS NULL")[0]
    assert row["n"] == report.rows_added
    assert row["low"] > 0


@pytest.mark.slow
def test_competitors_fares_come_in_and_go(workspace: Workspace):
    path = shared("flight_prices_india/Clean_Dataset.csv.zip")
    chosen = mapping(FARES)
    report = run_import(workspace, ImportJob(path, chosen, cli_actor(), "fares"))
    assert (report.rows_read, report.rows_added + report.rows_repeated, report.rows_rejected) == (300_153, 300_153, 0)
    lowest = ask(workspace, "SELECT min(price) AS low, max(price) AS high FROM competitor_price")[0]
    assert lowest["low"] == 1105
