"""A sound app behind the faults, for a server to run."""

from typing import Any

from gateway.kit.faults import Faulty

BODY = b'{"nama":"CONTOH SATU"}'


async def sound_app(scope: Any, receive: Any, send: Any) -> None:
    headers = [(b"content-type", b"application/json"), (b"Content-Length", b"%d" % len(BODY))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": BODY[:5], "more_body": True})
    await send({"type": "http.response.body", "body": BODY[5:]})


app = Faulty(sound_app)
