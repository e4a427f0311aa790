"""What pushing changes to subscribers needs from the store and from the network."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from gateway.domain.langganan import Kiriman, Langganan
from gateway.domain.webhook import Jawaban


class SubscriptionLost(Exception):
    """The subscription is not this worker's any more; what it brought is dropped."""


class Subscriptions(Protocol):
    """Keeps subscriptions and the log of their deliveries. Secrets lie sealed."""

    async def add(self, langganan: Langganan, *, most: int) -> None:
        """Store a new one. Raises Conflict where the grant has `most` that have not ended."""

    async def one(self, langganan_id: str) -> Langganan:
        """Raises NotFound."""

    async def all(self, grant_id: str | None = None) -> Sequence[Langganan]:
        """In the order in which they were made; of one grant, or of all."""

    async def change(
        self,
        langganan_id: str,
        step: Callable[[Langganan], Langganan],
        *,
        oleh: str,
        peristiwa: str,
        now: datetime,
    ) -> Langganan:
        """Store what `step` makes of it, and take it from whoever works on it.

        Raises NotFound, and whatever `step` raises.
        """

    async def deliveries(self, langganan_id: str, limit: int) -> Sequence[Kiriman]:
        """The newest tries first."""

    async def set_aside(self, langganan_id: str, pesan: str) -> Kiriman:
        """A message that was set aside. Raises NotFound."""


class Outbox(Protocol):
    """Lends subscriptions to the workers of all processes; one worker has one at a time."""

    async def claim(self, pekerja: str, *, now: datetime, lease: timedelta) -> Langganan | None:
        """Lease the active subscription that waits longest for changes or for its next try."""

    async def settle(
        self,
        pekerja: str,
        langganan: Langganan,
        kiriman: Kiriman | None,
        *,
        sewa_sampai: datetime | None,
    ) -> None:
        """Store how it stands now, and the try; None = give it back. Raises SubscriptionLost."""

    async def forget_deliveries(self, before: datetime) -> None:
        """Forget tries from before a moment."""


class Sender(Protocol):
    """Speaks to subscribers, and to nobody whom the installation does not allow."""

    def check(self, url: str) -> None:
        """Raises BadInput for a URL that no message would go to."""

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Jawaban:
        """One request. Its answer's body is not read, a redirect not followed."""
