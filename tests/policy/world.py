"""Invented records, residents and grants that lie as close to the borders of the rules as they can."""

import itertools
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any, Final

import msgspec
from msgspec import UNSET

from gateway.domain.grant import (
    ATRIBUT_PPKS,
    ATRIBUT_REKAMAN,
    Grant,
    JenisGrant,
    Kelas,
    StatusGrant,
)
from gateway.domain.narrowing import RAR_TYPE, Penyempitan
from gateway.domain.person import (
    ATRIBUT_PENDUDUK,
    Alamat,
    HubunganKeluarga,
    JenisKelamin,
    NilaiAsli,
    Penduduk,
    StatusKawin,
    StatusPenduduk,
)
from gateway.domain.ppks import (
    Bantuan,
    Desil,
    Dtks,
    JenisDesil,
    Kategori,
    Padan,
    RekamanPpks,
    SkemaKategori,
    StatusBantuan,
    StatusPadan,
    StatusPpks,
)
from gateway.domain.wilayah import Tingkat
from tests.fixtures.oauth import START, grant_of

# Areas of every depth, and neighbours whose codes begin alike in characters but not in segments.
AREAS: Final = (
    None, "64", "64.02", "64.02.06", "64.02.06.1001", "64.02.06.1002", "64.02.07", "64.02.07.2001", "64.03",
    "64.03.06", "64.71.01.1001", "65", "65.02.06.1001", "6", "6402", "640", "64.", "64.0", "64.2", "64.02.",
    "64.020", "64.020.06", "64.021", "64.02.0", "64.02.060", "64.02.06.10010", "64.02.06.100", "64.02/",
    "64.02/06", "64.02-06", "64.02 ", " 64.02", "64.02.O6", "64．02.06", "064.02", "", ".", "*", "*.02", "%", "64.0_",
)  # fmt: skip
GRANTED_AREAS: Final = (
    "64", "64.02", "64.02.06", "64.02.06.1001", "64.02.07", "64.03", "65", "64.71", "11",
    "6", "64.0", "64.2", "64.020", "64.02.0", "64.0_", "64%", "64.02/",
)  # fmt: skip
KINDS: Final = (
    "ppks:lansia", "ppks:lansia-telantar", "ppks:anak", "PPKS:anak", "ppks:anak ", "psks:anak", "ppks", "pas:anak",
)  # fmt: skip
GRANTED_KINDS: Final = (*KINDS, "ppks:tak-ada", "", "%", "ppks:")
STATUSES: Final = (StatusPpks.TERDATA, StatusPpks.DITETAPKAN)
NAMES: Final = ("CONTOH SATU", "CONTOH DUA", "CONTOH TIGA")
# A grant that names what is no attribute, though the store has such a column, gets nothing for it.
NO_ATTRIBUTES: Final = (
    "sidik",
    "nik_indeks",
    "dihapus",
    "sistem",
    "asal",
    "tambahan",
    "*",
    "tak_ada",
)
ATTRIBUTES: Final = (*sorted(ATRIBUT_PPKS), *NO_ATTRIBUTES)
MATCHES: Final = ("nik", "nama_lengkap", "tanggal_lahir")
# Some lists are long, as when an agreement names the villages of a province one by one.
LENGTHS: Final = (30, 31, 2000)
AT_BORDERS: Final = 172
"""So many grants stand at borders, before those that are drawn."""
_TICK: Final = timedelta(microseconds=1)
_MOMENTS: Final = (-timedelta(days=9), -_TICK, timedelta(0), _TICK, timedelta(days=9))


def nik(number: int) -> str:
    """An invented NIK that proves nothing, since no month is the thirteenth.

    So records stay apart though their numbers are the same: what is shown of each can be told.
    """
    return f"990101411390{number:04}"


