"""From the body of a WhatsApp webhook to complaints and delivery statuses."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final, TypeVar

import msgspec

from adapters.simasos.content import TIDAK_TERBACA, UNREADABLE, Content, read_content
from adapters.simasos.reading import KANAL, SISTEM, baca_isi
from adapters.simasos.schema import (
    Change,
    Contact,
    ErrorItem,
    Message,
    MessageHead,
    Status,
    Value,
    Webhook,
)
from gateway.domain.complaint import Pelapor, Pengaduan, StatusPesan
from gateway.domain.person import Peringatan
from gateway.domain.systems import InboundBatch, WebhookRefused

T = TypeVar("T")

_OBJECT: Final = "whatsapp_business_account"
_NOT_COMPLAINTS: Final = frozenset({"reaction", "system", "revoke", "request_welcome"})
"""Types that tell of a conversation without saying anything in it."""

_NAME: Final = re.compile(r"[a-z][a-z_]{0,63}")
_ID: Final = re.compile(r"[\x21-\x7e]{1,255}")
_LAST_SECOND: Final = 4_102_444_800
"""The year 2100; a later number is not in seconds."""

_TANPA_WAKTU: Final = Peringatan(
    kode="WAKTU_TIDAK_TERBACA", atribut="diterima_pada", pesan="dipakai waktu penerimaan"
)
_TANPA_NOMOR: Final = Peringatan(
    kode="PELAPOR_TANPA_NOMOR", atribut="pelapor", pesan="pelapor menyembunyikan nomornya"
)
_TERUSAN: Final = Peringatan(
    kode="PESAN_TERUSAN", atribut="isi", pesan="pesan diteruskan, bukan tulisan pelapor sendiri"
)
_GRUP: Final = Peringatan(kode="PESAN_GRUP", atribut="pelapor", pesan="ditulis di dalam grup")


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """Whose messages are wanted."""

    phone_number_id: str
    refuse_others: bool = False


def baca_webhook(body: bytes, line: Line, now: datetime) -> InboundBatch:
    """Everything one delivery carried; a message or status that comes twice is given once.

    `now` dates a message of which the time cannot be read. Raises WebhookRefused for a body that
    is not a WhatsApp webhook.
    """
    complaints: dict[str, Pengaduan] = {}
    statuses: dict[tuple[str, str], StatusPesan] = {}
    ignored: dict[str, None] = {}
    for event in _events(_decode(body, Webhook), line, now):
        if isinstance(event, Pengaduan):
            complaints.setdefault(event.id_sumber, event)
        elif isinstance(event, StatusPesan):
            statuses.setdefault((event.id_sumber, event.status), event)
        else:
            ignored[event] = None
    return InboundBatch(
        pengaduan=tuple(complaints.values()),
        status=tuple(statuses.values()),
        diabaikan=tuple(ignored),
    )


def _decode(body: bytes | msgspec.Raw, shape: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=shape)
    except UNREADABLE:
        # The cause quotes the body in part, so it is cut off here.
        raise WebhookRefused("body is not of the documented shape") from None


def _decode_item(raw: msgspec.Raw, shape: type[T]) -> T | None:
    try:
        return msgspec.json.decode(raw, type=shape)
    except UNREADABLE:
        return None


def _events(hook: Webhook, line: Line, now: datetime) -> Iterator[Pengaduan | StatusPesan | str]:
    if hook.object != _OBJECT:
        raise WebhookRefused("object is not a WhatsApp business account")
    for entry in hook.entry:
        for change in entry.changes:
            if change.field == "messages":
                yield from _messages_change(change, line, now)
            else:
                yield _ignored("field", change.field)


def _messages_change(
    change: Change, line: Line, now: datetime
) -> Iterator[Pengaduan | StatusPesan | str]:
    value = _decode(change.value, Value)
    if value.metadata.phone_number_id != line.phone_number_id:
        if line.refuse_others:
            raise WebhookRefused("event of another phone_number_id")
        yield "phone_number_id"
        return
    for raw in value.messages:
        yield _message(raw, value.contacts, now)
    for raw in value.statuses:
        yield _status(raw, now)
    for raw in value.errors:
        error = _decode_item(raw, ErrorItem)
        yield f"error:{_code(error) if error else 'unknown'}"


def _code(error: ErrorItem) -> str:
    """Meta's codes have up to six digits; a longer number may be anything."""
    return str(error.code) if error.code in range(1_000_000) else "unknown"


