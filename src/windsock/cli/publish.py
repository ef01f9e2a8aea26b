"""Write what others build on: the description of the interface."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="File to write; the standard output without it.")
def openapi(out: Path | None) -> None:
    """Print the OpenAPI description of the HTTP interface."""
    from windsock.http import describe  # noqa: PLC0415 - the web application is heavy, and no other command needs it

    text = describe()
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")
        click.echo(f"Written: {out}", err=True)


COMMANDS = (openapi,)