def person(chance: Random, number: int, kode_wilayah: str | None) -> Penduduk:
    """Somebody of whom a source told this and not that."""
    told: dict[str, Any] = {
        name: f"CONTOH {name.upper()} {chance.randrange(9)}" for name in ATRIBUT_PENDUDUK
    }
    told |= {
        "nik": nik(number % 900),
        "no_kk": nik(9000 + number % 50),
        "nama_lengkap": NAMES[number % len(NAMES)],
        "tanggal_lahir": date(1990, 1, 1) + timedelta(days=number % 4),
        "jenis_kelamin": chance.choice(tuple(JenisKelamin)),
        "status_kawin": StatusKawin.KAWIN,
        "status_hubungan_keluarga": HubunganKeluarga.ANAK,
        "status_penduduk": StatusPenduduk.AKTIF,
        "tanggal_kawin": date(2015, 1, 1),
        "tanggal_cerai": date(2020, 1, 1),
        "alamat": Alamat(jalan=f"JL. CONTOH {chance.randrange(9)}", rt="001"),
    }
    kept = {name: value for name, value in told.items() if chance.random() < 0.8}
    return Penduduk(**kept | {"kode_wilayah": kode_wilayah})


def record(
    chance: Random, number: int, kode_wilayah: str | None, kinds: Sequence[str], **more: Any
) -> RekamanPpks:
    """What a source told about somebody."""
    told: dict[str, Any] = {
        "padan": Padan(status=StatusPadan.PADAN),
        "dtks": Dtks(desil=Desil(jenis=JenisDesil.NILAI, bawah=1, atas=1, versi="contoh")),
        "bantuan": (Bantuan(program="pkh", status=StatusBantuan.MENERIMA),),
        "kebutuhan": (f"alat bantu {chance.randrange(9)}",),
        "keberadaan": "DITEMUKAN",
    }
    kept = {name: value for name, value in told.items() if chance.random() < 0.8}
    worded = chance.sample((*ATRIBUT_PENDUDUK, *ATRIBUT_REKAMAN, "subjenis"), 8)
    return RekamanPpks(
        sistem="sijosku",
        id_sumber=str(number),
        orang=person(chance, number, kode_wilayah),
        kategori=tuple(
            Kategori(kode=kode, skema=SkemaKategori.PPKS_2012, asli=f"asli {kode}")
            for kode in kinds
        ),
        status=chance.choice(STATUSES),
        asli={
            name: NilaiAsli(teks=f"kata {chance.randrange(9)}") for name in (*worded, "kategori")
        },
        **kept | more,
    )


def records(chance: Random, count: int) -> list[RekamanPpks]:
    """One record in each area and of each few categories first, then at random."""
    some_kinds = [kinds for size in (0, 1, 2) for kinds in itertools.combinations(KINDS, size)]
    placed = [(area, chance.sample(KINDS, chance.randint(1, 3))) for area in AREAS]
    placed += [(chance.choice(AREAS[:5]), kinds) for kinds in some_kinds]
    while len(placed) < count:
        placed.append((chance.choice(AREAS), chance.sample(KINDS, chance.randint(0, 3))))
    return [
        record(chance, number, area, kinds, dihapus=chance.random() < 0.08)
        for number, (area, kinds) in enumerate(placed)
    ]


def residents(chance: Random, count: int) -> list[Penduduk]:
    """People as the civil registry answers: one in each area first."""
    return [person(chance, number, AREAS[number % len(AREAS)]) for number in range(count)]


def grants(chance: Random, count: int) -> list[Grant]:
    """Each area and category alone, each state at each moment, long lists; then at random."""
    drawn = itertools.chain(_grants_at_borders(), _grants_at_random(chance))
    usual = {"atribut": frozenset(ATTRIBUTES), "atribut_cocok": frozenset(ATTRIBUTES)}
    return [
        grant_of("dinkes", f"G-{number}", **usual | changes)
        for number, changes in enumerate(itertools.islice(drawn, count))
    ]


def narrowings(chance: Random, count: int) -> list[Penyempitan | None]:
    """For each grant what its token reaches; None = all. Grants may have shrunk since."""
    return [
        narrowing(chance) if number >= AT_BORDERS and chance.random() < 0.4 else None
        for number in range(count)
    ]


