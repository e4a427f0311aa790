"""Writes the operator's files of the sandbox, in the shapes in which offices exchange them."""

from collections.abc import Iterator
from pathlib import Path

from gateway.domain.person import Alamat, Penduduk
from gateway.kit.struct import Quiet
from gateway.sandbox.world import Disabled, data_file, disabled_people

# The header as it really stands in these exports, misspelling included.
_BNBA = (
    "ID DTKS|PROVINSI|KABUPATEN/KOTA|KECAMATAN|DESA/KELUARAHAN|ALAMAT|DUSUN|RT|RW|NOKK|NIK|NAMA|"
    "TANGGAL LAHIR|TEMPAT LAHIR|JENIS KELAMIN|PEKERJAAN|NAMA IBU KANDUNG|HUB KELUARGA|"
    "KETERANGAN PADAN|BANSOS BPNT|BANSOS PKH|BANSOS BPNT-PPKM|PBI JKN"
)


class OperatorFile(Quiet, frozen=True, kw_only=True):
    """A file, the system that reads it, and what the operator adds."""

    system: str
    path: Path
    settings: dict[str, str]


def write_files(folder: Path) -> Iterator[OperatorFile]:
    """One list per kind of disability, as the ministry's system exports them; the yearly counts."""
    folder.mkdir(parents=True, exist_ok=True)
    numbered = list(enumerate(disabled_people(), start=1))
    for kind in dict.fromkeys(person.ragam for _, person in numbered):
        path = folder / f"bnba-kukar-{kind.lower().replace(' ', '-')}.csv"
        rows = [_row(number, person) for number, person in numbered if person.ragam == kind]
        path.write_text("\n".join([_BNBA, *rows]) + "\n", "utf-8")
        settings = {"tahun": "2024", "kategori": kind}
        yield OperatorFile(system="siks_ng", path=path, settings=settings)
    path = folder / "ppks-kaltara-2020-2024.csv"
    path.write_text(data_file(path.name), "utf-8")
    yield OperatorFile(
        system="sijosku",
        path=path,
        settings={"kode_wilayah": "65", "instansi": "Dinas Sosial Kalimantan Utara"},
    )


def _row(number: int, person: Disabled) -> str:
    who: Penduduk = person.orang
    where = who.alamat
    assert isinstance(where, Alamat)
    born = who.tanggal_lahir
    cells = (
        f"99640200-2024-{number:04}",
        who.provinsi,
        f"KAB. {who.kab_kota}",
        who.kecamatan,
        who.desa_kelurahan,
        where.jalan,
        "",
        where.rt,
        where.rw,
        who.no_kk,
        who.nik,
        who.nama_lengkap,
        f"{born:%d/%m/%Y}",
        who.tempat_lahir,
        who.jenis_kelamin,
        who.pekerjaan,
        who.nama_ibu_kandung,
        "Kepala Keluarga",
        "Padan Dukcapil",
        "YA" if number % 3 == 0 else "TIDAK",
        "YA" if number % 4 == 0 else "TIDAK",
        "TIDAK",
        "YA" if number % 2 == 0 else "TIDAK",
    )
    return "|".join(str(cell) for cell in cells)
