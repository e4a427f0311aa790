"""`gateway grant draft`: a grant from a JSON or TOML file, from options, or from both."""

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec
import rich_click as click

from gateway.application.admin.manage_grants import ManageGrants
from gateway.commands.options import BY, FILE
from gateway.commands.running import BAD_INPUT, err, opened, run, stop
from gateway.domain.grant import SEMUA, DasarWalauDibatasi, Grant, JenisGrant, Kelas
from gateway.domain.grant_checks import wilayah_tak_dikenal
from gateway.domain.wilayah import Tingkat

Reader = Callable[[str], Any]
_MANY: Final = {"multiple": True}


def _rows(text: str) -> int | str:
    return text if text == SEMUA else int(text)


def _json(text: str) -> dict[str, Any]:
    try:
        read: dict[str, Any] = msgspec.json.decode(text, type=dict[str, Any])
    except msgspec.MsgspecError as error:
        raise click.BadParameter(f"not an object in JSON ({error})") from None
    return read


_OPTIONS: Final[Mapping[str, tuple[str, str, dict[str, Any]]]] = {
    "grant_id": ("--grant-id", "Its name for good.", {}),
    "client_id": ("--client", "Whose it is.", {}),
    "jenis": ("--jenis", "What it is for.", {"type": click.Choice([*JenisGrant])}),
    "scopes": ("--scope", "A scope, like ppks:read; may be repeated.", _MANY),
    "atribut": ("--atribut", "An attribute that may be disclosed; may be repeated.", _MANY),
    "atribut_cocok": ("--cocok", "An attribute to match or compare by; may be repeated.", _MANY),
    "wilayah": ("--wilayah", "An area code, or * for all; may be repeated.", _MANY),
    "kategori": ("--kategori", "A category, or * for all; may be repeated.", _MANY),
    "tingkat_wilayah": (
        "--tingkat-wilayah",
        "How deep SAMARAN tells areas.",
        {"type": click.Choice([*Tingkat])},
    ),
    "penugasan": (
        "--penugasan",
        "The engagement of an auditor, as JSON.",
        {"type": _json},
    ),
    "tujuan": ("--tujuan", "Purpose code, like P-BANSOS.", {}),
    "dasar_hukum": ("--dasar-hukum", "Legal basis.", {}),
    "nomor_pks": ("--nomor-pks", "Number of the agreement.", {}),
    "pks_berlaku_sampai": ("--pks-sampai", "End of the agreement: 2027-12-31T00:00:00+08:00.", {}),
    "kelas": ("--kelas", "Class; TINGGI unless you say RENDAH.", {"type": click.Choice([*Kelas])}),
    "berlaku_dari": ("--dari", "From when on, with the zone.", {}),
    "berlaku_sampai": ("--sampai", "Until when, with the zone.", {}),
    "cari_per_hari": ("--cari-per-hari", "Lookups and verifications a day.", {"type": int}),
    "baris_per_hari": ("--baris-per-hari", "PPKS records a day, or * = no limit.", {"type": _rows}),
    "boleh_cache": ("--boleh-cache/--tanpa-cache", "Kept answers will do.", {"default": None}),
    "maks_umur": ("--maks-umur", "Oldest kept answer, in seconds.", {"type": int}),
    "walau_dibatasi": (
        "--walau-dibatasi",
        "Why it is served where a person stopped disclosure.",
        {"type": click.Choice([*DasarWalauDibatasi])},
    ),
}
"""Field of a grant -> its option, what it means, and how it is read."""


def _with_options(function: Callable[..., None]) -> Callable[..., None]:
    for field, (name, text, how) in reversed([*_OPTIONS.items()]):
        function = click.option(name, field, help=text, **how)(function)
    return function


@click.command("draft")
@click.argument("file", type=FILE, required=False)
@_with_options
@BY
def draft(file: Path | None, oleh: str, **options: Any) -> None:
    """Store a grant for somebody else to approve; until then it grants nothing.

    FILE holds its fields as JSON, or as TOML if it ends in `.toml`. Options stand for fields and
    take the place of what the file says. The same id again is the next version.
    """
    document = {} if file is None else _read(file)
    document |= {field: value for field, value in options.items() if value not in (None, ())}

    async def work() -> tuple[Grant, tuple[str, ...]]:
        async with opened() as parts:
            grant = await ManageGrants(parts.clients, parts.clock).draft(document, oleh=oleh)
            areas = await parts.area_names()
            return grant, wilayah_tak_dikenal(grant, lambda kode: areas.name(kode) is not None)

    grant, unknown = run(work)
    click.echo(f"{grant.grant_id} version {grant.versi}: {grant.status}")
    if unknown:
        err.print(
            f"Not in the table of areas: {', '.join(unknown)}. If they are right, load a newer "
            "table with `gateway wilayah load`.",
            style="yellow",
            markup=False,
            soft_wrap=True,
        )


def _read(file: Path) -> dict[str, Any]:
    try:
        if file.suffix == ".toml":
            return tomllib.loads(file.read_text("utf-8"))
        read: dict[str, Any] = msgspec.json.decode(file.read_bytes(), type=dict[str, Any])
    except (ValueError, OSError) as error:
        stop(f"{file.name}: not a grant in JSON or TOML ({error})", BAD_INPUT)
    return read