def narrowing(chance: Random) -> Penyempitan:
    """Less in some ways than a grant might have, and in others perhaps more."""
    names: dict[str, Sequence[str]] = {
        "wilayah": GRANTED_AREAS,
        "kategori": GRANTED_KINDS,
        "atribut": ATTRIBUTES,
        "atribut_cocok": MATCHES,
    }
    drawn = {name: tuple(sorted(_some(chance, some))) for name, some in names.items()}
    # Attributes are always named one by one.
    drawn |= {
        name: tuple(each for each in drawn[name] if each != "*")
        for name in ("atribut", "atribut_cocok")
    }
    kept = chance.sample(tuple(names), chance.randint(0, 3))
    return Penyempitan(type=RAR_TYPE, **{name: drawn[name] for name in kept})


def _grants_at_borders() -> Iterator[dict[str, Any]]:
    everything = {"wilayah": frozenset(("*",)), "kategori": frozenset(("*",))}
    yield everything
    for area in GRANTED_AREAS:
        yield everything | {"wilayah": frozenset((area,))}
    for kind in GRANTED_KINDS:
        yield everything | {"kategori": frozenset((kind,))}
    for empty in ("wilayah", "kategori", "atribut", "atribut_cocok"):
        yield everything | {empty: frozenset()}
    for status, begun, ends in itertools.product(StatusGrant, _MOMENTS, _MOMENTS):
        times = {"berlaku_dari": START + begun, "berlaku_sampai": START + ends}
        yield everything | times | {"status": status}
    for jenis, kelas in itertools.product(JenisGrant, Kelas):
        yield everything | {"jenis": jenis, "kelas": kelas}
        yield {"jenis": jenis, "kelas": kelas}
    for level in Tingkat:
        yield everything | {"jenis": JenisGrant.SAMARAN, "tingkat_wilayah": level}
    for length in LENGTHS:
        villages = [f"64.02.06.{1001 + number}" for number in range(length - 3)]
        yield everything | {"wilayah": frozenset((*villages, "64.02.07", "65", "64.0"))}
        yield everything | {"kategori": frozenset((*villages, *KINDS[:3]))}


def _grants_at_random(chance: Random) -> Iterator[dict[str, Any]]:
    while True:
        changes = {
            "wilayah": _some(chance, GRANTED_AREAS),
            "kategori": _some(chance, GRANTED_KINDS),
            "atribut": frozenset(chance.sample(ATTRIBUTES, chance.randint(0, len(ATTRIBUTES)))),
            "atribut_cocok": frozenset(chance.sample(MATCHES, chance.randint(0, 3))),
        }
        if chance.random() < 0.4:
            changes["jenis"] = chance.choice(tuple(JenisGrant))
            changes["kelas"] = chance.choice(tuple(Kelas))
            changes["tingkat_wilayah"] = chance.choice((None, *Tingkat))
        if chance.random() < 0.1:
            changes["status"] = chance.choice(tuple(StatusGrant))
            changes["berlaku_sampai"] = START + chance.choice(_MOMENTS)
        yield changes


def _some(chance: Random, names: Sequence[str]) -> frozenset[str]:
    sizes = (0, 1, 1, 2, 2, 3, len(names) // 2)
    some = frozenset(chance.sample(names, chance.choice(sizes)))
    return chance.choice((some, some, some, frozenset(("*",)), some | {"*"}))


def told(one: RekamanPpks, attribute: str) -> Any:
    """What a record says of an attribute, as JSON has it; None where it says nothing."""
    if attribute == "sumber":
        return {"sistem": one.sistem}
    if attribute == "tahun_lahir":
        born = told(one, "tanggal_lahir")
        return born and born[:4]
    holder = one.orang if attribute in ATRIBUT_PENDUDUK else one
    value = getattr(holder, attribute, None)
    if value is UNSET or (attribute == "kategori" and not value):
        return None
    return msgspec.json.decode(msgspec.json.encode(value))
