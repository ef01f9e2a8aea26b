"""The walk through the planted payment fault: in time, at the place, named, learned; and what keeps it from being walked."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from windsock.cli.main import main

SIZE = ["--people", "80000", "--days", "70", "--end", "2026-11-22", "--no-serve"]


@pytest.mark.slow
def test_a_payment_fault_is_walked_through_from_alert_to_library(tmp_path: Path):
    given = ["demo", "--home", str(tmp_path / "gull"), "--language", "en", *SIZE, "--story", "payment-fault"]
    first = CliRunner().invoke(main, given)
    assert first.exit_code == 0, first.output
    lines = first.stdout.splitlines()
    told = [line[13:] for line in lines if line[2:3] == "-"]
    assert told[1] in {f"Alert, {late} ticks after the ideal test." for late in range(3)}
    assert "Payment provider = WeChat Pay, Device = Android" in told[2]
    assert "The metric is back; the incident is solved by itself." in told
    assert lines[-1] == "All of it held: in time, at the place, named, learned."
    again = CliRunner().invoke(main, given)
    assert again.exit_code != 0
    assert "looked at later days already" in again.output


def test_a_demo_without_the_fault_is_not_walked(tmp_path: Path):
    small = ["demo", "--home", str(tmp_path / "gull"), "--people", "500", "--days", "7", "--story", "campaign", "--no-serve", "--walk"]
    refused = CliRunner().invoke(main, small)
    assert refused.exit_code != 0
    assert "no payment fault that can be seen" in refused.output
