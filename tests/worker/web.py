"""A second web process of a workspace that another process owns: pages and interface, without intake and worker: ``web.py HOME``."""

from __future__ import annotations

import sys
from pathlib import Path

import uvicorn

from windsock.cli.serve import listen
from windsock.http import create_app
from windsock.workspace import open_workspace


def main(home: str) -> None:
    """Serve on a free port, and say which."""
    with open_workspace(Path(home), guest=True) as workspace, listen("127.0.0.1", 0) as door:
        server = uvicorn.Server(uvicorn.Config(create_app(workspace, raw=()), log_config=None, access_log=False, ws="none", lifespan="off"))
        sys.stdout.write(f"at http://127.0.0.1:{door.getsockname()[1]}\n")
        sys.stdout.flush()
        server.run(sockets=[door])


if __name__ == "__main__":
    main(*sys.argv[1:])
