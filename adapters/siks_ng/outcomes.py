"""What the service gateway's answers and silences mean to the house."""

from typing import Final

from gateway.domain.outcome import Outcome, UpstreamFailure
from gateway.kit.transport import Answer, TransportFailure, TransportKind

_MENURUT_STATUS: Final[dict[int, tuple[Outcome, str]]] = {
    401: (Outcome.CONFIG, "kunci ditolak (Invalid Credentials)"),
    403: (Outcome.AGREEMENT_ENDED, "layanan tidak dilanggan, atau langganannya berakhir"),
    404: (Outcome.BAD_REQUEST, "alamat tidak dikenal: periksa context, version dan resource"),
    408: (Outcome.TRANSPORT, "waktu permintaan habis"),
    410: (Outcome.BAD_REQUEST, "kursor tidak berlaku lagi: baca ulang dari awal"),
    429: (Outcome.BUSY, "terlalu banyak permintaan"),
}
_MENURUT_KELAS: Final[dict[int, tuple[Outcome, str]]] = {
    4: (Outcome.BAD_REQUEST, "permintaan ditolak"),
    5: (Outcome.TRANSPORT, "layanan sedang bermasalah"),
}
_MENURUT_SEBAB: Final[dict[TransportKind, Outcome]] = {
    TransportKind.CERTIFICATE_REFUSED: Outcome.CONFIG,
    TransportKind.OVERLOADED: Outcome.BUSY,
    TransportKind.TOO_LARGE: Outcome.MALFORMED,
}


def kegagalan_jawaban(jawaban: Answer) -> UpstreamFailure:
    """The failure that a status outside 2xx stands for; the hint holds nothing of the body."""
    outcome, sebab = _MENURUT_STATUS.get(jawaban.status) or _MENURUT_KELAS.get(
        jawaban.status // 100, (Outcome.UNKNOWN_UPSTREAM, "jawaban yang tidak dikenal")
    )
    return UpstreamFailure(
        outcome, hint=f"{sebab} [{jawaban.status}]", retry_after=_tunggu(jawaban)
    )


def kegagalan_angkutan(kegagalan: TransportFailure) -> UpstreamFailure:
    """The failure that a call without a readable answer stands for."""
    outcome = _MENURUT_SEBAB.get(kegagalan.kind, Outcome.TRANSPORT)
    return UpstreamFailure(outcome, hint=kegagalan.kind.value, retry_after=kegagalan.retry_after)


def _tunggu(jawaban: Answer) -> float | None:
    teks = jawaban.headers.get("retry-after", "").strip()
    return float(teks[:9]) if teks.isascii() and teks.isdigit() else None
