"""`gateway subject`: tell persons who looked at their data, and handle what they ask."""

import sys
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, TypeVar

import rich_click as click

from gateway.application.caller.operator import named_operator
from gateway.application.subjects.manage_subject_requests import Isian, ManageSubjectRequests
from gateway.application.subjects.report_subject import Orang, Periode
from gateway.commands.options import BY, MOMENT, NEW_FILE
from gateway.commands.running import BAD_INPUT, FOUND, asked, opened, run, stop
from gateway.commands.shown import print_json
from gateway.domain.laporan_subjek import LaporanSubjek, Zona
from gateway.domain.permintaan_subjek import (
    JenisPermintaan,
    PermintaanSubjek,
    StatusPermintaan,
)
from gateway.parts import Parts, subject_report

T = TypeVar("T")

_RECORDS: Final = click.option(
    "--ppks", "ppks_id", multiple=True, help="A record without a NIK that is theirs; repeatable."
)
_WITHOUT_NIK: Final = click.option(
    "--tanpa-nik", is_flag=True, help="Read no NIK: the person is known by --ppks alone."
)
_AS_JSON: Final = click.option("--json", "as_json", is_flag=True, help="Write JSON.")
_DECISIONS: Final = [status for status in StatusPermintaan if status != StatusPermintaan.DITERIMA]


@click.group("subject")
def command() -> None:
    """Persons and their own data: who saw it, and what they ask.

    A NIK is read from standard input, never from the command line.
    """


@command.command("report")
@_RECORDS
@_WITHOUT_NIK
@click.option("--since", type=MOMENT, help="Only from this day or moment (UTC) on.")
@click.option("--until", type=MOMENT, help="Only before this day or moment (UTC).")
@click.option("--zona", type=click.Choice([*Zona]), default=Zona.WIB, help="Whose days are told.")
@click.option("--html", type=NEW_FILE, help="Write the page for printing here, instead of JSON.")
@BY
def report(
    *,
    ppks_id: tuple[str, ...],
    tanpa_nik: bool,
    since: datetime | None,
    until: datetime | None,
    zona: str,
    html: Path | None,
    oleh: str,
) -> None:
    """Who looked at a person's data, when, why, and what they got. The NIK is on standard input."""
    orang = _person(ppks_id, tanpa_nik=tanpa_nik)
    periode = Periode(dari=since, sampai=until, zona=Zona(zona))

    async def work() -> LaporanSubjek:
        async with opened() as parts:
            return await _reported(parts, orang, periode, oleh)

    told = run(work)
    if html is None:
        print_json(told)
        return
    from gateway.web.subject_page import subject_page

    html.touch(mode=0o600)
    html.write_text(subject_page(told), "utf-8")
    click.echo(f"{html}: {told.ringkasan.akses} accesses in {len(told.kelompok)} groups")


@command.command("request")
@click.option("--jenis", type=click.Choice([*JenisPermintaan]), required=True)
@_RECORDS
@_WITHOUT_NIK
@click.option("--atribut", multiple=True, help="An attribute that is meant; repeatable.")
@click.option("--berkas", default="", help="Number of the office's file with words and papers.")
@click.option("--received", type=MOMENT, help="When the office received it (UTC); now if left out.")
@BY
def request(
    *,
    jenis: str,
    ppks_id: tuple[str, ...],
    tanpa_nik: bool,
    atribut: tuple[str, ...],
    berkas: str,
    received: datetime | None,
    oleh: str,
) -> None:
    """Take a person's request in; it must be decided within three times 24 hours."""
    orang = _person(ppks_id, tanpa_nik=tanpa_nik)
    isian = Isian(
        jenis=JenisPermintaan(jenis), atribut=atribut, berkas=berkas, diterima_pada=received
    )
    _print(_ask(lambda requests: requests.receive(orang, isian, oleh=oleh)))


@command.command("decide")
@click.argument("permintaan_id")
@click.option("--hasil", type=click.Choice(_DECISIONS), required=True)
@click.option("--alasan", required=True, help="Why, without personal data; the person reads it.")
@BY
def decide(*, permintaan_id: str, hasil: str, alasan: str, oleh: str) -> None:
    """Grant, refuse or end a request. Disclosure stops, or goes on, within a second."""
    step = StatusPermintaan(hasil)
    _print(_ask(lambda requests: requests.decide(permintaan_id, step, oleh=oleh, alasan=alasan)))


@command.command("list")
@click.option("--status", type=click.Choice([*StatusPermintaan]), help="Only in this state.")
@_AS_JSON
def list_requests(*, status: str | None, as_json: bool) -> None:
    """List requests by when they must be decided; none tells whose it is."""
    wanted = None if status is None else StatusPermintaan(status)
    found = _ask(lambda requests: requests.all(wanted))
    if as_json:
        print_json(found)
        return
    for one in found:
        _print(one)


@command.command("due")
@click.option("--hours", type=click.IntRange(0, 72), default=24, show_default=True)
@_AS_JSON
def due(*, hours: int, as_json: bool) -> None:
    """List requests that are late or will be within HOURS. Exit code 0 = none, 3 = some are."""
    found = _ask(lambda requests: requests.due(timedelta(hours=hours)))
    if as_json:
        print_json(found)
    else:
        for one in found:
            late = "LATE" if one.terlambat else "due"
            click.echo(
                f"{one.batas_pada:%Y-%m-%dT%H:%M:%SZ} {late:<4} {one.sisa_jam:>5} h "
                f"{one.jenis:<12} {one.id} {one.berkas}"
            )
    if found:
        raise SystemExit(FOUND)


def _person(ppks_id: tuple[str, ...], *, tanpa_nik: bool) -> Orang:
    from gateway.domain.nik import NikInvalid, parse_nik

    if tanpa_nik:
        return Orang(nik=None, ppks_id=ppks_id)
    try:
        return Orang(nik=parse_nik(sys.stdin.readline().strip()), ppks_id=ppks_id)
    except NikInvalid as error:
        stop(str(error), BAD_INPUT)


async def _reported(parts: Parts, orang: Orang, periode: Periode, oleh: str) -> LaporanSubjek:
    """The report, noted under the operator's name before anybody reads it."""
    name = named_operator(oleh)
    told = await subject_report(parts)(orang, periode)
    key = orang.ppks_id[0] if orang.nik is None else parts.keyring.reference(orang.nik)
    counts = {"akses": told.ringkasan.akses, "kelompok": len(told.kelompok)}
    objek = parts.keyring.subject_of_reference(key)
    await parts.subjects.requests.reported(objek, oleh=name, rincian=counts)
    return told


def _ask(question: Callable[[ManageSubjectRequests], Awaitable[T]]) -> T:
    return asked(_manage, question)


def _manage(parts: Parts) -> ManageSubjectRequests:
    return ManageSubjectRequests(parts.subjects.requests, parts.keyring, parts.clock)


def _print(one: PermintaanSubjek) -> None:
    click.echo(
        f"{one.id} {one.jenis:<12} {one.status:<10} received {one.diterima_pada:%Y-%m-%dT%H:%MZ} "
        f"due {one.batas_pada:%Y-%m-%dT%H:%MZ} {one.berkas}"
    )
