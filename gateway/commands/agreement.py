"""`gateway agreement`: record agreements (PKS), what they owe, and what was handed in."""

from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

import rich_click as click

from gateway.application.agreements.manage_agreements import ManageAgreements
from gateway.commands.agreement_options import told_fields, with_fields
from gateway.commands.options import BY
from gateway.commands.running import asked
from gateway.commands.shown import print_json
from gateway.domain.perjanjian import JenisLaporan, Perjanjian
from gateway.domain.tenggat import hari_terakhir
from gateway.parts import Parts

T = TypeVar("T")

_AS_JSON: Final = click.option("--json", "as_json", is_flag=True, help="Write JSON.")


@click.group("agreement")
def command() -> None:
    """Agreements (PKS): parties, time, and the reports that they make us owe."""


@command.command("add")
@click.argument("nomor")
@with_fields(required=True)
@BY
def add(nomor: str, oleh: str, **fields: Any) -> None:
    """Record an agreement under the number by which grants name it."""
    _change(lambda them: them.add({"nomor": nomor, **told_fields(fields)}, oleh=oleh))


@command.command("change")
@click.argument("nomor")
@with_fields(required=False)
@BY
def change(nomor: str, oleh: str, **fields: Any) -> None:
    """Give fields other values, as an addendum does. What is not said stays."""
    _change(lambda them: them.change(nomor, told_fields(fields), oleh=oleh))


@command.command("end")
@click.argument("nomor")
@BY
def end(nomor: str, oleh: str) -> None:
    """End an agreement now, and every grant under it for good. What it owes stays owed."""
    for grant_id in _ask(lambda them: them.end(nomor, oleh=oleh)):
        click.echo(f"grant {grant_id}: ended")
    click.echo(f"{nomor}: ended")


@command.command("handed-in")
@click.argument("nomor")
@click.argument("jenis", type=click.Choice([one.value for one in JenisLaporan]))
@click.argument("periode")
@click.option("--and-before", "before", is_flag=True, help="And those of all periods before it.")
@BY
def handed_in(*, nomor: str, jenis: str, periode: str, before: bool, oleh: str) -> None:
    """Note that the report of a period (2026-S1, 2026-T3, 2026-05) was handed in."""
    kind = JenisLaporan(jenis)
    for each in _ask(lambda them: them.hand_in(nomor, kind, periode, oleh=oleh, before=before)):
        click.echo(f"{nomor} {kind} {each}: handed in")


@command.command("show")
@click.argument("nomor")
def show(nomor: str) -> None:
    """Show one agreement as JSON."""
    print_json(_ask(lambda them: them.show(nomor)))


@command.command("list")
@_AS_JSON
def list_agreements(*, as_json: bool) -> None:
    """List all agreements: number, end, what they owe, parties."""
    found = _ask(lambda them: them.all())
    if as_json:
        print_json(found)
        return
    for one in found:
        _print(one)


def _print(one: Perjanjian) -> None:
    duties = ",".join(f"{duty.jenis}:{duty.tiap}:{duty.tenggat_hari}" for duty in one.kewajiban)
    last = hari_terakhir(one.berakhir_pada)
    click.echo(f"{one.nomor:<28} {last} {duties or '-':<36} {'; '.join(one.pihak)}")


def _ask(question: Callable[[ManageAgreements], Awaitable[T]]) -> T:
    return asked(_manage, question)


def _manage(parts: Parts) -> ManageAgreements:
    return ManageAgreements(parts.perjanjian.agreements, parts.clients, parts.clock)


def _change(step: Callable[[ManageAgreements], Awaitable[Perjanjian]]) -> None:
    _print(_ask(step))
