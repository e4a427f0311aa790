"""The categories of need (PPKS, 12-PAS), potential (PSKS) and disability, read from any wording.

No official machine code is known for any of these lists: the slugs are the house's own. The tables
stand in `kategori.csv` and `ragam-disabilitas.csv`.
"""

import csv
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Final

import msgspec

from gateway.domain.ppks import Kategori, SkemaKategori
from gateway.kit.table import CodeTable, slug


class JenisKategori(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of a category list."""

    kode: str
    """`ppks:anak-jalanan`, `pas:anak-rentan` or `psks:karang-taruna`."""
    nomor: int
    """Place in the usual order; a local system's own numbers may mean other things."""
    nama: str
    singkatan: str | None
    skema: SkemaKategori
    pas: str | None
    """The 12-PAS group that took the category in; only for the 26 PPKS."""


class JenisRagam(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of disability; `kode` is group and kind, `sensorik:tuna-rungu`."""

    kode: str
    nama: str


class KategoriAmbigu(ValueError):
    """A text that stands for several categories; `kandidat` holds their slugs."""

    def __init__(self, kandidat: tuple[str, ...]) -> None:
        super().__init__("kategori dapat berarti: " + ", ".join(kandidat))
        self.kandidat = kandidat


_KORBAN_KEKERASAN: Final = (
    "ppks:anak-yang-menjadi-korban-tindak-kekerasan",
    "ppks:korban-tindak-kekerasan",
)
_GEPENG: Final = ("ppks:gelandangan", "ppks:pengemis")
_KORBAN_BENCANA: Final = ("ppks:korban-bencana-alam", "ppks:korban-bencana-sosial")

# One published data set writes the name and abbreviation of type 19 for type 6, so only the number
# beside the text can tell them apart.
_KANDIDAT: Final[Mapping[str, tuple[str, ...]]] = {
    "ktk": _KORBAN_KEKERASAN,
    "korban-tindak-kekerasan-ktk": _KORBAN_KEKERASAN,
    "korban-tindak-kekerasan": _KORBAN_KEKERASAN,
    "gepeng": _GEPENG,
    "gelandangan-pengemis": _GEPENG,
    "gelandangan-dan-pengemis": _GEPENG,
    "korban-bencana-alam-dan-sosial": _KORBAN_BENCANA,
    "korban-bencana-alam-sosial": _KORBAN_BENCANA,
}
# The full name without the abbreviation is type 19, unless a number says otherwise.
_TETAP_AMBIGU: Final = frozenset(_KANDIDAT) - {"korban-tindak-kekerasan"}


def baca_kategori(
    teks: str, *, nomor: int | None = None, skema: SkemaKategori | None = None
) -> Kategori | None:
    """The category that a source's words mean, or None where they are unknown.

    `nomor` (1-26) is the number beside the text and decides only between candidates. `skema`
    restricts the search to one list; without it the 26 PPKS come before the 12-PAS, which reuse
    some of their names. `Kategori.skema` is the list whose words the source used. Raises
    KategoriAmbigu.
    """
    key = slug(teks)
    if skema in (None, SkemaKategori.PPKS_2012) and (kode := _pilih_kandidat(key, nomor)):
        return Kategori(kode=kode, skema=SkemaKategori.PPKS_2012, asli=teks)
    for table in _TABEL if skema is None else (_TABEL_MENURUT_SKEMA[skema],):
        if (kode := table.get(key)) is not None:
            return Kategori(kode=kode, skema=SkemaKategori(table.name), asli=teks)
    return None


def ke_pas(kode: str) -> str:
    """The 12-PAS slug of one of the 26 PPKS slugs. Raises ValueError for any other text."""
    try:
        return _PAS_DARI[kode]
    except KeyError:
        msg = "bukan kode salah satu dari 26 PPKS"
        raise ValueError(msg) from None


def baca_ragam(teks: str) -> str | None:
    """The kind of disability, `sensorik:tuna-rungu`, or None for unknown words."""
    return _RAGAM.get(teks)


def _pilih_kandidat(key: str, nomor: int | None) -> str | None:
    candidates = _KANDIDAT.get(key, ())
    for kode in candidates:
        if nomor is not None and _NOMOR_PPKS[kode] == nomor:
            return kode
    if key in _TETAP_AMBIGU:
        raise KategoriAmbigu(candidates)
    return None


def _baris(berkas: str) -> Iterator[dict[str, str]]:
    text = resources.files("gateway.domain").joinpath(berkas).read_text("utf-8")
    yield from csv.DictReader(text.splitlines())


def _sebutan(row: Mapping[str, str]) -> list[str]:
    """Every wording of an entry: slug, name, the aliases, abbreviation and `Name (ABBR)`."""
    wordings = [row["kode"], row["nama"], *row["alias"].split("|")]
    if singkatan := row.get("singkatan"):
        wordings += [singkatan, f"{row['nama']} ({singkatan})"]
    return [wording for wording in wordings if wording]


_BARIS_KATEGORI: Final = tuple(_baris("kategori.csv"))
_BARIS_RAGAM: Final = tuple(_baris("ragam-disabilitas.csv"))


def _daftar(skema: SkemaKategori) -> tuple[JenisKategori, ...]:
    return tuple(
        JenisKategori(
            kode=row["kode"],
            nomor=int(row["nomor"]),
            nama=row["nama"],
            singkatan=row["singkatan"] or None,
            skema=skema,
            pas=row["pas"] or None,
        )
        for row in _BARIS_KATEGORI
        if row["skema"] == skema
    )


def _tabel(skema: SkemaKategori) -> CodeTable[str]:
    rows = [row for row in _BARIS_KATEGORI if row["skema"] == skema]
    # The 2007 list has no slugs of its own: its words lead to those of 2012.
    skip = 1 if skema is SkemaKategori.PMKS_2007 else 0
    return CodeTable(skema, "1", {row["kode"]: _sebutan(row)[skip:] for row in rows})


PPKS_26: Final = _daftar(SkemaKategori.PPKS_2012)
PAS_12: Final = _daftar(SkemaKategori.PAS_2025)
PSKS_12: Final = _daftar(SkemaKategori.PSKS_2012)
RAGAM_DISABILITAS: Final = tuple(
    JenisRagam(kode=row["kode"], nama=row["nama"]) for row in _BARIS_RAGAM
)

_TABEL_MENURUT_SKEMA: Final = {
    skema: _tabel(skema)
    for skema in (
        SkemaKategori.PPKS_2012,
        SkemaKategori.PMKS_2007,
        SkemaKategori.PSKS_2012,
        SkemaKategori.PAS_2025,
    )
}
_TABEL: Final = tuple(_TABEL_MENURUT_SKEMA.values())
_NOMOR_PPKS: Final = {entry.kode: entry.nomor for entry in PPKS_26}
_PAS_DARI: Final = {entry.kode: entry.pas for entry in PPKS_26 if entry.pas}
_RAGAM: Final = CodeTable("ragam-disabilitas", "1", {r["kode"]: _sebutan(r) for r in _BARIS_RAGAM})
