"""The recap sheet that the office keeps by hand: one complaint per row."""

from collections.abc import Iterator
from typing import Final

from adapters.simasos.identity import StableIds
from adapters.simasos.reading import KANAL, SISTEM, baca_isi
from adapters.simasos.recap_cells import RowRefusedError, Sel
from adapters.simasos.recap_sheet import Letak, find_table, read_records
from adapters.simasos.recap_tables import Kolom
from adapters.simasos.reporter import nomor_atau_nama
from adapters.simasos.settings import Aturan
from adapters.simasos.textfile import OpenBytes
from gateway.domain.complaint import LangkahPengaduan, Pelapor, Pengaduan, StatusPengaduan
from gateway.domain.importing import Baris, KodeMasalah, Masalah, WilayahIndex
from gateway.domain.person import Peringatan

_TANPA_JAM: Final = Peringatan(
    kode="JAM_TIDAK_DISEBUT", atribut="diterima_pada", pesan="dipakai awal hari itu"
)


def read_recap(
    open_bytes: OpenBytes, encoding: str, aturan: Aturan, wilayah: WilayahIndex
) -> Iterator[Baris]:
    """A row per complaint, empty rows left out. Raises FileRefused."""
    letak = find_table(open_bytes, encoding)
    ids = StableIds("rekap")
    notes = tuple(_unknown_columns(letak))
    for record in read_records(open_bytes, encoding, letak):
        row = _row(Sel(record, letak), ids, aturan, wilayah)
        yield Baris(baris=row.baris, isi=row.isi, masalah=(*row.masalah, *notes))
        notes = ()


def _unknown_columns(letak: Letak) -> Iterator[Masalah]:
    # The header of an unknown column is not repeated: in a damaged file it may be a person's data.
    for number, (kolom, judul) in enumerate(zip(letak.kolom, letak.judul, strict=True), start=1):
        if kolom is None and judul.strip():
            yield Masalah(
                kode=KodeMasalah.HEADER_UNKNOWN, pesan=f"kolom ke-{number} tidak dikenal, dilewati"
            )


def _row(sel: Sel, ids: StableIds, aturan: Aturan, wilayah: WilayahIndex) -> Baris:
    try:
        complaint = _complaint(sel, ids, aturan, wilayah)
    except RowRefusedError as refused:
        return Baris(baris=sel.baris, masalah=(refused.masalah,))
    return Baris(baris=sel.baris, isi=(complaint,), masalah=tuple(sel.masalah))


def _complaint(sel: Sel, ids: StableIds, aturan: Aturan, wilayah: WilayahIndex) -> Pengaduan:
    sel.check_count()
    pada, jam = sel.pada(aturan)
    isi = sel.wajib(Kolom.ISI)
    pelapor = _pelapor(sel)
    id_sumber, ordinal = ids.make(pada, nomor_atau_nama(pelapor), isi)
    if ordinal:
        sel.refuse(KodeMasalah.DUPLICATE_ROW, Kolom.ISI, "baris ini sama dengan baris sebelumnya")
    kategori = sel.kategori()
    reading = baca_isi(isi, kategori)
    langkah, status_asli = sel.langkah()
    status = langkah or StatusPengaduan.DITERIMA
    tindak_lanjut = sel.teks(Kolom.TINDAK_LANJUT)
    return Pengaduan(
        sistem=SISTEM,
        id_sumber=id_sumber,
        kanal=sel.teks(Kolom.KANAL) or KANAL,
        diterima_pada=pada,
        isi=isi,
        pelapor=pelapor,
        kategori=reading.kategori,
        kategori_asli=kategori,
        status=status,
        status_asli=status_asli,
        langkah=(LangkahPengaduan(status=status, catatan=tindak_lanjut),)
        if langkah or tindak_lanjut
        else (),
        disposisi=sel.teks(Kolom.DISPOSISI),
        kode_wilayah=sel.wilayah(aturan, wilayah),
        nik_terlapor=sel.nik() or reading.nik_terlapor,
        rahasia=sel.ya(Kolom.RAHASIA),
        anonim=sel.ya(Kolom.ANONIM),
        peringatan=(*(() if jam else (_TANPA_JAM,)), *reading.peringatan),
    )


def _pelapor(sel: Sel) -> Pelapor | None:
    nomor, nama = sel.nomor(), sel.teks(Kolom.NAMA)
    return Pelapor(nomor=nomor, nama=nama) if nomor or nama else None
