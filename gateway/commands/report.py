"""`gateway report`: what agreements owe, from the audit log."""

import hashlib
from pathlib import Path
from typing import Any, Final

import rich_click as click

from gateway.application.agreements.count_listed import CountListed
from gateway.application.agreements.find_due import FindDue, Pengingat
from gateway.application.agreements.report_usage import ReportUsage
from gateway.application.caller.operator import named_operator
from gateway.commands.options import BY, NEW_FILE
from gateway.commands.report_balikan import balikan
from gateway.commands.report_forms import form_of, new_private, show
from gateway.commands.running import FOUND, opened, run
from gateway.commands.shown import print_json
from gateway.domain.laporan import Bagian, Laporan
from gateway.domain.periode import Periode, Tiap, baca_periode, periode_lalu
from gateway.domain.tenggat import LEWAT, hari_terakhir
from gateway.infra.tally import TallyOnDisk
from gateway.parts import Parts

OUT: Final = click.option(
    "--out", type=NEW_FILE, help="Write a file; .html, .xlsx, .csv or .json says how."
)
AS_JSON: Final = click.option("--json", "as_json", is_flag=True, help="Write JSON.")


@click.group("report")
def command() -> None:
    """What agreements owe: usage reports, data balikan, and what is due when."""


command.add_command(balikan)


@command.command("semester")
@click.argument("nomor")
@click.argument("periode", required=False)
@OUT
@AS_JSON
@BY
def semester(
    *, nomor: str, periode: str | None, out: Path | None, as_json: bool, oleh: str
) -> None:
    """Report how the agreement NOMOR was used in a period, from the audit log.

    PERIODE is a half year (2026-S1), a quarter (2026-T3) or a month (2026-05); without it the last
    half year that is over.
    """

    async def work() -> Laporan:
        async with opened() as parts:
            chosen = _period(parts, periode)
            stores = parts.perjanjian
            with TallyOnDisk() as tally:
                listed = CountListed(stores.usage, stores.niks, parts.keyring, tally)
                report = ReportUsage(
                    stores.usage, listed, stores.agreements, parts.clients, parts.clock
                )
                made = await report(nomor, chosen, oleh=named_operator(oleh))
            told = {"periode": str(chosen)}
            await _write(parts, made, out, oleh, "laporan.semester", nomor, told)
            return made

    made = run(work)
    if as_json:
        print_json(made)
    elif out is None:
        show(made)


@command.command("agreements")
@OUT
@AS_JSON
@BY
def agreements(*, out: Path | None, as_json: bool, oleh: str) -> None:
    """List what is due within 30, 7 and 1 days or late, and agreements and grants about to end.

    Exit code 0 = nothing, 3 = something is. `--oleh` may be a task's name, like cron.
    """

    async def work() -> Pengingat:
        async with opened() as parts:
            found = await FindDue(parts.perjanjian.agreements, parts.clients, parts.clock)()
            await _write(parts, _as_report(found), out, oleh, "laporan.tenggat", "*", {})
            return found

    found = run(work)
    if as_json:
        print_json(found)
    elif out is None:
        _print_due(found)
    if found.tenggat or found.tak_tercatat:
        raise SystemExit(FOUND)


def _period(parts: Parts, periode: str | None) -> Periode:
    if periode is None:
        return periode_lalu(Tiap.SEMESTER, parts.clock())
    return baca_periode(periode)


async def _write(
    parts: Parts,
    made: Laporan,
    out: Path | None,
    oleh: str,
    peristiwa: str,
    objek: str,
    told: dict[str, Any],
) -> None:
    """Put the report on record, then write it: none leaves that the admin log does not know."""
    content = None if out is None else form_of(out)(made)
    if content is not None and out is not None:
        told |= {"bentuk": out.suffix, "sha256": hashlib.sha256(content).hexdigest()}
    await parts.admin_log.note(
        pada=parts.clock(),
        oleh=named_operator(oleh),
        peristiwa=peristiwa,
        objek=objek,
        rincian=told,
    )
    if content is not None and out is not None:
        with new_private(out) as file:
            file.write(content)


def _as_report(found: Pengingat) -> Laporan:
    rows = [
        (
            one.jenis.value,
            one.nomor,
            one.id,
            str(hari_terakhir(one.pada)),
            one.sisa_hari,
            one.ambang_hari,
        )
        for one in found.tenggat
    ]
    columns = ("jenis", "nomor", "id", "hari_terakhir", "sisa_hari", "ambang_hari")
    unknown = [("tak_tercatat", nomor, "", "", "", "") for nomor in found.tak_tercatat]
    return Laporan(
        judul="Tenggat perjanjian",
        fakta=(("Tenggat", str(len(rows))), ("Perjanjian tak tercatat", str(len(unknown)))),
        bagian=(Bagian(nama="Tenggat", kolom=columns, baris=(*rows, *unknown)),),
        catatan=("Ambang 0 berarti terlambat. Hari menurut WIB.",),
    )


def _print_due(found: Pengingat) -> None:
    for one in found.tenggat:
        step = "late" if one.ambang_hari == LEWAT else f"{one.ambang_hari} d"
        click.echo(f"{hari_terakhir(one.pada)} {step:>4} {one.jenis:<10} {one.nomor:<28} {one.id}")
    for nomor in found.tak_tercatat:
        click.echo(f"{nomor}: in grants, but not recorded (gateway agreement add)")
