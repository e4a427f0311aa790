"""`gateway openapi`: write the OpenAPI document."""

from pathlib import Path

import rich_click as click

from gateway.commands.running import out, stop

_DEFAULT = Path("openapi/gateway.json")


@click.command("openapi")
@click.option("--output", type=click.Path(path_type=Path), default=_DEFAULT, show_default=True)
@click.option("--check", is_flag=True, help="Write nothing; exit 1 where the file is not fresh.")
def command(output: Path, *, check: bool) -> None:
    """Write the document, or check that the file is fresh."""
    from gateway.app import described

    fresh = described()
    if not check:
        output.write_bytes(fresh)
        out.print(f"{output}: {len(fresh)} bytes")
    elif not output.is_file() or output.read_bytes() != fresh:
        stop(f"{output} is not fresh: run `make openapi`")
