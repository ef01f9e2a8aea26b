"""The public series with labels: what must be reached by the one default setting, and that the scorer is the published one."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[3]
DATA = Path(os.environ.get("WINDSOCK_SHARED_DATA", ROOT.parent / "shared" / "data"))
pytestmark = pytest.mark.skipif(
    not ((DATA / "nab/labels").is_dir() and (DATA / "ms_cloud_monitoring/data").is_dir()),
    reason="the labelled series (nab, ms_cloud_monitoring) are not here; put them beside the project under shared/data or name WINDSOCK_SHARED_DATA",
)


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bench_detect", ROOT / "bench" / "detect.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["bench_detect"] = module
    spec.loader.exec_module(module)
    return module


def test_purchases(bench: ModuleType):
    found = bench.microsoft(["consumer-purchase-rate"])
    assert len(found) == 6
    assert bench.events(found["purchase-01"])[2] == 0
    assert sum(bench.events(one)[0] for one in found.values()) >= 7


@pytest.mark.slow
@pytest.mark.timeout(0)
def test_what_must_be_reached(bench: ModuleType):
    found = bench.nab()
    known = np.sort(np.concatenate([one.score[one.score > 0] for one in found.values()]))
    whole = bench.nab_score([*found.values()], [one.score for one in found.values()], known[-2_000:]).max()
    some = [one for name, one in found.items() if any(part in name for part in bench.BUSINESS)]
    business = bench.nab_score(some, [one.score for one in some], known[-2_000:]).max()
    assert (whole >= 56, business >= 64) == (True, True), (whole, business)
    counted = [bench.events(one) for one in bench.microsoft([*bench.COMMERCE]).values()]
    hit, count, false, days = (sum(column) for column in zip(*counted, strict=True))
    assert 2 * hit / (hit + false + count) >= 0.65
    assert false <= days / 50
    silent = bench.nab_score([*found.values()], [np.zeros(len(one.score)) for one in found.values()], np.array([0.5]))[0]
    assert silent == pytest.approx(0.0)
