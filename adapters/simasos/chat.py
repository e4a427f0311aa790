"""The text file that WhatsApp exports from a chat, message by message."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Final

from adapters.simasos.chat_dates import urutan_of
from adapters.simasos.chat_lines import MAX_TEXT, Gaya, Pesan, gaya_of, read_messages
from adapters.simasos.chat_marks import is_event, is_gone, read_text
from adapters.simasos.identity import StableIds
from adapters.simasos.reading import KANAL, SISTEM, baca_isi
from adapters.simasos.reporter import nomor_atau_nama, pelapor_dari_nama
from adapters.simasos.settings import Aturan
from adapters.simasos.textfile import OpenBytes, read_lines
from adapters.simasos.times import Urutan, saat
from gateway.domain.complaint import Pelapor, Pengaduan
from gateway.domain.importing import Baris, KodeMasalah, Masalah

_LOOK_AT: Final = 20
_TANPA_PETUGAS: Final = Masalah(
    kode=KodeMasalah.VALUE_MISSING,
    pesan="petugas tidak disebut: balasan kantor ikut terbaca sebagai pengaduan",
)


def find_style(open_bytes: OpenBytes, encoding: str) -> Gaya | None:
    """The style of a chat, or None where the first lines are not those of one."""
    first = islice(read_lines(open_bytes, encoding), _LOOK_AT)
    styles = (gaya_of(line.rstrip("\r\n")) for line in first)
    return next((style for style in styles if style is not None), None)


def read_chat(open_bytes: OpenBytes, encoding: str, gaya: Gaya, aturan: Aturan) -> Iterator[Baris]:
    """A row per citizen's message. Raises FileRefused where the dates stay ambiguous.

    The app's own lines and the staff's messages are no rows; a message whose text is gone is a
    refused one.
    """
    urutan = aturan.urutan or urutan_of(read_lines(open_bytes, encoding), gaya)
    ids = StableIds("ekspor")
    notes = () if aturan.petugas else (_TANPA_PETUGAS,)
    for pesan in read_messages(read_lines(open_bytes, encoding), gaya):
        row = _row(pesan, urutan, aturan, ids)
        if row is None:
            continue
        if notes and row.isi:
            row = Baris(baris=row.baris, isi=row.isi, masalah=(*row.masalah, *notes))
            notes = ()
        yield row


def _row(pesan: Pesan, urutan: Urutan, aturan: Aturan, ids: StableIds) -> Baris | None:
    if is_event(pesan) or pesan.pengirim is None:
        return None
    pelapor = pelapor_dari_nama(pesan.pengirim)
    if pelapor in aturan.petugas:
        return None
    pada = _pada(pesan, urutan, aturan)
    if pada is None:
        return _refused(pesan, KodeMasalah.DATE_FORMAT, "tanggal atau jam tidak mungkin")
    if is_gone(pesan):
        return _refused(pesan, KodeMasalah.VALUE_MISSING, "isi pesan tidak ada di ekspor")
    if len(pesan.teks) > MAX_TEXT:
        return _refused(pesan, KodeMasalah.VALUE_FORMAT, "terlalu panjang untuk satu pesan")
    return Baris(baris=pesan.baris, isi=(_complaint(pesan, pelapor, pada, ids),))


def _pada(pesan: Pesan, urutan: Urutan, aturan: Aturan) -> datetime | None:
    try:
        return saat(pesan.stempel, urutan, aturan.zona) if pesan.stempel else None
    except ValueError:
        return None


def _refused(pesan: Pesan, kode: KodeMasalah, why: str) -> Baris:
    return Baris(baris=pesan.baris, masalah=(Masalah(kode=kode, pesan=why, baris=pesan.baris),))


def _complaint(pesan: Pesan, pelapor: Pelapor, pada: datetime, ids: StableIds) -> Pengaduan:
    said = read_text(pesan.teks)
    reading = baca_isi(said.teks)
    id_sumber, _ = ids.make(pada, nomor_atau_nama(pelapor), said.teks)
    return Pengaduan(
        sistem=SISTEM,
        id_sumber=id_sumber,
        kanal=KANAL,
        diterima_pada=pada,
        isi=said.teks,
        pelapor=pelapor,
        kategori=reading.kategori,
        nik_terlapor=reading.nik_terlapor,
        lampiran=said.lampiran,
        peringatan=(*said.peringatan, *reading.peringatan),
    )
