"""Other engines for the tests: ClickHouse's in this process, and a Spark cluster of a master and two workers on loopback."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.engines.golden import fill
from windsock.kernel.clock import FixedClock
from windsock.kernel.ids import CountedIds
from windsock.kernel.settings import ClickHouseSettings, SparkSettings, WarehouseSettings
from windsock.warehouse import Moment
from windsock.warehouse.engines import Link, MovedWarehouse, move
from windsock.workspace import Workspace, create_workspace, open_workspace

JAVA = 17
PATIENT = WarehouseSettings(timeout_s=300)


@pytest.fixture(scope="session")
def golden(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """The golden data on our own engine."""
    home = tmp_path_factory.mktemp("golden") / "home"
    create_workspace(home, name="Gull", timezone="Asia/Shanghai", currency="CNY", language="en")
    with open_workspace(home, clock=FixedClock(1_774_000_000_000), ids=CountedIds()) as workspace:
        fill(workspace)
        yield workspace


@pytest.fixture(scope="session")
def clickhouse_link() -> Iterator[Link]:
    if importlib.util.find_spec("chdb") is None:
        pytest.skip("chdb is not installed: make test-engines installs it")
    from windsock.warehouse.engines.clickhouse_link import ClickHouseLink

    folder = tempfile.mkdtemp(prefix="windsock-chdb-")
    yield ClickHouseLink(ClickHouseSettings(folder=folder))
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def cluster() -> Iterator[SparkSettings]:
    """A standalone cluster: one master, two workers of one core each."""
    found = importlib.util.find_spec("pyspark")
    if found is None or found.origin is None:
        pytest.skip("pyspark is not installed: make test-engines installs it")
    if _java() < JAVA:
        pytest.skip(f"there is no Java {JAVA} here, which Spark needs: install a JRE {JAVA}")
    home = Path(found.origin).parent
    folder = Path(tempfile.mkdtemp(prefix="windsock-spark-"))
    port, environment = _free(), os.environ | {"SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_LOG_DIR": str(folder)}
    master, made = f"spark://127.0.0.1:{port}", list[subprocess.Popen[bytes]]()

    def start(role: str, *given: str) -> None:
        command = [str(home / "bin" / "spark-class"), f"org.apache.spark.deploy.{role.lower()}.{role}", "--host", "127.0.0.1", *given]
        made.append(subprocess.Popen(command, env=environment, stdout=(folder / f"{role}-{len(made)}.log").open("wb"), stderr=subprocess.STDOUT))

    start("Master", "--port", str(port), "--webui-port", str(_free()))
    _wait_for(port)
    for number in (1, 2):
        start("Worker", "--port", str(_free()), "--webui-port", str(_free()), "-c", "1", "-m", "1g", "-d", str(folder / f"work{number}"), master)
    options = {
        "spark.sql.shuffle.partitions": "2", "spark.default.parallelism": "2",
        "spark.sql.codegen.wholeStage": "false", "spark.executor.memory": "900m",
        "spark.sql.adaptive.enabled": "false", "spark.cores.max": "2", "spark.executor.cores": "1", "spark.driver.memory": "1g",
    }  # fmt: skip
    yield SparkSettings(master=master, folder=str(folder / "tables"), driver_host="127.0.0.1", options=options)
    for process in made[::-1]:
        process.terminate()
        process.wait(20)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def spark_link(cluster: SparkSettings) -> Iterator[Link]:
    import warnings

    from windsock.warehouse.engines.spark_link import SparkLink

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of pyspark's own, about libraries that are not used here
        link = SparkLink(cluster)
        yield link
        link.close()


@pytest.fixture(scope="session", params=["clickhouse", "spark"])
def link(request: pytest.FixtureRequest) -> Link:
    return request.getfixturevalue(f"{request.param}_link")


@pytest.fixture(scope="session")
def moved(request: pytest.FixtureRequest, link: Link) -> MovedWarehouse:
    """The golden data on another engine, moved as a workspace is."""
    return request.getfixturevalue(f"{link.name.lower()}_moved")


@pytest.fixture(scope="session")
def clickhouse_moved(golden: Workspace, clickhouse_link: Link, tmp_path_factory: pytest.TempPathFactory) -> MovedWarehouse:
    return _moved(golden, clickhouse_link, tmp_path_factory.mktemp("move"))


@pytest.fixture(scope="session")
def spark_moved(golden: Workspace, spark_link: Link, tmp_path_factory: pytest.TempPathFactory) -> MovedWarehouse:
    return _moved(golden, spark_link, tmp_path_factory.mktemp("move"))


def _moved(golden: Workspace, link: Link, folder: Path) -> MovedWarehouse:
    with golden.warehouse.snapshot() as snapshot:
        pieces = move(Moment(snapshot, 1_774_000_000_000, folder), link, told=_quiet)
    assert sum(piece.rows for piece in pieces) > 1_000
    return MovedWarehouse(link, PATIENT)


def _quiet(_piece: Any) -> None:
    pass


def _java() -> int:
    """Return which Java is here; 0: none."""
    if shutil.which("java") is None:
        return 0
    told = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', told)
    return int(found[1]) if found else 0


def _free() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait_for(port: int) -> None:
    last = time.monotonic() + 60
    while True:
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        if time.monotonic() > last:
            raise TimeoutError(f"nothing listens on {port}")
        time.sleep(0.2)
