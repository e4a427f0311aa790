"""Takes a complaint channel's delivery in: proved, read, stored, and only then acknowledged."""

import logging
from collections.abc import Mapping
from typing import Final

from gateway.application.civil_registry.ask_registry import Offering
from gateway.domain.errors import NotFound, NotPermitted
from gateway.domain.ports import ImportStore
from gateway.domain.systems import (
    Capability,
    ComplaintChannel,
    InboundBatch,
    WebhookRefused,
)

_LOG: Final = logging.getLogger(__name__)


class ReceiveMessages:
    """The use case behind `/hooks/{system}`."""

    def __init__(self, offering: Offering, store: ImportStore) -> None:
        self._offering = offering
        self._store = store

    def handshake(self, slug: str, query: Mapping[str, str]) -> str:
        """The channel's challenge. Raises NotFound, NotPermitted."""
        try:
            return self._channel(slug).handshake(query)
        except WebhookRefused as refused:
            raise _refused(slug, refused) from None

    async def __call__(self, slug: str, headers: Mapping[str, str], body: bytes) -> InboundBatch:
        """Store what the delivery holds. Raises NotFound, NotPermitted."""
        try:
            batch = self._channel(slug).receive(headers, body)
        except WebhookRefused as refused:
            raise _refused(slug, refused) from None
        if batch.pengaduan:
            await self._store.save(batch.pengaduan, dry_run=False)
        return batch

    def _channel(self, slug: str) -> ComplaintChannel:
        system = self._offering(Capability.COMPLAINT_CHANNEL).get(slug.replace("-", "_"))
        if system is None or system.complaint_channel is None:
            raise NotFound("tidak ada kanal pengaduan ini / no such complaint channel")
        return system.complaint_channel


def _refused(slug: str, refused: WebhookRefused) -> NotPermitted:
    """The same answer for every reason: it would help only who is guessing."""
    _LOG.warning("%s: %s", slug, refused.reason)
    return NotPermitted("pengirim tidak terbukti / the sender was not proved", code="not_proved")
