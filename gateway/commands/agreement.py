"""`gateway agreement`: record agreements (PKS), what they owe, and what was handed in."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any, Final

import rich_click as click

from gateway.application.manage_agreements import ManageAgreements
from gateway.commands.options import BY
from gateway.commands.running import opened, run
from gateway.commands.shown import print_json
from gateway.domain.periode import Tiap
from gateway.domain.perjanjian import JenisLaporan, Perjanjian, SumberParam
from gateway.domain.registry_terms import JAKARTA

_DAY: Final = click.DateTime(["%Y-%m-%d"])
_AS_JSON: Final = click.option("--json", "as_json", is_flag=True, help="Write JSON.")


class _Duty(click.ParamType[dict[str, Any]]):
    """`semester`, `balikan:bulan` or `balikan:bulan:14`: what, how often, days until it is due."""

    name = "duty"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> dict[str, Any]:
        jenis, _, rest = value.partition(":")
        tiap, _, days = (rest or Tiap.SEMESTER.value).partition(":")
        known = jenis in [*JenisLaporan] and tiap in [*Tiap]
        if not known or not (days or "30").isdecimal():
            self.fail(f"{value!r}: write semester or balikan:bulan:14", param, ctx)
        return {"jenis": jenis, "tiap": tiap, "tenggat_hari": int(days or "30")}


class _Field(click.ParamType[tuple[str, str]]):
    """`TUJUAN=tujuan`: a field in the registry's words, and what it tells."""

    name = "field"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        name, _, source = value.partition("=")
        if not name or source not in [*SumberParam]:
            self.fail(f"{value!r}: NAME= one of {', '.join(SumberParam)}", param, ctx)
        return name, source


def _with_fields(*, required: bool) -> Callable[[Callable[..., None]], Callable[..., None]]:
    options = (
        click.option("--pihak", multiple=True, required=required, help="A party; repeat it."),
        click.option(
            "--dari", "berlaku_dari", type=_DAY, required=required, help="Its first day, in WIB."
        ),
        click.option(
            "--sampai", "berlaku_sampai", type=_DAY, required=required, help="Its last day, in WIB."
        ),
        click.option(
            "--wajib",
            "kewajiban",
            type=_Duty(),
            multiple=True,
            help="A report that it owes: semester, balikan:bulan:14; may be repeated.",
        ),
        click.option(
            "--balikan",
            "balikan_param",
            type=_Field(),
            multiple=True,
            help="A field of data balikan, like TUJUAN=tujuan; may be repeated.",
        ),
        click.option(
            "--balikan-simpanan/--balikan-tanpa-simpanan",
            "balikan_simpanan",
            default=None,
            help="Balikan is owed for answers from the cache, too.",
        ),
    )

    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


@click.group("agreement")
def command() -> None:
    """Agreements (PKS): parties, time, and the reports that they make us owe."""


@command.command("add")
@click.argument("nomor")
@_with_fields(required=True)
@BY
def add(nomor: str, oleh: str, **fields: Any) -> None:
    """Record an agreement under the number by which grants name it."""
    _change(lambda them: them.add({"nomor": nomor, **_told(fields)}, oleh=oleh))


@command.command("change")
@click.argument("nomor")
@_with_fields(required=False)
@BY
def change(nomor: str, oleh: str, **fields: Any) -> None:
    """Give fields other values, as an addendum does. What is not said stays."""
    _change(lambda them: them.change(nomor, _told(fields), oleh=oleh))


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
    work = lambda them: them.hand_in(nomor, kind, periode, oleh=oleh, before=before)  # noqa: E731 - as its neighbours are
    for each in _ask(work):
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
    last = (one.berakhir_pada - timedelta(microseconds=1)).astimezone(JAKARTA)
    click.echo(f"{one.nomor:<28} {last:%Y-%m-%d} {duties or '-':<36} {'; '.join(one.pihak)}")


def _told(options: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that were said, as a document has them."""
    said = {name: value for name, value in options.items() if value not in (None, ())}
    if "balikan_param" in said:
        said["balikan_param"] = dict(said["balikan_param"])
    for name, days in (("berlaku_dari", 0), ("berlaku_sampai", 1)):
        if name in said:
            # The last day is covered whole: the end is the midnight after it.
            midnight = said[name].replace(tzinfo=JAKARTA) + timedelta(days=days)
            said[name] = midnight.isoformat()
    return said


def _ask(question: Callable[[ManageAgreements], Awaitable[Any]]) -> Any:
    async def work() -> Any:
        async with opened() as parts:
            return await question(
                ManageAgreements(parts.perjanjian.agreements, parts.clients, parts.clock)
            )

    return run(work)


def _change(step: Callable[[ManageAgreements], Awaitable[Perjanjian]]) -> None:
    _print(_ask(step))
