"""What each type of WhatsApp message holds: its text, its attachments, and what is odd about it."""

from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from adapters.simasos.schema import (
    Choice,
    EditedContent,
    Location,
    Media,
    Message,
    SharedContact,
)
from gateway.domain.complaint import Lampiran
from gateway.domain.person import Peringatan
from gateway.kit.struct import Quiet


class Content(Quiet, frozen=True, kw_only=True):
    """The content of one message, in the house's words."""

    isi: str = ""
    lampiran: tuple[Lampiran, ...] = ()
    kategori_asli: str | None = None
    balasan_atas: str | None = None
    peringatan: tuple[Peringatan, ...] = ()


TIDAK_DIDUKUNG: Final = Peringatan(
    kode="PESAN_TIDAK_DIDUKUNG", atribut="isi", pesan="jenis pesan ini tidak dapat dibaca lewat API"
)
TIDAK_TERBACA: Final = Peringatan(
    kode="PESAN_TIDAK_TERBACA", atribut="isi", pesan="bentuk pesan menyimpang: buka di WhatsApp"
)
DISUNTING: Final = Peringatan(
    kode="PESAN_DISUNTING", atribut="isi", pesan="pengirim mengubah pesan sesudah mengirimnya"
)

UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""Everything that decoding bytes of unknown making may raise."""


def read_content(message: Message) -> Content:
    """The content; a type that is not known, or of which the part is missing, gets a warning."""
    return _READERS.get(message.type, _unsupported)(message)


def _text(message: Message) -> Content:
    return Content(isi=message.text.body)


def _media_file(kind: str, media: Media | None) -> Content:
    if media is None:
        return Content(peringatan=(TIDAK_TERBACA,))
    lampiran = Lampiran(
        jenis=kind,
        rujukan=media.id,
        mime=media.mime_type,
        sha256=media.sha256,
        keterangan=media.filename or media.caption,
    )
    return Content(isi=media.caption or "", lampiran=(lampiran,))


def _media(kind: str) -> Callable[[Message], Content]:
    def read(message: Message) -> Content:
        return _media_file(kind, getattr(message, kind))

    return read


def geo(latitude: float, longitude: float) -> str:
    """A place as a URI (RFC 5870)."""
    return f"geo:{latitude:.6f},{longitude:.6f}"


def _location(message: Message) -> Content:
    place: Location | None = message.location
    if place is None:
        return Content(peringatan=(TIDAK_TERBACA,))
    words = ", ".join(part for part in (place.name, place.address) if part)
    lampiran = Lampiran(
        jenis="location", rujukan=geo(place.latitude, place.longitude), keterangan=words or None
    )
    return Content(isi=words, lampiran=(lampiran,))


def _shared_contact(contact: SharedContact) -> Lampiran:
    numbers = [phone.wa_id or phone.phone for phone in contact.phones]
    number = next((each for each in numbers if each), None)
    return Lampiran(
        jenis="contacts",
        rujukan=f"tel:{number}" if number else None,
        keterangan=contact.name.formatted_name,
    )


def _contacts(message: Message) -> Content:
    return Content(lampiran=tuple(_shared_contact(contact) for contact in message.contacts))


def _button(message: Message) -> Content:
    return Content(isi=message.button.text or "", kategori_asli=message.button.payload)


def _chosen(choice: Choice) -> Content:
    words = " - ".join(part for part in (choice.title, choice.description) if part)
    return Content(isi=words, kategori_asli=choice.id)


def _interactive(message: Message) -> Content:
    answer = message.interactive
    choice = answer.button_reply or answer.list_reply
    if choice is not None:
        return _chosen(choice)
    if answer.nfm_reply is not None:
        parts = (answer.nfm_reply.body, answer.nfm_reply.response_json)
        return Content(isi="\n".join(part for part in parts if part))
    return Content(peringatan=(TIDAK_TERBACA,))


_EDITABLE: Final = ("image", "document", "video")


def _edit(message: Message) -> Content:
    original = message.edit.original_message_id
    try:
        edited = msgspec.json.decode(message.edit.message, type=EditedContent)
    except UNREADABLE:
        return Content(balasan_atas=original, peringatan=(DISUNTING, TIDAK_TERBACA))
    kind = next((kind for kind in _EDITABLE if getattr(edited, kind) is not None), None)
    content = _media_file(kind, getattr(edited, kind)) if kind else Content(isi=edited.text.body)
    return msgspec.structs.replace(content, balasan_atas=original, peringatan=(DISUNTING,))


def _unsupported(message: Message) -> Content:
    return Content(isi=message.text.body, peringatan=(TIDAK_DIDUKUNG,))


_READERS: Final[Mapping[str, Callable[[Message], Content]]] = {
    "text": _text,
    **{kind: _media(kind) for kind in ("image", "document", "audio", "video", "sticker")},
    "location": _location,
    "contacts": _contacts,
    "button": _button,
    "interactive": _interactive,
    "edit": _edit,
}
