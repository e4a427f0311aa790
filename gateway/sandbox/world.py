"""The invented world behind the simulators; its numbers are those of the published tables."""

import csv
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import resources
from typing import Final

import msgspec

from gateway.domain.complaint import Pelapor, Pengaduan
from gateway.domain.person import Penduduk, StatusPenduduk
from gateway.domain.ppks import (
    Bantuan,
    Desil,
    Dtks,
    JenisDesil,
    Kategori,
    RekamanPpks,
    SkemaKategori,
    StatusBantuan,
)
from gateway.domain.systems import World
from gateway.domain.taxonomy import baca_ragam
from gateway.domain.wilayah import Wilayah, baca_tabel
from gateway.kit.table import slug
from gateway.sandbox.people import Inventor

SEED: Final = 6402
DTSEN: Final = "DTSEN Versi 4 Des 2025"
_MADE_AT: Final = datetime(2025, 12, 20, 2, 0, tzinfo=UTC)
_KALTARA_YEAR: Final = "2024"
_TARAKAN: Final = ("65.71", "65.01", "65.03")
_DTSEN_MEMBERS: Final = 60
_WORDS: Final = (
    (7, "Assalamualaikum, bantuan PKH saya sudah dua bulan tidak masuk. Mohon dicek."),
    (3, "Selamat pagi, kartu BPJS saya tidak aktif. Bagaimana cara mengaktifkan kembali?"),
    (4, "Permisi, saya mohon bantuan sembako untuk keluarga kami."),
)


class Disabled(msgspec.Struct, frozen=True):
    """One invented person of the published table, and the kind of disability."""

    orang: Penduduk
    ragam: str
    """As the table writes it: `Tuna Daksa`."""
    slug: str


@cache
def areas() -> dict[str, Wilayah]:
    """The districts of the sandbox's regencies, by code."""
    rows = _data("wilayah-sandbox.csv").splitlines()
    return {area.kode: area for area in baca_tabel(rows)}


@cache
def disabled_people() -> tuple[Disabled, ...]:
    """The 1,385 persons with disability of Kutai Kartanegara, 18 districts by 12 kinds."""
    return tuple(_disabled(Inventor(SEED)))


@cache
def kaltara_people() -> tuple[RekamanPpks, ...]:
    """The PPKS of North Kalimantan in the last published year, as the province has them."""
    return tuple(_kaltara(Inventor(SEED + 1)))


@cache
def dtsen_members() -> tuple[RekamanPpks, ...]:
    """Some of North Kalimantan's people as the ministry's data has them, with their deciles."""
    return tuple(
        RekamanPpks(
            sistem="siks_ng",
            id_sumber=f"semesta:9900000{number:05}",
            orang=record.orang,
            dtks=Dtks(
                idsemesta=f"9900000{number:05}",
                id_keluarga=f"KLG-99{number:04}",
                status="AKTIF",
                desil=_decile(1 + number % 4),
            ),
            bantuan=(Bantuan(program="pbi-jk", status=StatusBantuan.MENERIMA),),
            versi=DTSEN,
            diubah_sumber=_MADE_AT + timedelta(minutes=number),
        )
        for number, record in enumerate(kaltara_people()[:_DTSEN_MEMBERS], start=1)
    )


def complaints() -> tuple[Pengaduan, ...]:
    """The 14 complaints that the district's line received: 7, 3 and 4 of three kinds."""
    words = [text for count, text in _WORDS for _ in range(count)]
    return tuple(
        Pengaduan(
            sistem="simasos",
            id_sumber=f"wamid.CONTOH{number:04}",
            kanal="whatsapp",
            diterima_pada=datetime(2024, 3, 4, 1, 0, tzinfo=UTC) + timedelta(hours=7 * number),
            isi=text,
            pelapor=Pelapor(nomor=f"628000000{number:04}", nama=f"CONTOH WARGA {number}"),
        )
        for number, text in enumerate(words, start=1)
    )


def world_of(system: str) -> World:
    """What one system's simulator knows: everybody, and what that system itself was told."""
    records = (*kaltara_people(), *dtsen_members())
    return World(
        seed=SEED,
        penduduk=residents(),
        rekaman=tuple(record for record in records if record.sistem == system),
        pengaduan=tuple(item for item in complaints() if item.sistem == system),
    )


@cache
def residents() -> tuple[Penduduk, ...]:
    """Everybody whom the registry knows; a few have died, are doubled or inactive."""
    people = [person.orang for person in disabled_people()]
    people += [record.orang for record in kaltara_people()]
    odd = (StatusPenduduk.MENINGGAL, StatusPenduduk.GANDA, StatusPenduduk.NONAKTIF)
    for place, status in zip((100, 200, 300), odd, strict=True):
        people[place] = msgspec.structs.replace(people[place], status_penduduk=status)
    return tuple(people)


def data_file(name: str) -> str:
    """A published table, as text."""
    return _data(name)


def _disabled(inventor: Inventor) -> Iterator[Disabled]:
    codes = {slug(area.nama).replace("-", ""): area for area in areas().values()}
    for row in csv.DictReader(_data("disabilitas-kukar-2024.csv").splitlines()):
        if not row["no"].isdigit():
            continue
        area = codes[slug(row["kecamatan"]).replace("-", "")]
        for column, count in list(row.items())[2:-1]:
            group, _, kind = column.partition("_")
            words = kind.replace("_", " ").title()
            code = baca_ragam(words)
            if code is None or not code.startswith(group):
                raise ValueError(column)
            for _ in range(int(count) if count.isdigit() else 0):
                yield Disabled(inventor.person(area.kode, area.nama), words, code)


def _kaltara(inventor: Inventor) -> Iterator[RekamanPpks]:
    places = [area for area in areas().values() if area.kode[:5] in _TARAKAN and len(area.kode) > 5]
    number = 0
    for row in csv.DictReader(_data("ppks-kaltara-2020-2024.csv").splitlines()):
        kind = Kategori(
            kode=f"ppks:{slug(row['Jenis PPKS'])}",
            skema=SkemaKategori.PPKS_2012,
            asli=row["Jenis PPKS"],
        )
        for _ in range(int(row[_KALTARA_YEAR])):
            area = places[number % len(places)]
            number += 1
            yield RekamanPpks(
                sistem="sijosku",
                id_sumber=f"PPKS-65-{number:05}",
                orang=inventor.person(area.kode, area.nama, child=True),
                kategori=(kind,),
                versi=_KALTARA_YEAR,
                diubah_sumber=_MADE_AT + timedelta(minutes=number),
            )


def _decile(value: int) -> Desil:
    return Desil(jenis=JenisDesil.NILAI, bawah=value, atas=value, versi=DTSEN, asli=str(value))


def _data(name: str) -> str:
    return resources.files("gateway.sandbox").joinpath("data", name).read_text("utf-8")
