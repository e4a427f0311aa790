"""What Meta's error codes mean here: whether a reply may be sent again, and who must act."""

from typing import Final

import msgspec

from gateway.domain.outcome import Outcome, UpstreamFailure
from gateway.kit.transport import TransportFailure, TransportKind


class Arti(msgspec.Struct, frozen=True):
    """An outcome and what the operator should know."""

    outcome: Outcome
    hint: str


_TOKEN: Final = Arti(Outcome.CONFIG, "token akses habis, dicabut atau tanpa izin")
_PENUH: Final = Arti(Outcome.BUSY, "batas laju Meta tercapai")
_TERGANGGU: Final = Arti(Outcome.BUSY, "layanan Meta terganggu, pesan tidak terkirim")
_DITUTUP: Final = Arti(Outcome.AGREEMENT_ENDED, "akun WhatsApp dibatasi oleh Meta")
_ISI_SALAH: Final = Arti(Outcome.BAD_REQUEST, "permintaan ditolak Meta")
_TAK_SAMPAI: Final = Arti(Outcome.NOT_PROCESSABLE, "pesan tidak dapat diantar kepada nomor ini")
_ENTAH: Final = Arti(Outcome.UNKNOWN_UPSTREAM, "mungkin sudah terkirim: jangan dikirim ulang")

ARTI_KODE: Final[dict[int, Arti]] = {
    **dict.fromkeys((0, 3, 10, 190, 131005), _TOKEN),
    **dict.fromkeys(range(200, 300), _TOKEN),
    **dict.fromkeys((4, 80007, 130429, 131056), _PENUH),
    **dict.fromkeys((2, 131000, 131016, 131057, 133004), _TERGANGGU),
    **dict.fromkeys((368, 130497, 131031), _DITUTUP),
    **dict.fromkeys((33, 100, 131008, 131009, 131021, 131051), _ISI_SALAH),
    **dict.fromkeys((131026, 131049, 130472), _TAK_SAMPAI),
    131047: Arti(
        Outcome.NOT_PROCESSABLE, "jendela 24 jam sudah lewat: tunggu pelapor menulis lagi"
    ),
    131048: Arti(Outcome.QUOTA, "kuota kirim dibatasi karena laporan spam"),
    131030: Arti(Outcome.CONFIG, "nomor uji: penerima belum didaftarkan"),
    131042: Arti(Outcome.AGREEMENT_ENDED, "pembayaran akun WhatsApp bermasalah"),
    133010: Arti(Outcome.CONFIG, "nomor kantor belum terdaftar di Cloud API"),
}

_ARTI_STATUS: Final[dict[int, Arti]] = {
    400: _ISI_SALAH,
    401: _TOKEN,
    403: _TOKEN,
    404: _ISI_SALAH,
    429: _PENUH,
    503: _TERGANGGU,
}

_ARTI_KEGAGALAN: Final[dict[TransportKind, Outcome]] = {
    TransportKind.OVERLOADED: Outcome.BUSY,
    TransportKind.CERTIFICATE_REFUSED: Outcome.CONFIG,
}


def failure_of_answer(
    status: int, code: int | None, retry_after: float | None = None
) -> UpstreamFailure:
    """The failure for an answer that is no receipt. `code` is Meta's, None where there was none."""
    meaning = ARTI_KODE.get(code) if code is not None else None
    if meaning is None:
        # Without a word of Meta's own, a 200 or a 5xx may hide a message that was sent.
        meaning = _ARTI_STATUS.get(status, _ENTAH)
    told = f"galat {code}" if code is not None else f"HTTP {status}"
    return UpstreamFailure(meaning.outcome, hint=f"{told}: {meaning.hint}", retry_after=retry_after)


def failure_of_transport(failure: TransportFailure) -> UpstreamFailure:
    """The failure for a call without an answer; not to be repeated if it may have arrived."""
    if failure.sent:
        return UpstreamFailure(_ENTAH.outcome, hint=f"{failure.kind.value}: {_ENTAH.hint}")
    outcome = _ARTI_KEGAGALAN.get(failure.kind, Outcome.TRANSPORT)
    return UpstreamFailure(outcome, hint=failure.kind.value, retry_after=failure.retry_after)