def _ignored(kind: str, name: str) -> str:
    """A label for the log; a name of unexpected form may be anything and is not repeated."""
    return f"{kind}:{name if _NAME.fullmatch(name) else 'unknown'}"


def _message(raw: msgspec.Raw, contacts: tuple[Contact, ...], now: datetime) -> Pengaduan | str:
    message = _decode_item(raw, Message)
    head = message or _decode_item(raw, MessageHead)
    if head is None or not _ID.fullmatch(head.id):
        return "message:unreadable"
    if head.type in _NOT_COMPLAINTS:
        return f"message:{head.type}"
    if message is None:
        return _complaint(head, Content(peringatan=(TIDAK_TERBACA,)), contacts, now)
    content = read_content(message)
    odd = (
        *content.peringatan,
        *((_TERUSAN,) if message.context.forwarded or message.context.frequently_forwarded else ()),
        *((_GRUP,) if message.group_id else ()),
    )
    answers = content.balasan_atas or message.context.id
    return _complaint(
        message,
        msgspec.structs.replace(content, peringatan=odd, balasan_atas=answers),
        contacts,
        now,
    )


def _complaint(
    head: Message | MessageHead, content: Content, contacts: tuple[Contact, ...], now: datetime
) -> Pengaduan:
    reading = baca_isi(content.isi, content.kategori_asli)
    told = read_seconds(head.timestamp)
    warnings = (
        *content.peringatan,
        *(() if told else (_TANPA_WAKTU,)),
        *(() if head.sender else (_TANPA_NOMOR,)),
        *reading.peringatan,
    )
    return Pengaduan(
        sistem=SISTEM,
        id_sumber=head.id,
        kanal=KANAL,
        diterima_pada=told or now,
        isi=content.isi,
        pelapor=_reporter(head, contacts),
        kategori=reading.kategori,
        kategori_asli=content.kategori_asli,
        nik_terlapor=reading.nik_terlapor,
        lampiran=content.lampiran,
        balasan_atas=content.balasan_atas,
        peringatan=warnings,
    )


def _reporter(head: Message | MessageHead, contacts: tuple[Contact, ...]) -> Pelapor:
    """The sender; the user id stands in where the number is hidden."""
    address = head.sender or head.from_user_id
    own = [
        contact
        for contact in contacts
        if address is not None and address in (contact.wa_id, contact.user_id)
    ]
    # A wa_id may differ from the number in `from`; a lone contact is the sender all the same.
    contact = own[0] if own else contacts[0] if len(contacts) == 1 else Contact()
    return Pelapor(nomor=address or contact.user_id, nama=contact.profile.name)


def read_seconds(text: str | int) -> datetime | None:
    """Seconds since 1970, as Meta writes them, in UTC; None where they cannot be that."""
    digits = str(text)
    if not digits.isascii() or not digits.isdigit() or len(digits) > 10:
        return None
    seconds = int(digits)
    return datetime.fromtimestamp(seconds, UTC) if 0 < seconds <= _LAST_SECOND else None


def _status(raw: msgspec.Raw, now: datetime) -> StatusPesan | str:
    status = _decode_item(raw, Status)
    if status is None or not _ID.fullmatch(status.id) or not _NAME.fullmatch(status.status):
        return "status:unreadable"
    return StatusPesan(
        sistem=SISTEM,
        id_sumber=status.id,
        status=status.status,
        pada=read_seconds(status.timestamp) or now,
        galat=",".join(_code(error) for error in status.errors) or None,
    )
