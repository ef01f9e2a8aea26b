"""Robots are known by their names and by their pace; people are not taken for them."""

from __future__ import annotations

import gzip
import json
import os
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from sqlglot import parse_one

from tests.house.tree import ROOT
from tests.tracking import make
from windsock.tracking import load_events
from windsock.tracking.bots import find_bots, marked
from windsock.tracking.model.bots import is_robot
from windsock.warehouse import LocalWarehouse

DATA = Path(os.environ.get("WINDSOCK_SHARED_DATA", ROOT.parent / "shared" / "data")) / "web_logs"
T0 = make.T0
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"
# Agents of the real log that the public list of crawlers does not know, read one by one: what they call themselves is no browser.
ROBOTS_BY_HAND = re.compile(
    r"FeedParser|Ezooms|Chef Client|Feed Fetcher|Spinn3r|LiveJournal|distilator|Liferea|libfetch|Daumoa|HTTP_Request|BeetleBot|LumiBot|Link Validator"
    r"|EasouSpider|Superblock|slurp",
    re.ASCII,
)


@pytest.mark.parametrize(
    "agent",
    [
        CHROME, "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.50",
        "GullAir/5.2.0 (iPhone; iOS 17.0; Scale/3.00)", "okhttp/4.12.0", "Dalvik/2.1.0 (Linux; U; Android 13; CUBOT X70 Build/TP1A)", "",
        "GullAir/112 CFNetwork/1494.0.7 Darwin/23.4.0", "com.gull.app/5.0 (Android 14)", "analytics-python/2.4.0", "analytics-node/3.1.0",
        "Mozilla/5.0 (Linux; HarmonyOS; ELS-AN00) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/114.0 HuaweiBrowser/15.0 Mobile Safari/537.36",
    ],
)  # fmt: skip
def test_people_and_apps_are_no_robots(agent: str) -> None:
    assert not is_robot(agent)


def _log() -> Counter[str]:
    path = DATA / "apache_logs.gz"
    if not path.exists():
        pytest.skip("the public data folder web_logs is not here; put it beside the project under shared/data or name WINDSOCK_SHARED_DATA")
    lines = gzip.decompress(path.read_bytes()).decode("utf-8", "replace").splitlines()
    return Counter(found[1] for line in lines if (found := re.search(r'"([^"]*)"?$', line.rstrip())))


def _crawlers() -> list[dict[str, Any]]:
    return json.loads(gzip.decompress((DATA / "crawler-user-agents.json.gz").read_bytes()))


def test_a_real_log_is_judged_as_the_public_list_and_a_reader_judge_it() -> None:
    agents = _log()
    assert sum(agents.values()) == 10_000
    patterns = [re.compile(crawler["pattern"]) for crawler in _crawlers()]
    listed = {agent for agent in agents if any(pattern.search(agent) for pattern in patterns)}
    ours = {agent for agent in agents if is_robot(agent)}
    found, missed = (sum(agents[agent] for agent in group) for group in (listed & ours, listed - ours))
    beyond = {agent: agents[agent] for agent in ours - listed}
    wrong = sum(count for agent, count in beyond.items() if not ROBOTS_BY_HAND.search(agent))
    assert found / (found + missed) >= 0.998, (found, missed)
    assert wrong / (found + sum(beyond.values())) <= 0.002, "what neither the list nor a reader takes for a robot"
    assert sum(beyond.values()) < 700, "against the list alone the precision would look as if it were 0.74"


def test_most_of_the_examples_of_the_public_list_are_known_without_knowing_the_list() -> None:
    _log()
    examples = [agent for crawler in _crawlers() for agent in crawler["instances"]]
    assert len(examples) == 2_116
    assert sum(is_robot(agent) for agent in examples) / len(examples) >= 0.87


def test_the_batch_marks_what_says_so_what_is_named_so_and_what_hurries() -> None:
    hasty = [make.event(anonymous_id="h", client_ms=T0 + n * 20) for n in range(200)]
    busy = [make.event(anonymous_id="b", client_ms=T0 + n * 2_000) for n in range(200)]
    daily = [make.event(anonymous_id="d", client_ms=T0) for _ in range(200)]
    named = [make.event(anonymous_id="n", user_agent="Googlebot/2.1"), make.event(anonymous_id="c", user_agent=CHROME), make.event(bot=True)]
    nobody = [make.event(anonymous_id=None, client_ms=T0 + n) for n in range(200)]
    found = marked(make.table(hasty + busy + daily + named + nobody)).to_pylist()
    assert found == [True] * 200 + [False] * 400 + [True, False, True] + [False] * 200
    assert marked(make.table([])).to_pylist() == []
    assert marked(pa.concat_tables([make.table(named), make.table(named)])).to_pylist() == [True, False, True] * 2


def test_a_pace_over_hours_is_found_later_and_said_in_the_flags(warehouse: LocalWarehouse) -> None:
    day = 20 * 3_600_000
    machine = [make.event(message_id=f"m{n}", anonymous_id="machine", client_ms=T0 + n * 60_000) for n in range(1_000)]
    person = [make.event(message_id=f"p{n}", anonymous_id="person", client_ms=T0 + n * 60_000 + (n // 90) * 3_600_000) for n in range(700)]
    server = [make.event(message_id=f"s{n}", anonymous_id="desk", event="ticket_issued", client_ms=T0 + n * 10_000) for n in range(1_500)]
    for row in (*machine, *person, *server):
        row["received_ms"] = row["client_ms"] + 100
    with warehouse.transaction() as tx:
        load_events(tx, "site", "b1", make.table(machine + person + server), T0 + day, trust="server")
    with warehouse.transaction() as tx:
        assert find_bots(tx, T0 + day) == 1_000
        assert find_bots(tx, T0 + day) == 0
    asked = "SELECT COUNT(*) AS n, COUNT(DISTINCT did) AS ids FROM event WHERE bot AND list_contains(string_split(flags, ','), 'bot_pace')"
    assert warehouse.query(parse_one(asked, read="duckdb")).to_pylist() == [{"n": 1_000, "ids": 1}]
    hours = warehouse.query(
        parse_one("SELECT COUNT(*) AS n, SUM(events) AS e FROM dirty_hour WHERE known_from_ms = $now", read="duckdb"), {"now": T0 + day}
    )
    assert hours.to_pylist()[0]["e"] >= 1_000
