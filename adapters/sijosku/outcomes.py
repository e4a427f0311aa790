"""What SIJOSKU's answers and silences mean to the house."""

from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final

import msgspec

from adapters.sijosku.schema import GalatWire
from adapters.sijosku.wire import UNREADABLE
from gateway.domain.outcome import Outcome, UpstreamFailure
from gateway.kit.clock import Clock
from gateway.kit.transport import Answer, TransportFailure, TransportKind

KURSOR_TIDAK_BERLAKU: Final = 410
"""Status for a cursor that SIJOSKU no longer knows, as after a restored backup."""
_KUOTA_HABIS: Final = "KUOTA_HABIS"

_BY_STATUS: Final[dict[int, tuple[Outcome, str]]] = {
    401: (Outcome.CONFIG, "token ditolak (401)"),
    403: (Outcome.CONFIG, "token tidak berhak (403)"),
    404: (Outcome.BAD_REQUEST, "jalur tidak dikenal (404): periksa records_path dan push_path"),
    408: (Outcome.TRANSPORT, "waktu permintaan habis (408)"),
    413: (Outcome.BAD_REQUEST, "kiriman terlalu besar (413): kecilkan push_size"),
    429: (Outcome.BUSY, "terlalu banyak permintaan (429)"),
}
_BY_CLASS: Final[dict[int, tuple[Outcome, str]]] = {
    4: (Outcome.BAD_REQUEST, "permintaan ditolak"),
    5: (Outcome.TRANSPORT, "SIJOSKU sedang bermasalah"),
}
_BY_KIND: Final[dict[TransportKind, Outcome]] = {
    TransportKind.CERTIFICATE_REFUSED: Outcome.CONFIG,
    TransportKind.OVERLOADED: Outcome.BUSY,
    TransportKind.TOO_LARGE: Outcome.MALFORMED,
}


def failure_of_answer(answer: Answer, clock: Clock) -> UpstreamFailure:
    """The failure that an answer outside 2xx stands for; the hint holds nothing of its body."""
    outcome, hint = _BY_STATUS.get(answer.status) or _BY_CLASS.get(
        answer.status // 100, (Outcome.UNKNOWN_UPSTREAM, "jawaban yang tidak dikenal")
    )
    if answer.status == 429 and _kode(answer.body) == _KUOTA_HABIS:
        outcome, hint = Outcome.QUOTA, "kuota habis (429)"
    return UpstreamFailure(
        outcome, hint=f"{hint} [{answer.status}]", retry_after=_retry_after(answer, clock)
    )


def failure_of_transport(failure: TransportFailure) -> UpstreamFailure:
    """The failure that a call without a readable answer stands for."""
    outcome = _BY_KIND.get(failure.kind, Outcome.TRANSPORT)
    return UpstreamFailure(outcome, hint=failure.kind.value, retry_after=failure.retry_after)


def _kode(body: bytes) -> str | None:
    try:
        return msgspec.json.decode(body, type=GalatWire).kode
    except UNREADABLE:
        return None


def _retry_after(answer: Answer, clock: Clock) -> float | None:
    """Seconds from Retry-After, told as a number or as a date."""
    text = answer.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - clock()).total_seconds())
