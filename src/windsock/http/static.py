"""Serve the built pages: named assets for ever, index.html with a fresh nonce, a plain page when they are not built."""

from __future__ import annotations

import re
import secrets
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, HTMLResponse

from windsock.governance import needs
from windsock.kernel.errors import NotFound

STATIC = Path(__file__).parent / "static"
_FOREVER = "public, max-age=31536000, immutable"
_FRESH = "no-cache"
_MARK = "__CSP_NONCE__"
_META = re.compile(r'<meta name="csp-nonce" content="[^"]*"')

router = APIRouter()


def ui_built(folder: Path) -> bool:
    """Say whether the pages are there."""
    return (folder / "index.html").is_file()


def page_csp(nonce: str) -> str:
    """Return the policy of a page: our own scripts only, our own styles and those that carry the nonce."""
    rules = (
        "default-src 'self'",
        "script-src 'self'",
        f"style-src 'self' 'nonce-{nonce}'",
        "style-src-attr 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "frame-ancestors 'none'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    )
    return "; ".join(rules)


@router.get("/{path:path}", include_in_schema=False, openapi_extra=needs("public"))
def serve_page(request: Request, path: str) -> Response:
    """Serve a file of the built pages, or the page itself for any address of its own."""
    folder: Path = request.app.state.static
    first = path.partition("/")[0]
    if first == "api":
        raise NotFound("There is no such address.", where=request.url.path[:200])
    file = _file(folder, path)
    if file is not None:
        return FileResponse(file, headers={"Cache-Control": _FOREVER if first == "assets" else _FRESH})
    if first == "assets":
        raise NotFound("There is no such file.", where=request.url.path[:200], fix="Reload the page: a newer version was installed.")
    return _page(folder)


def _file(folder: Path, path: str) -> Path | None:
    if not path or "\0" in path or path == "index.html" or any(part.startswith(".") for part in path.split("/")):
        return None
    try:
        file = (folder / path).resolve()
        return file if file.is_relative_to(folder.resolve()) and file.is_file() else None
    except (OSError, ValueError):
        return None


def _page(folder: Path) -> HTMLResponse:
    nonce = secrets.token_urlsafe(16)
    html = with_nonce((folder / "index.html").read_text(encoding="utf-8"), nonce) if ui_built(folder) else _NOT_BUILT.replace(_MARK, nonce)
    return HTMLResponse(html, headers={"Content-Security-Policy": page_csp(nonce), "Cache-Control": "no-store"})


def with_nonce(html: str, nonce: str) -> str:
    """Return a page with the nonce in ``<meta name="csp-nonce">``, which is added at the top of the head where it is missing."""
    meta = f'<meta name="csp-nonce" content="{nonce}"'
    page, found = _META.subn(meta, html, count=1)
    return page if found else html.replace("<head>", f"<head>{meta}>", 1)


_NOT_BUILT = """<!doctype html>
<html lang="zh">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="csp-nonce" content="__CSP_NONCE__">
<title>Windsock</title>
<style nonce="__CSP_NONCE__">
body { font: 16px/1.6 system-ui, sans-serif; max-width: 40rem; margin: 12vh auto; padding: 0 1.5rem; color: #1f2933; background: #fff }
code { background: #eef2f6; padding: .1em .4em; border-radius: 4px }
@media (prefers-color-scheme: dark) { body { color: #e4e7eb; background: #14181d } code { background: #26303a } }
</style>
</head>
<body>
<h1>Windsock</h1>
<p>服务已在运行，但网页界面尚未构建。请安装 Node 20，在项目目录运行 <code>make web</code>，然后刷新本页。</p>
<p>命令行和接口不受影响：<code>windsock query</code>、<code>/openapi.json</code>。</p>
<p lang="en">The server is running, but its pages were not built. Install Node 20, run <code>make web</code> in the project's folder,
then reload this page.</p>
<p lang="en">The command line and the interface work without it: <code>windsock query</code>, <code>/openapi.json</code>.</p>
</body>
</html>
"""
