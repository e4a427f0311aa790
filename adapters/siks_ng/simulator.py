"""A server that speaks as the interoperability platform does: paths, keys, refusals, pages.

`GET` and `PUT /_control` show and set its `Kendali` as JSON.
"""

import hmac
from datetime import UTC, datetime
from typing import Any, Final, cast

import msgspec
from litestar import Litestar, Request, Response, get, put
from litestar.handlers import HTTPRouteHandler

from adapters.siks_ng.config import Config
from adapters.siks_ng.service import jalur, kunci_akses
from adapters.siks_ng.simulator_rows import Kendali, Peladen
from gateway.domain.systems import AsgiApp, World
from gateway.kit.clock import Clock, system_clock

JALUR_KENDALI: Final = "/_control"
_HALAMAN_TERBESAR: Final = 1000
_Request = Request[Any, Any, Any]
_Response = Response[bytes]


def simulator(config: Config, world: World, clock: Clock = system_clock) -> AsgiApp:
    """A server for whoever holds `config`, with every person of `world.rekaman` who has a NIK."""
    peladen = Peladen(config, world.rekaman, clock)
    app = Litestar(
        route_handlers=[_daftar(config, peladen), *_kendali(peladen)],
        openapi_config=None,
        logging_config=None,
    )
    # Litestar types scope and messages more narrowly than the plain ASGI of the contract.
    return cast("AsgiApp", app)


def _daftar(config: Config, peladen: Peladen) -> HTTPRouteHandler:
    @get(jalur(config))
    async def list_rows(request: _Request) -> _Response:
        kendali = peladen.pakai_kendali()
        if (penolakan := _penolakan(config, request, kendali)) is not None:
            return penolakan
        tanya = request.query_params
        try:
            kursor = int(tanya.get(config.cursor_parameter, "0"))
            jumlah = int(tanya.get(config.size_parameter, _HALAMAN_TERBESAR))
            sejak = _sejak(tanya.get(config.since_parameter))
        except ValueError:
            return _galat(400, "900400", "Bad Request")
        jumlah = min(max(jumlah, 1), _HALAMAN_TERBESAR)
        return _json(peladen.halaman(kursor, jumlah, sejak, kendali))

    return list_rows


def _kendali(peladen: Peladen) -> tuple[HTTPRouteHandler, HTTPRouteHandler]:
    @get(JALUR_KENDALI)
    async def show_control() -> _Response:
        return _json(peladen.kendali)

    @put(JALUR_KENDALI)
    async def set_control(request: _Request) -> _Response:
        try:
            peladen.atur(msgspec.json.decode(await request.body(), type=Kendali))
        except (msgspec.DecodeError, UnicodeError):
            return _galat(400, "900400", "Bad Request")
        return _json(peladen.kendali)

    return show_control, set_control


def _penolakan(config: Config, request: _Request, kendali: Kendali) -> _Response | None:
    [(kepala, kunci)] = kunci_akses(config).items()
    ditunjukkan = request.headers.get(kepala, "")
    if kendali.refuse_key or not hmac.compare_digest(ditunjukkan.encode(), kunci.encode()):
        return _galat(401, "900901", "Invalid Credentials")
    if kendali.not_subscribed:
        return _galat(403, "900908", "Resource forbidden")
    if kendali.throttle_seconds:
        tunggu = {"Retry-After": str(kendali.throttle_seconds)}
        return _galat(429, "900802", "Message throttled out", tunggu)
    return None


def _sejak(teks: str | None) -> datetime | None:
    if not teks:
        return None
    saat = datetime.fromisoformat(teks)
    return saat if saat.tzinfo else saat.replace(tzinfo=UTC)


def _json(isi: Any, status: int = 200, kepala: dict[str, str] | None = None) -> _Response:
    return Response(
        msgspec.json.encode(isi),
        status_code=status,
        headers=kepala,
        media_type="application/json; charset=utf-8",
    )


def _galat(status: int, kode: str, pesan: str, kepala: dict[str, str] | None = None) -> _Response:
    return _json({"code": kode, "message": pesan, "description": pesan}, status, kepala)
