"""Meta's side of the webhook: builds the bodies, signs them, and repeats them until they arrive."""

import asyncio
import http.client
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final
from urllib.parse import urlsplit

import msgspec

from adapters.simasos.config import Config
from adapters.simasos.reporter import is_user_id
from adapters.simasos.signature import HEADER, sign
from gateway.domain.complaint import Lampiran, Pelapor, Pengaduan

Deliver = Callable[[str, str, Mapping[str, str], bytes], Awaitable[tuple[int, bytes]]]
"""(method, url, headers, body) -> (HTTP status, body); status 0 where nobody answered."""

Json = dict[str, object]

_PATIENCE: Final = 10.0
_MEDIA: Final = frozenset({"image", "document", "audio", "video", "sticker"})


def webhook_body(pengaduan: Pengaduan, config: Config) -> bytes:
    """The delivery with which Meta would bring this complaint."""
    return messages_body([pengaduan], config)


def messages_body(pengaduan: Sequence[Pengaduan], config: Config) -> bytes:
    """One delivery with a change for each complaint."""
    return _envelope(
        [{"contacts": _contacts(each.pelapor), "messages": [_message(each)]} for each in pengaduan],
        config,
    )


def status_body(wamid: str, status: str, seconds: int, config: Config) -> bytes:
    """The delivery that tells what became of a reply."""
    item = {"id": wamid, "status": status, "timestamp": str(seconds)}
    return _envelope([{"statuses": [item]}], config)


def _envelope(values: Sequence[Json], config: Config) -> bytes:
    metadata = {"display_phone_number": "6280000000000", "phone_number_id": config.phone_number_id}
    changes = [
        {
            "field": "messages",
            "value": {"messaging_product": "whatsapp", "metadata": metadata, **value},
        }
        for value in values
    ]
    return msgspec.json.encode(
        {
            "object": "whatsapp_business_account",
            "entry": [{"id": "990000000000000", "changes": changes}],
        }
    )


def _contacts(pelapor: Pelapor | None) -> list[Json]:
    if pelapor is None or pelapor.nomor is None:
        return []
    key = "user_id" if is_user_id(pelapor.nomor) else "wa_id"
    return [{"profile": {"name": pelapor.nama or ""}, key: pelapor.nomor}]


def _message(pengaduan: Pengaduan) -> Json:
    message: Json = {
        "id": pengaduan.id_sumber,
        "timestamp": str(int(pengaduan.diterima_pada.timestamp())),
        **_content(pengaduan),
    }
    address = pengaduan.pelapor.nomor if pengaduan.pelapor else None
    if address:
        message["from_user_id" if is_user_id(address) else "from"] = address
    if pengaduan.balasan_atas:
        message["context"] = {"id": pengaduan.balasan_atas}
    return message


def _content(pengaduan: Pengaduan) -> Json:
    media = next((each for each in pengaduan.lampiran if each.jenis in _MEDIA), None)
    if media is None:
        return {"type": "text", "text": {"body": pengaduan.isi}}
    return {"type": media.jenis, media.jenis: {**media_of(media), "caption": pengaduan.isi}}


def media_of(lampiran: Lampiran) -> Json:
    """A file as Meta describes one."""
    return {"id": lampiran.rujukan, "mime_type": lampiran.mime, "sha256": lampiran.sha256}


def signed_headers(body: bytes, secret: str) -> dict[str, str]:
    """The headers of a delivery."""
    return {"content-type": "application/json", HEADER: sign(body, secret)}


async def deliver_until_taken(
    deliver: Deliver, url: str, body: bytes, secret: str, *, attempts: int, pause: float
) -> list[int]:
    """Send the same bytes until they are answered with 200; the status of every attempt."""
    answers: list[int] = []
    for attempt in range(attempts):
        if attempt:
            await asyncio.sleep(pause * 2 ** (attempt - 1))
        status, _ = await deliver("POST", url, signed_headers(body, secret), body)
        answers.append(status)
        if status == 200:
            break
    return answers


async def deliver_over_http(
    method: str, url: str, headers: Mapping[str, str], body: bytes
) -> tuple[int, bytes]:
    """A Deliver over the network."""
    return await asyncio.to_thread(_exchange, method, url, headers, body)


def _exchange(method: str, url: str, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=_PATIENCE)
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    try:
        connection.request(method, target, body or None, dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        connection.close()
