"""The simulator's counter for data balikan: takes both forms, refuses what was sent before."""

from collections.abc import Callable, Mapping
from email import message_from_bytes
from email.message import Message
from typing import Any, Final

import msgspec

from adapters.dukcapil.config import Config
from adapters.dukcapil.schema import Lembaga
from adapters.dukcapil.sim_control import State

Reply = tuple[int, bytes]
Entries = list[tuple[str, bytes]]
"""NIK and canonical `param` of every person in a request."""

_STORED: Final = (200, b'{"message":"Success"}')
_SENT_BEFORE: Final = (400, b'{"message":"Data sudah pernah dikirim"}')
_NO_TOKEN: Final = (401, b'{"message":"Unauthenticated."}')
_BAD_BODY: Final = (400, b'{"message":"Format data tidak valid"}')
_FORM_FIELDS: Final = ("nik", "id_lembaga", "nama_lembaga", "param")


class FeedbackDesk:
    """Stores feedback once; a request with anything that was sent before is refused as a whole."""

    def __init__(self, config: Config, state: State) -> None:
        self._bearer = f"Bearer {config.feedback_token.reveal()}"
        self._read = _READERS[config.feedback_form]
        self._seen = state.feedback

    def take(self, authorization: str, content_type: str, body: bytes) -> Reply:
        """Status and body of the answer to one request."""
        if authorization != self._bearer:
            return _NO_TOKEN
        try:
            entries = self._read(content_type, body)
        except (ValueError, LookupError, RecursionError):
            return _BAD_BODY
        if not entries:
            return _BAD_BODY
        if not self._seen.isdisjoint(entries):
            return _SENT_BEFORE
        self._seen.update(entries)
        return _STORED


def _read_form(content_type: str, body: bytes) -> Entries:
    head = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1", "replace")
    message = message_from_bytes(head + body)
    fields = dict(_fields(message))
    texts = [fields[name] for name in _FORM_FIELDS]
    if not all(texts):
        raise ValueError("empty field")
    return [(texts[0], _canonical(msgspec.json.decode(texts[-1])))]


def _fields(message: Message) -> list[tuple[str, str]]:
    parts: Any = message.get_payload() if message.is_multipart() else []
    return [
        (str(part.get_param("name", header="content-disposition")), _text(part)) for part in parts
    ]


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return payload.decode() if isinstance(payload, bytes) else ""


def _read_array(_content_type: str, body: bytes) -> Entries:
    agencies = msgspec.json.decode(body, type=list[Lembaga])
    return [(person.nik, _canonical(person.param)) for agency in agencies for person in agency.data]


def _canonical(param: object) -> bytes:
    return msgspec.json.encode(param, order="deterministic")


_READERS: Final[Mapping[str, Callable[[str, bytes], Entries]]] = {
    "a": _read_form,
    "b": _read_array,
}
