"""Plays Meta and the citizens: delivers signed webhooks, takes replies, and breaks on request."""

from collections.abc import Sequence
from typing import Any, Final, cast
from urllib.parse import urlencode

import msgspec
from litestar import Litestar, Request, Response, get, post, put
from litestar.background_tasks import BackgroundTask

from adapters.simasos.config import Config
from adapters.simasos.deliveries import (
    Deliver,
    deliver_over_http,
    deliver_until_taken,
    media_of,
    messages_body,
    status_body,
    webhook_body,
)
from adapters.simasos.meta import Control, MetaSide, Sent, Tulisan, error_answer
from gateway.domain.complaint import Pengaduan
from gateway.domain.systems import AsgiApp, World
from gateway.kit.clock import Clock, system_clock

_BAD_TOKEN: Final = 190
_NOT_FOUND: Final = 100
_CHALLENGE: Final = "1158201444"


def simulator(
    config: Config,
    world: World,
    *,
    deliver: Deliver = deliver_over_http,
    clock: Clock = system_clock,
) -> AsgiApp:
    """A server for whoever holds `config`; `deliver` carries the webhooks out."""
    meta = MetaSide(config, world, clock)
    post_office = PostOffice(meta, deliver)
    handlers = (*_graph(meta, post_office), *_citizens(meta, post_office), *_switches(meta))
    return cast("AsgiApp", Litestar(list(handlers), openapi_config=None, logging_config=None))


class PostOffice:
    """Brings webhooks to the callback URL, with the faults that the control asks for."""

    def __init__(self, meta: MetaSide, deliver: Deliver) -> None:
        self._meta = meta
        self._deliver = deliver

    async def bring(self, body: bytes) -> list[int]:
        """Deliver one body, and again as often as duplicates are wanted."""
        control = self._meta.control
        if not control.callback_url:
            return []
        answers: list[int] = []
        for _ in range(1 + control.duplicates):
            answers += await deliver_until_taken(
                self._deliver,
                control.callback_url,
                body,
                self._meta.secret,
                attempts=control.attempts,
                pause=control.pause_seconds,
            )
        return answers

    async def bring_each(self, pengaduan: Sequence[Pengaduan]) -> list[dict[str, object]]:
        """One delivery per complaint, in the order that the control asks for."""
        ordered = reversed(pengaduan) if self._meta.control.out_of_order else pengaduan
        return [
            {
                "id": each.id_sumber,
                "attempts": await self.bring(webhook_body(each, self._meta.config)),
            }
            for each in ordered
        ]

    async def report(self, sent: Sent) -> None:
        """Tell that a reply was sent and delivered."""
        if self._meta.control.statuses:
            for status in ("sent", "delivered"):
                seconds = int(self._meta.now.timestamp())
                await self.bring(status_body(sent.id, status, seconds, self._meta.config))

    async def subscribe(self) -> bool:
        """The handshake with which Meta makes sure of a callback URL."""
        query = urlencode(
            {
                "hub.mode": "subscribe",
                "hub.verify_token": self._meta.config.verify_token.reveal(),
                "hub.challenge": _CHALLENGE,
            }
        )
        url = f"{self._meta.control.callback_url}?{query}"
        status, body = await self._deliver("GET", url, {}, b"")
        return status == 200 and body == _CHALLENGE.encode()


def _failed(code: int) -> Response[Any]:
    status, content = error_answer(code)
    return Response(content, status_code=status)


def _graph(meta: MetaSide, post_office: PostOffice) -> tuple[Any, ...]:
    """The part of the Graph API that the office's line uses."""
    bearer = f"Bearer {meta.config.access_token.reveal()}"

    @post("/{version:str}/{phone_number_id:str}/messages", status_code=200)
    async def messages(request: Request[Any, Any, Any]) -> Response[Any]:
        if request.headers.get("authorization") != bearer:
            return _failed(_BAD_TOKEN)
        taken = meta.take_reply(request.path_params["phone_number_id"], await request.body())
        if isinstance(taken, int):
            return _failed(taken)
        content = {
            "messaging_product": "whatsapp",
            "contacts": [{"input": taken.kepada, "wa_id": taken.kepada}],
            "messages": [{"id": taken.id}],
        }
        return Response(content, background=BackgroundTask(post_office.report, taken))

    @get("/{version:str}/{media_id:str}")
    async def media(request: Request[Any, Any, Any]) -> Response[Any]:
        if request.headers.get("authorization") != bearer:
            return _failed(_BAD_TOKEN)
        media_id = request.path_params["media_id"]
        found = meta.file(media_id)
        if found is None:
            return _failed(_NOT_FOUND)
        url = f"{request.base_url}media/{media_id}"
        return Response({"messaging_product": "whatsapp", "url": url, **media_of(found)})

    return messages, media


def _citizens(meta: MetaSide, post_office: PostOffice) -> tuple[Any, ...]:
    """What makes citizens write: one by one, several at once, or the whole world of the sandbox."""

    @post("/_citizen", status_code=200)
    async def citizen(request: Request[Any, Any, Any]) -> Response[Any]:
        body = await request.body()
        try:
            written = msgspec.json.decode(body, type=Tulisan | list[Tulisan])
        except msgspec.DecodeError:
            return Response({"detail": "nomor dan teks, satu atau beberapa"}, status_code=400)
        each = written if isinstance(written, list) else [written]
        return Response(await post_office.bring_each([meta.write(one) for one in each]))

    @post("/_deliver", status_code=200)
    async def deliver_world() -> Response[Any]:
        return Response(await post_office.bring_each(meta.world.pengaduan))

    @post("/_deliver_together", status_code=200)
    async def deliver_together() -> Response[Any]:
        body = messages_body(meta.world.pengaduan, meta.config)
        return Response({"attempts": await post_office.bring(body)})

    @post("/_subscribe", status_code=200)
    async def subscribe() -> Response[Any]:
        sound = await post_office.subscribe()
        return Response({"verified": sound}, status_code=200 if sound else 400)

    return citizen, deliver_world, deliver_together, subscribe


def _switches(meta: MetaSide) -> tuple[Any, ...]:
    """The control, and a look at what was sent."""

    @get("/_control")
    async def control() -> Response[Any]:
        return Response(msgspec.to_builtins(meta.control))

    @put("/_control")
    async def set_control(request: Request[Any, Any, Any]) -> Response[Any]:
        told = await request.body()
        try:
            known = msgspec.to_builtins(meta.control)
            meta.control = msgspec.convert({**known, **msgspec.json.decode(told)}, Control)
        except (msgspec.DecodeError, TypeError):
            return Response({"detail": "tidak dikenal"}, status_code=400)
        return Response(msgspec.to_builtins(meta.control))

    @get("/_outbox")
    async def outbox() -> Response[Any]:
        return Response(msgspec.to_builtins(meta.outbox))

    return control, set_control, outbox
