"""Builds the wheel, installs it in an empty place and walks through the product from outside, as a new user would.

The walk: demo company -> serve on a free port -> /health and /api/state -> sign in with the one-time link -> a metric -> the page -> stop.
Everything happens in a temporary folder, without the repository on the path.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[1]
PASSWORD = "seven gulls over the quay"  # noqa: S105 - of a workspace that lives for a minute
START_S, STOP_S = 60.0, 20.0


def run(*command: str | Path, cwd: Path, env: dict[str, str]) -> str:
    """Run a command, show it with its time, and return what it printed; its failure ends the smoke test."""
    started = time.monotonic()
    done = subprocess.run(
        command, cwd=cwd, env=env, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    print(f"smoke: {Path(command[0]).name} {' '.join(map(str, command[1:]))[:80]}: {time.monotonic() - started:.1f} s", flush=True)
    if done.returncode:
        sys.exit(f"{done.stdout}\nsmoke: it ended with {done.returncode}")
    return done.stdout


def install(place: Path) -> Path:
    """Build the wheel and install it, at the lock's versions, into an empty environment; return its ``bin``."""
    env = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    uv = ROOT / "scripts/uv"
    run(uv, "build", "--quiet", "--wheel", "--out-dir", place / "dist", cwd=ROOT, env=env)
    (wheel,) = (place / "dist").glob("*.whl")
    run(uv, "venv", "--quiet", "--no-python-downloads", "--python", sys.executable, place / "venv", cwd=place, env=env)
    python = place / "venv/bin/python"
    run(uv, "pip", "install", "--quiet", "--python", python, "--constraint", ROOT / "requirements.lock", wheel, cwd=place, env=env)
    return place / "venv/bin"


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@contextmanager
def serving(command: list[str], cwd: Path, env: dict[str, str]) -> Iterator[Path]:
    """Serve while inside, then stop by SIGTERM: it has to end in time and without an error. Yields the file it prints to."""
    printed = cwd / "serve.txt"
    with printed.open("w") as out:
        server = subprocess.Popen(command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT)
    try:
        yield printed
        server.send_signal(signal.SIGTERM)
        code = server.wait(STOP_S)
    except BaseException:
        server.kill()
        print(printed.read_text(), flush=True)
        raise
    if code not in {0, -signal.SIGTERM}:
        sys.exit(f"{printed.read_text()}\nsmoke: serve ended with {code}")


def walk(client: httpx.Client, link: str) -> None:
    """Sign in with the one-time link and ask for a number, as the pages do."""
    state = client.get("/api/state").raise_for_status().json()
    print(f"smoke: version {state['version']}, pages built: {state['ui_built']}, first run: {state['first_run']}")
    if client.get("/api/session").status_code != 401:
        sys.exit("smoke: a stranger has a session")
    new = {"link": link, "name": "Smoke", "email": "smoke@example.com", "password": PASSWORD, "language": "en"}
    made = client.post("/api/setup", json=new)
    if not made.is_success:
        sys.exit(f"smoke: {made.text}")
    session = made.json()
    if client.post("/api/setup", json=new).is_success:
        sys.exit("smoke: the one-time link works twice")
    today = dt.datetime.now(dt.UTC).date()
    question = {"metrics": ["booked_amount", "orders"], "grain": "total", "from": str(today - dt.timedelta(days=60)), "to": str(today)}
    answer = client.post("/api/metrics/query", json=question, headers={"X-Windsock-CSRF": session["csrf"]}).raise_for_status().json()
    if not answer["rows"] or not int(answer["rows"][0]["orders"]):
        sys.exit(f"smoke: the demo company has no orders: {answer}")
    print(f"smoke: {answer['rows'][0]}")
    page = client.get("/").raise_for_status()
    if "text/html" not in page.headers["content-type"]:
        sys.exit("smoke: no page at /")


def main() -> None:
    """Run the whole walk."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="windsock-smoke-") as folder:
        place = Path(folder)
        tools = install(place)
        env = {"PATH": f"{tools}:{os.defpath}", "HOME": folder, "LANG": "C.UTF-8", "WINDSOCK_HOME": str(place / "desk")}
        built = run(tools / "windsock", "demo", "--people", "2000", "--days", "30", "--no-serve", cwd=place, env=env)
        port = free_port()
        serve = [str(tools / "windsock"), "serve", "--port", str(port)]
        with serving(serve, place, env) as printed, httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            wait_until_it_answers(client)
            found = re.search(r"#link=(\S+)", printed.read_text() + built)
            if not found:
                sys.exit(f"{printed.read_text()}\nsmoke: no one-time link was printed")
            walk(client, found.group(1))
    print(f"smoke: it stands, in {time.monotonic() - started:.0f} s")


def wait_until_it_answers(client: httpx.Client) -> None:
    """Wait for /health."""
    until = time.monotonic() + START_S
    while True:
        try:
            client.get("/health").raise_for_status()
        except httpx.HTTPError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
        else:
            return


if __name__ == "__main__":
    main()
