"""The doors of playbooks: a step from dry run to undo over HTTP, pages of runs, what each role may, and the command line."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from tests.analyses.door import Opened
from tests.monitoring.playbooks.test_playbooks import PARTNER, alarm, step_of
from windsock import rooms
from windsock.cli.main import main
from windsock.governance import ROLES
from windsock.monitoring.playbooks.routes import router
from windsock.workspace import Workspace

A = "/api/playbooks"


def test_a_step_goes_through_the_doors(workspace: Workspace) -> None:
    rooms.plug_playbooks()
    for name in ("alert_1", "alert_2"):
        alarm(workspace, name)
    door = Opened(workspace, router)
    assert "propose_price" in door.ask("GET", f"{A}/kinds").json()["by_hand"]
    wish = {"alert": "alert_1", "known_event": PARTNER, "step": step_of(PARTNER, "switch_slot"), "inputs": {"to": "backup"}}
    assert door.ask("POST", f"{A}/dry-run", wish).json()["diff"][0]["after"] == "backup"
    assert door.ask("GET", f"{A}/runs").json()["items"] == []
    refused = door.ask("POST", f"{A}/dry-run", wish | {"inputs": {}})
    assert (refused.status_code, refused.json()["error"]["where"]) == (422, "inputs.to")
    runs = [door.ask("POST", f"{A}/runs", wish | {"alert": name}).json()["id"] for name in ("alert_1", "alert_2")]
    assert door.ask("POST", f"{A}/runs/{runs[0]}/run").json()["state"] == "ok"
    page = door.ask("GET", f"{A}/runs?limit=1").json()
    rest = door.ask("GET", f"{A}/runs?limit=1&cursor={page['next']}").json()
    assert ({page["items"][0]["id"], rest["items"][0]["id"]}, rest["next"]) == ({*runs}, None)
    assert door.ask("GET", f"{A}/flags").json()["items"][0]["value"] == "backup"
    assert door.ask("POST", f"{A}/runs/{runs[0]}/undo", {"reason": "It is back."}).json()["state"] == "undone"
    assert [one["after"] for one in door.ask("GET", f"{A}/runs/{runs[0]}").json()["history"]] == ["approved", "running", "ok", "undone"]
    assert door.ask("PUT", f"{A}/caps/issue_vouchers", {"per_hour": 2, "money_per_day": "50.00"}).json()["money_per_day"] == "50.00"
    assert next(one for one in door.ask("GET", f"{A}/caps").json()["items"] if one["kind"] == "switch_slot")["used"] == 1
    flag = door.ask("POST", f"{A}/flags", {"kind": "pause_campaign", "subject": "spring", "value": "paused", "reason": "Broken link."})
    assert (flag.status_code, door.ask("POST", f"{A}/flags/{flag.json()['id']}/clear", {"reason": "Mended."}).status_code) == (201, 204)


def test_roles_and_the_command_line(workspace: Workspace, home: Path) -> None:
    assert "playbooks.run" in ROLES["analyst"]
    assert not {"playbooks.approve", "playbooks.caps"} & ROLES["analyst"]
    assert not any(name.startswith("playbooks.") for name in ROLES["viewer"])
    rooms.plug_playbooks()
    alarm(workspace)
    words = ["run", "alert_1", PARTNER, str(step_of(PARTNER, "switch_slot")), "--with", "to=backup"]

    def call(*words: str) -> str:
        found = CliRunner().invoke(main, ["playbook", *words, "--home", str(home)])
        assert found.exit_code == 0, found.output
        return found.output

    assert call(*words) == "Flag switch_slot/partner: - -> backup\nNothing was changed; add --yes to do it.\n"
    done = call(*words, "--yes").partition(":")[0]
    assert "switch_slot/partner = backup" in call("flags")
    assert json.loads(call("runs", "--format", "json"))[0]["state"] == "ok"
    assert call("undo", done, "It is back.") == f"{done}: undone\n"
