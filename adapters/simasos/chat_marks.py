"""The words that WhatsApp itself puts into an exported chat, in Indonesian and English."""

import re
from typing import Final

from adapters.simasos.chat_lines import Pesan
from adapters.simasos.content import DISUNTING, geo
from gateway.domain.complaint import Lampiran
from gateway.domain.person import Peringatan
from gateway.kit.struct import Quiet
from gateway.kit.table import slug

_ENCRYPTION: Final = re.compile(
    r"(?:Pesan dan panggilan (?:terenkripsi|dienkripsi) secara end-to-end"
    r"|Messages and calls are end-to-end encrypted"
    r"|Messages (?:to|you send to) this (?:chat|group))"
)
_EVENT: Final = re.compile(
    r"(?:bergabung|ditambahkan|menambahkan|mengeluarkan|mengganti|mengubah|membuat|keluar|menyematkan"
    r"|kode keamanan|panggilan (?:suara|video|grup)|tak terjawab|tidak terjawab|pesan sementara"
    r"|joined|added|removed|changed|created|left|pinned|security code|missed|call|disappearing)",
    re.IGNORECASE,
)
_RENAMED: Final = re.compile(
    r"(?:changed the (?:subject|group name|group description)"
    r"|(?:mengubah|mengganti) (?:subjek|nama grup|deskripsi grup))"
)
_GONE: Final = frozenset(
    slug(text)
    for text in (
        "Pesan ini dihapus",
        "Pesan ini telah dihapus",
        "Anda menghapus pesan ini",
        "Anda telah menghapus pesan ini",
        "Pesan ini dihapus oleh admin",
        "Menunggu pesan ini",
        "Menunggu pesan ini. Ini mungkin perlu waktu beberapa saat",
        "This message was deleted",
        "You deleted this message",
        "This message was deleted by admin",
        "Waiting for this message",
        "Waiting for this message. This may take a while",
        "null",
    )
)
_EDITED: Final = re.compile(
    r"<(?:Pesan ini (?:telah )?diedit|This message was edited)>\Z", re.IGNORECASE
)
_POLL: Final = re.compile(r"(?:POLL|POLLING|JAJAK PENDAPAT)\s*:", re.IGNORECASE)
_PLACE: Final = re.compile(
    r"(?:lokasi|location): https://maps\.google\.com/\?q="
    r"(?P<lat>-?[0-9]{1,3}(?:\.[0-9]+)?),(?P<lon>-?[0-9]{1,3}(?:\.[0-9]+)?)",
    re.IGNORECASE,
)
_ATTACHED: Final = (
    re.compile(r"\A(?P<file>[^\n]{1,200}?) \((?:file|berkas) (?:terlampir|attached)\)(?:\n|\Z)"),
    re.compile(r"<(?:terlampir|attached): (?P<file>[^<>\n]{1,200})>"),
)
_OMITTED: Final = re.compile(
    r"\A(?:(?P<file>[^\n]{1,200}?\.[A-Za-z0-9]{2,5})(?: \u2022 [^\n\u2022]{1,30})? )?"
    r"<?(?P<kind>media|gambar|foto|image|video|audio|stiker|sticker|gif|dokumen|document"
    r"|kartu kontak|contact card) (?:tidak disertakan|omitted)>?(?:\n|\Z)",
    re.IGNORECASE,
)
_KINDS: Final = {
    **dict.fromkeys(("gambar", "foto", "image", "jpg", "jpeg", "png", "heic", "webp"), "image"),
    **dict.fromkeys(("video", "gif", "mp4", "3gp", "mov"), "video"),
    **dict.fromkeys(("audio", "opus", "m4a", "mp3", "aac", "ogg"), "audio"),
    **dict.fromkeys(("stiker", "sticker"), "sticker"),
    **dict.fromkeys(("kartu kontak", "contact card", "vcf"), "contacts"),
    "media": "media",
}
_TANPA_MEDIA: Final = Peringatan(
    kode="MEDIA_TIDAK_DISERTAKAN", atribut="lampiran", pesan="ekspor dibuat tanpa media"
)
_POLLING: Final = Peringatan(
    kode="JAJAK_PENDAPAT", atribut="isi", pesan="ini jajak pendapat, mungkin bukan pengaduan"
)


class IsiPesan(Quiet, frozen=True, kw_only=True):
    """What the sender said, apart from what the app added."""

    teks: str
    lampiran: tuple[Lampiran, ...] = ()
    peringatan: tuple[Peringatan, ...] = ()


def is_event(pesan: Pesan) -> bool:
    """True for a line of the app: encryption notice, joining, a changed number, a missed call."""
    if pesan.pengirim is None or _ENCRYPTION.match(pesan.teks):
        return True
    # A group's new name may hold a colon, so the line looks as if somebody had written it.
    if _RENAMED.search(pesan.pengirim):
        return True
    # The app marks attachments and polls as well, and a file's name may hold any word.
    return pesan.bertanda and bool(_EVENT.search(pesan.teks)) and not _is_content(pesan.teks)


def _is_content(teks: str) -> bool:
    said = read_text(teks)
    return bool(said.lampiran or said.peringatan)


def is_gone(pesan: Pesan) -> bool:
    """True where the message was deleted, or never reached the phone that exported."""
    return slug(pesan.teks) in _GONE


def read_text(teks: str) -> IsiPesan:
    """Part the sender's words from attachments and marks; `teks` has no spaces at its ends."""
    warnings: list[Peringatan] = []
    attached: list[Lampiran] = []
    if _EDITED.search(teks):
        warnings.append(DISUNTING)
        teks = _EDITED.sub("", teks).rstrip()
    if found := _OMITTED.match(teks):
        warnings.append(_TANPA_MEDIA)
        attached.append(_omitted(found))
        teks = teks[found.end() :]
    for pattern in _ATTACHED:
        attached += [_file(found["file"]) for found in pattern.finditer(teks)]
        teks = pattern.sub("", teks)
    attached += [_place(found) for found in _PLACE.finditer(teks)]
    if _POLL.match(teks):
        warnings.append(_POLLING)
    return IsiPesan(teks=teks.strip(), lampiran=tuple(attached), peringatan=tuple(warnings))


def _omitted(found: re.Match[str]) -> Lampiran:
    jenis = _KINDS.get(found["kind"].lower(), "document")
    return Lampiran(jenis=jenis, keterangan=found["file"])


def _file(name: str) -> Lampiran:
    extension = name.rpartition(".")[2].lower()
    jenis = "sticker" if name.startswith("STK-") else _KINDS.get(extension, "document")
    return Lampiran(jenis=jenis, rujukan=name)


def _place(found: re.Match[str]) -> Lampiran:
    return Lampiran(jenis="location", rujukan=geo(float(found["lat"]), float(found["lon"])))
