"""`gateway record`: how a record came to be as it is, and the erasure of a person."""

import sys

import rich_click as click

from gateway.commands.keeping import asked
from gateway.commands.options import BY
from gateway.commands.running import out
from gateway.commands.shown import print_json


@click.group("record")
def command() -> None:
    """Stored PPKS records."""


@command.command("show")
@click.argument("ppks_id")
def show(ppks_id: str) -> None:
    """Show what each source tells of a record, as JSON. It holds personal data."""
    print_json(asked(lambda keep: keep.sources(ppks_id)))


@command.command("history")
@click.argument("ppks_id")
@click.option("--values", is_flag=True, help="JSON with the values before; personal data.")
def history(ppks_id: str, *, values: bool) -> None:
    """List who changed a record, when, why, and in which attributes, oldest first."""
    found = asked(lambda keep: keep.history(ppks_id))
    if values:
        print_json(found)
        return
    for one in found:
        joined = f" -> {one.digabung_ke}" if one.digabung_ke else ""
        click.echo(
            f"v{one.versi} {one.pada:%Y-%m-%dT%H:%M:%SZ} {one.oleh} {one.sebab} "
            f"{','.join(one.atribut)}{joined}"
        )


@command.command("erase")
@BY
@click.option("--reason", "alasan", required=True, help="Why; it is recorded.")
@click.option(
    "--record",
    "rekaman",
    multiple=True,
    metavar="PPKS_ID",
    help="A record that is meant, where the NIK stands in several; may be repeated.",
)
@click.confirmation_option(prompt="Erase all records of this person for good?")
def erase(oleh: str, alasan: str, rekaman: tuple[str, ...]) -> None:
    """Erase whoever's NIK is read from standard input (never from the command line).

    Where several records have it, they may be several persons', and nothing is erased unless those
    that are meant are named. A source that tells of the person again makes a new record.
    """
    nik = sys.stdin.readline().strip()
    count = asked(lambda keep: keep.erase(nik, oleh=oleh, alasan=alasan, rekaman=rekaman))
    out.print(f"{count} sources' records erased.")
