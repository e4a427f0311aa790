"""`gateway retention`: erases what is older than it may become."""

import rich_click as click

from gateway.commands.keeping import asked
from gateway.commands.options import BY


@click.group("retention")
def command() -> None:
    """Lifetimes of what is stored; `gateway settings` shows them."""


@command.command("run")
@BY
@click.option("--dry-run", is_flag=True, help="Only count.")
def run_now(oleh: str, *, dry_run: bool) -> None:
    """Erase what is too old: withdrawn records, history, complaints. Run it once a day."""
    counts = asked(lambda keep: keep.retire(oleh=oleh, dry_run=dry_run))
    for name, count in counts.items():
        click.echo(f"{name:<10} {count}")
