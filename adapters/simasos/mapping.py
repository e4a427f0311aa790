"""The readings of this adapter by name, as the golden cases call them."""

import io
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final

import msgspec

from adapters.simasos.classify import klasifikasi
from adapters.simasos.config import Config
from adapters.simasos.files import read_file
from adapters.simasos.nik_in_text import cari_nik
from adapters.simasos.outcomes import failure_of_answer
from adapters.simasos.schema import Sent
from adapters.simasos.webhook import Line, baca_webhook
from gateway.domain.importing import Baris, FileRefused, Masalah
from gateway.domain.outcome import Outcome
from gateway.domain.systems import InboundBatch

Golden = Callable[[bytes, Mapping[str, str]], object]
_NOW: Final = datetime(2024, 3, 31, 12, tzinfo=UTC)


class _NoAreas:
    """Knows no area; what areas do is tested with the real table."""

    def resolve(self, *_names: str | None) -> str | None:
        return None

    def name(self, _kode: str) -> str | None:
        return None


def _webhook(wire: bytes, settings: Mapping[str, str]) -> InboundBatch:
    return baca_webhook(wire, Line(phone_number_id=settings["phone_number_id"]), _NOW)


def _file(wire: bytes, settings: Mapping[str, str]) -> list[Baris] | Masalah:
    try:
        return list(read_file(lambda: io.BytesIO(wire), settings, _NoAreas(), Config()))
    except FileRefused as refused:
        return refused.masalah


def _error(wire: bytes, settings: Mapping[str, str]) -> Outcome:
    sent = msgspec.json.decode(wire, type=Sent)
    code = sent.error.code if sent.error else None
    return failure_of_answer(int(settings["status"]), code).outcome


GOLDEN: Final[Mapping[str, Golden]] = {
    "webhook": _webhook,
    "file": _file,
    "error": _error,
    "klasifikasi": lambda wire, _: klasifikasi(wire.decode()),
    "nik": lambda wire, _: cari_nik(wire.decode()),
}
