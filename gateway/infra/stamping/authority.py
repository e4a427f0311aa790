"""One timestamping authority: where it is asked, and what makes its answers believed."""

import asyncio
import secrets
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from gateway.kit.clock import Clock
from gateway.kit.rfc3161.anchors import Anchors
from gateway.kit.rfc3161.faults import TimestampWrong
from gateway.kit.rfc3161.tokens import QUERY_TYPE, check_token, query, token_of
from gateway.kit.transport import Call, Endpoint, HttpFactory, Limits, TransportFailure

TOLERANCE: Final = timedelta(seconds=300)
"""By how much the clocks of gateway and authority may differ."""
_LIMITS: Final = Limits(max_concurrency=1, max_answer_bytes=256 * 1024, retries=1)
_PATIENCE: Final = 45.0
_NONCE_BITS: Final = 64
_OK: Final = 200


class NotStamped(Exception):
    """No stamp came back; the text is a word that says why."""


class Authority:
    """Its name is the host in its URL."""

    def __init__(self, number: int, url: str, anchors: str, http: HttpFactory) -> None:
        """`anchors`: a PEM file. Raises ValueError for one without certificates, or a bad URL."""
        self.name = urlsplit(url).netloc
        self._anchors = Anchors.of_file(Path(anchors))
        self._http = http(f"tsa-{number}", Endpoint(base_url=url, limits=_LIMITS))

    async def stamp(self, text: str, clock: Clock) -> tuple[datetime, bytes]:
        """When it was stamped, and the token, which was checked. Raises NotStamped."""
        nonce = secrets.randbits(_NONCE_BITS)
        message = text.encode()
        try:
            token = token_of(await self._ask(query(message, nonce)))
            waktu = check_token(token, message, self._anchors, nonce)
        except TimestampWrong as wrong:
            raise NotStamped(wrong.fault.value) from None
        if abs(clock() - waktu) > TOLERANCE:
            raise NotStamped("clock")
        return waktu, token

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close()

    async def _ask(self, asked: bytes) -> bytes:
        call = Call(
            operation="stamp",
            path="",
            headers={"content-type": QUERY_TYPE},
            body=asked,
            retry_safe=True,
        )
        try:
            async with asyncio.timeout(_PATIENCE):
                answer = await self._http.send(call)
        except TransportFailure as failure:
            raise NotStamped(failure.kind.value) from None
        except TimeoutError:
            raise NotStamped("timed_out") from None
        if answer.status != _OK:
            raise NotStamped("http_status")
        return answer.body
