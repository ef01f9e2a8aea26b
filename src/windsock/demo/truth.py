"""What was planted, written beside the workspace: truth.json and Parquet files in ``HOME/truth``."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from windsock.demo.bands import bands_json, bands_of, order_value_by_purpose
from windsock.demo.columns import flags, picked, whole
from windsock.demo.demand.days import Simulation
from windsock.demo.demand.tally import Tally
from windsock.demo.model import ALPHA, CHANNELS, PURPOSES, ZONE, Plan
from windsock.demo.people import member_numbers, phones
from windsock.demo.seasons import HOLIDAYS
from windsock.demo.stock import stock_truth, tail
from windsock.demo.stories.campaign import Campaign

FOLDER = "truth"
FILE = "truth.json"


def plan_json(plan: Plan) -> dict[str, object]:
    """Return the plan as it is kept: what makes two demos the same."""
    return {**asdict(plan), "end": str(plan.end), "stories": None if plan.stories is None else sorted(plan.stories)}


@dataclass(frozen=True)
class Told:
    """What the build saw pass by.

    Attributes:
        aliases: namespace, id, person of every anonymous id that was used.
        orders: order_ref, person, purpose, planted of every order.
        report: sizes and times of the build.
    """

    aliases: pa.Table
    orders: pa.Table
    report: dict[str, object]


def write_truth(home: Path, sim: Simulation, tally: Tally, told: Told) -> dict[str, object]:
    """Write the truth of a finished simulation into a workspace's folder; truth.json comes last and whole. Returns what stands in it."""
    folder = home / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    pq.write_table(_people(sim), folder / "people.parquet")
    pq.write_table(pa.concat_tables([told.aliases, _given_ids(sim)]), folder / "ids.parquet")
    pq.write_table(told.orders, folder / "orders.parquet")
    pq.write_table(stock_truth(sim), folder / "stock.parquet")
    for story in sim.script.stories:
        if isinstance(story, Campaign):
            pq.write_table(_audience(sim, story), folder / f"{story.name}_audience.parquet")
    truth = truth_of(sim, tally) | {"report": told.report}
    draft = folder / f"{FILE}.new"
    draft.write_text(json.dumps(truth, ensure_ascii=False, indent=1), encoding="utf-8")
    draft.rename(folder / FILE)
    return truth


def truth_of(sim: Simulation, tally: Tally) -> dict[str, object]:
    """Return what stands in truth.json but for the build's report."""
    plan = sim.plan
    return {
        "seed": plan.seed,
        "plan": plan_json(plan),
        "zone": ZONE,
        "start": str(plan.start),
        "first_click_date": str(plan.date(plan.first_click_day)),
        "now_ms": plan.now_ms,
        "sizes": {"people": plan.people, "orders": int(tally.sums.get("all.orders", 0)), "events": int(tally.sums.get("events", 0))},
        "alpha": ALPHA,
        "stories": [asdict(told) for story in sim.script.stories for told in story.truth(tally)],
        "left_out": [{"kind": kind, "why": why} for kind, why in sim.script.absent],
        "effects": [effect for story in sim.script.stories for effect in story.effects()],
        "calendar": [{"kind": name, "start": start, "end": end} for name, start, end, _ in HOLIDAYS],
        "elasticities": {"flexible_share_by_purpose": [0.1, 0.45, 0.35], "sensitivity_median_by_purpose": [0.55, 1.2, 1.1]},
        "bands": bands_json(bands_of(tally, plan)),
        "order_value_by_purpose": order_value_by_purpose(tally),
        "stock": tail(sim),
        "files": {
            "people": "people.parquet: one row for each true person with the traits that the data does not tell",
            "ids": "ids.parquet: namespace, id -> person; households share a desktop's id",
            "orders": "orders.parquet: order_ref -> person (NULL for people outside), purpose, planted",
            "stock": "stock.parquet: seats by flight and date, the part sold before the data begins, left at departure",
        },
    }


def _people(sim: Simulation) -> pa.Table:
    people = sim.people
    count = len(people)
    buys = np.isfinite(people.born)
    return pa.table(
        {
            "person": whole(np.arange(count)),
            "first_purchase_day": pa.array(np.where(buys, people.born, 0.0), mask=~buys),
            "trips_a_day": pa.array(people.rate),
            "quits": pa.array(people.quits),
            "purpose": picked(people.purpose, PURPOSES),
            "price_sensitivity": pa.array(people.sensitivity),
            "time_flexible": flags(people.flexible),
            "responsive": flags(people.responsive),
            "member": flags(people.member),
            "android": flags(people.android),
            "shares_desktop_of": whole(people.desk),
            "promoter": pa.array(people.promoter),
            "acquired_by": picked(people.acquired, CHANNELS),
        }
    )


def _given_ids(sim: Simulation) -> pa.Table:
    """Return member numbers and phones, which are given whether or not the data shows them."""
    everyone = np.arange(len(sim.people))
    members = np.flatnonzero(sim.people.member)
    ids = pa.concat_arrays([member_numbers(members), phones(everyone)])
    spaces = picked(np.repeat(np.array([0, 1]), [len(members), len(everyone)]), ("login", "phone"))
    return pa.table({"namespace": spaces, "id": ids, "person": whole(np.concatenate([members, everyone]))})


def _audience(sim: Simulation, story: Campaign) -> pa.Table:
    return pa.table(
        {
            "person": whole(story.audience),
            "member_no": member_numbers(story.audience),
            "arm": picked(story.treated.astype(np.int64), ("holdout", "treated")),
            "responsive": flags(sim.people.responsive[story.audience]),
        }
    )


def distinct_aliases(parts: list[pa.Table]) -> pa.Table:
    """Return each (namespace, id, person) once, in a steady order."""
    whole_table = pa.concat_tables(parts)
    once = whole_table.group_by(["namespace", "id", "person"], use_threads=False).aggregate([])
    return once.take(pc.sort_indices(once, sort_keys=[("id", "ascending"), ("person", "ascending")])).select(["namespace", "id", "person"])
