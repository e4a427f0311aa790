"""What the change feed needs from the cellar."""

from typing import Protocol

from gateway.domain.umpan import HalamanUmpan, KeadaanUmpan, Telusur


class FeedStore(Protocol):
    """Reads changes through a view; what the view does not show does not exist."""

    async def state(self) -> KeadaanUmpan:
        """How far the feed goes now."""

    async def page(self, telusur: Telusur, limit: int) -> HalamanUmpan:
        """What is new to the reader, in the order of the numbers, as one moment saw it."""
