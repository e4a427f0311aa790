"""The body of a push as it arrives, JSON or NDJSON, and each of its records read by itself."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, Final

import msgspec
from litestar import Request
from litestar.openapi.spec import Schema
from litestar.openapi.spec.enums import OpenAPIType

from gateway.api.field_errors import field_error
from gateway.api.idempotency import SIXTEEN
from gateway.api.v1.batch_record import PpksKiriman, as_record, wrong_content
from gateway.api.v1.streamed_body import (
    JSON,
    NDJSON,
    NDJSON_NAMES,
    StreamedOperation,
    by_content_type,
)
from gateway.domain.errors import BadInput, FieldError
from gateway.domain.kiriman import Dibaca
from gateway.domain.person import Penduduk
from gateway.kit.clock import Clock
from gateway.kit.json_items import JsonItems, NotItems
from gateway.kit.lines import Lines

LONGEST_RECORD: Final = 32_768
_BLANK: Final = b" \t\r\n"
_EXAMPLE: Final = {
    "id_sumber": "R-000123",
    "urutan": 7,
    "nama_lengkap": "CONTOH WARGA",
    "kode_wilayah": "64.02.06",
    "kategori": [{"kode": "ppks:lanjut-usia-terlantar"}],
}
_TOO_LONG: Final = FieldError(
    "body", f"paling banyak {LONGEST_RECORD} byte / at most {LONGEST_RECORD} bytes"
)
_NOT_JSON: Final = FieldError("body", "bukan JSON yang utuh / not sound JSON")
_NUL: Final = FieldError("body", "tidak boleh memuat U+0000 / must not hold U+0000")
_A_NIK: Final = FieldError("id_sumber", "tidak boleh memuat NIK / must not hold a NIK")
_RECORD: Final = Schema(type=OpenAPIType.OBJECT, description="See `PpksKiriman`.")

Text = tuple[int, bytes | None]


class BatchOperation(StreamedOperation):
    """Describes the body of a push."""

    TEXT = "Records, as `items` of one object or one a line."
    SHAPES: ClassVar = {
        JSON: Schema(
            type=OpenAPIType.OBJECT,
            properties={"items": Schema(type=OpenAPIType.ARRAY, items=_RECORD)},
            required=["items"],
            examples=[{"items": [_EXAMPLE]}],
        ),
        NDJSON: Schema(
            type=OpenAPIType.STRING,
            examples=[msgspec.json.encode(_EXAMPLE).decode() + "\n"],
        ),
    }


class _Reader:
    """Reads one record's text, whatever the format around it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._decoder = msgspec.json.Decoder(PpksKiriman)
        # Once more over a text that is right costs less than to take what was read apart.
        self._person = msgspec.json.Decoder(Penduduk)

    def read(self, sistem: str, nomor: int, text: bytes | None) -> Dibaca:
        """The record, or what is wrong with it."""
        if text is None:
            return Dibaca(nomor=nomor, salah=(_TOO_LONG,))
        try:
            sent = self._decoder.decode(text)
        except msgspec.ValidationError as error:
            return Dibaca(nomor=nomor, salah=(field_error(str(error)),))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return Dibaca(nomor=nomor, salah=(_NOT_JSON,))
        if SIXTEEN.search(sent.id_sumber):
            return Dibaca(nomor=nomor, salah=(_A_NIK,))
        wrong = (_NUL,) if _holds_nul(text) else wrong_content(sent, self._clock())
        if wrong:
            return Dibaca(nomor=nomor, id_sumber=sent.id_sumber, salah=wrong)
        record = as_record(sistem, sent, self._person.decode(text))
        return Dibaca(nomor=nomor, id_sumber=sent.id_sumber, rekaman=record)


class NdjsonRecords(_Reader):
    """The `PembacaKiriman` of one object a line; blank lines are passed over."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self._lines = Lines(LONGEST_RECORD)

    def feed(self, piece: bytes) -> Iterator[Text]:
        """The lines that end in this piece."""
        self._lines.feed(piece)
        yield from (line for line in self._lines if _is_told(line))

    def end(self) -> Iterator[Text]:
        """The last line, where no newline follows it."""
        if (last := self._lines.end()) is not None and _is_told(last):
            yield last


class JsonRecords(_Reader):
    """The `PembacaKiriman` of `{"items": [...]}`."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self._items = JsonItems(LONGEST_RECORD)

    def feed(self, piece: bytes) -> Iterator[Text]:
        """The entries that end in this piece. Raises BadInput."""
        return _sound(self._items.feed(piece))

    def end(self) -> Iterator[Text]:
        """Nothing, if the object is whole. Raises BadInput."""
        return _sound(self._items.end())


_READERS: Final[Mapping[str, Callable[[Clock], NdjsonRecords | JsonRecords]]] = {
    JSON: JsonRecords,
    **dict.fromkeys(NDJSON_NAMES, NdjsonRecords),
}


def records_reader(request: Request[Any, Any, Any], clock: Clock) -> NdjsonRecords | JsonRecords:
    """What reads a body of this Content-Type. Raises 415."""
    return by_content_type(request, _READERS)(clock)


def _holds_nul(text: bytes) -> bool:
    """Whether a JSON text holds U+0000, which is escaped there and which PostgreSQL cannot hold."""
    # Most hold no backslash at all. One that is text itself is written twice.
    return b"\\" in text and b"\\u0000" in text.replace(b"\\\\", b"")


def _is_told(line: Text) -> bool:
    return line[1] is None or bool(line[1].strip(_BLANK))


def _sound(texts: Iterator[Text]) -> Iterator[Text]:
    try:
        yield from texts
    except NotItems:
        raise BadInput(
            "isi tidak benar / the body is not right",
            errors=(FieldError("items", "bukan objek dengan `items` / no object with `items`"),),
        ) from None
