"""One call to the DTSEN service: its path and key, its page, what a failure does."""

import logging
from collections.abc import Mapping
from typing import Any, Final, NoReturn

import msgspec

from adapters.siks_ng.config import Config
from adapters.siks_ng.outcomes import kegagalan_angkutan, kegagalan_jawaban
from gateway.domain.outcome import Outcome, Trip, UpstreamFailure
from gateway.kit.struct import Quiet
from gateway.kit.transport import Answer, Call, Http, TransportFailure

BACA: Final = "read"
_LOG: Final = logging.getLogger(__name__)
_BENTUK_LAIN: Final = "jawaban bukan halaman JSON yang dikenal"


class Halaman(Quiet, frozen=True, kw_only=True):
    """One page as the service sends it."""

    data: tuple[dict[str, Any], ...]
    kursor: str | None
    versi: str | None
    """The edition of the data, where the page tells it."""
    sampai: str | None
    """The time up to which the page is complete, where the page tells it."""


class Layanan:
    """Asks for pages. `catatan` is what an operator should know of the last call."""

    def __init__(self, http: Http, config: Config) -> None:
        self._http = http
        self._config = config
        self.catatan: str | None = None

    async def halaman(self, query: Mapping[str, str]) -> Halaman:
        """One page. Raises UpstreamFailure; refused credentials open the breaker at once."""
        call = Call(
            operation=BACA,
            method="GET",
            path=jalur(self._config),
            query=query,
            headers={"accept": "application/json", **kunci_akses(self._config)},
            retry_safe=True,
        )
        try:
            jawaban = await self._http.send(call)
        except TransportFailure as kegagalan:
            raise kegagalan_angkutan(kegagalan) from None
        if jawaban.status != 200:
            self._gagal(kegagalan_jawaban(jawaban), terhitung=jawaban.status >= 500)
        halaman = self._urai(jawaban)
        if halaman is None:
            self.rusak(_BENTUK_LAIN)
        self._http.report_success(BACA)
        self.catatan = None
        return halaman

    def rusak(self, sebab: str) -> NoReturn:
        """Refuse an answer that cannot be a page of this service. Raises UpstreamFailure."""
        self._gagal(UpstreamFailure(Outcome.MALFORMED, hint=sebab), terhitung=False)

    def _gagal(self, kegagalan: UpstreamFailure, *, terhitung: bool) -> NoReturn:
        """`terhitung`: the connection has counted this failure by itself."""
        akibat = kegagalan.reaction.breaker
        if akibat is Trip.OPENS:
            self._http.report_failure(BACA, open_now=True)
        elif akibat is Trip.COUNTS and not terhitung:
            self._http.report_failure(BACA)
        self.catatan = kegagalan.hint
        if kegagalan.reaction.alarm:
            _LOG.error("%s: %s", kegagalan.outcome.value, kegagalan.hint)
        raise kegagalan

    def _urai(self, jawaban: Answer) -> Halaman | None:
        try:
            isi = msgspec.json.decode(jawaban.body)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            return None
        if not isinstance(isi, dict):
            return None
        data = isi.get(self._config.items_field)
        if not isinstance(data, list) or not all(isinstance(baris, dict) for baris in data):
            return None
        return Halaman(
            data=tuple(data),
            kursor=_teks(isi.get(self._config.next_field)),
            versi=_teks(isi.get(self._config.version_field)),
            sampai=_teks(isi.get(self._config.as_of_field)),
        )


def jalur(config: Config) -> str:
    """`/t/{tenant}/{context}/{version}/{resource}`, without the tenant where none is set."""
    bagian = [config.context, config.version, config.resource]
    if config.tenant:
        bagian = ["t", config.tenant, *bagian]
    return "/" + "/".join(b.strip("/") for b in bagian)


def kunci_akses(config: Config) -> dict[str, str]:
    """The header that proves the subscription."""
    kunci = config.key.reveal()
    if config.auth == "bearer":
        return {"authorization": f"Bearer {kunci}"}
    return {config.api_key_header.lower(): kunci}


def _teks(nilai: Any) -> str | None:
    return nilai if isinstance(nilai, str) and nilai else None
