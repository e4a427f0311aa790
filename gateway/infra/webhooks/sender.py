"""Speaks to subscribers."""

import asyncio
from collections.abc import Mapping
from typing import Final

from gateway.domain.errors import BadInput
from gateway.domain.webhook import Jawaban
from gateway.infra.webhooks.addresses import AddressRefused, WebhookAddresses
from gateway.kit.http_pinned import post_pinned
from gateway.kit.tls import client_context
from gateway.kit.transport import TransportFailure

_LONGEST_WAIT: Final = 86_400
"""Seconds: a receiver may ask for a day, not for ever."""


class WebhookSender:
    """The `Sender` port."""

    def __init__(self, addresses: WebhookAddresses, ca_file: str | None, *, seconds: float) -> None:
        """`ca_file`: PEM bundle that is believed; None = the machine's own store.

        `seconds`: how long one request may take, from the name to the answer's head. Raises
        ValueError for a bundle that cannot be read.
        """
        self._addresses = addresses
        # Reading the machine's store takes a while, and few processes speak to subscribers.
        self._tls = None if ca_file is None else client_context(ca_file)
        self._seconds = seconds

    def check(self, url: str) -> None:
        """Raises BadInput for a URL that no message would go to."""
        self._addresses.check(url)

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Jawaban:
        """One request. Its answer's body is not read, a redirect not followed."""
        try:
            # Checked each time: what is allowed may have changed since the URL was taken.
            parts = self._addresses.check(url)
            tls = self._tls or client_context(None)
            async with asyncio.timeout(self._seconds):
                address = await self._addresses.address(parts)
                status, told = await post_pinned(
                    parts, address, headers, body, tls=tls, seconds=self._seconds
                )
        except BadInput:
            return Jawaban(alasan="url_refused")
        except AddressRefused as refused:
            return Jawaban(alasan=refused.reason)
        except TimeoutError:
            return Jawaban(alasan="timed_out")
        except TransportFailure as failure:
            return Jawaban(alasan=failure.kind.value)
        return Jawaban(status=status, tunggu=_wait(told.get("retry-after", "")))


def _wait(text: str) -> int | None:
    """Seconds of a `Retry-After`; dates are not read."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 9):
        return None
    return min(int(text), _LONGEST_WAIT)
