"""Stand-ins for the ports of the use cases, which can be read and can be told to fail."""

from datetime import datetime
from typing import Any
from zlib import crc32

from gateway.domain.audit import EntriAudit
from gateway.domain.errors import Unavailable
from gateway.domain.policy import View
from gateway.domain.ports import HalamanPpks, KondisiPpks, Taken


class FakeAudit:
    """An audit log in memory; `happened` is a list in which others may write, too."""

    def __init__(self, happened: list[str] | None = None) -> None:
        self.entries: list[EntriAudit] = []
        self.happened = [] if happened is None else happened
        self.away = False

    async def record(self, entry: EntriAudit) -> None:
        if self.away:
            raise Unavailable("catatan audit / the audit log", code="audit_unavailable")
        self.entries.append(entry)
        self.happened.append(f"audit {entry.hasil.value}")

    async def is_writable(self) -> bool:
        return not self.away

    async def close(self) -> None:
        return


class FakeSealing:
    """What seals the log, and is told whether it does."""

    def __init__(self) -> None:
        self.well = True

    def is_well(self) -> bool:
        return self.well


class FakeAllowance:
    """Counts what is taken; gives `limit` uses of each key."""

    def __init__(self) -> None:
        self.taken: dict[str, int] = {}

    async def take(self, key: str, limit: int, period_seconds: int, cost: int = 1) -> Taken:
        used = self.taken.get(key, 0) + cost
        allowed = used <= limit
        if allowed:
            self.taken[key] = used
        left = max(0, limit - self.taken.get(key, 0))
        return Taken(
            allowed=allowed, remaining=left, limit=limit, reset_after=float(period_seconds)
        )


class FakePseudonyms:
    """A name that shows whose it is, for tests alone."""

    def subject(self, nik: str) -> str:
        return f"subjek-{nik[-4:]}"

    def fingerprint(self, told: bytes) -> str:
        return f"tanda-{crc32(told)}"

    def request(self, request_id: str, told: bytes) -> str:
        return f"sidik-{request_id}-{len(told)}"

    def reference(self, nik: str) -> str:
        return f"rujukan-{nik[-4:]}"

    def subject_of_reference(self, rujukan: str) -> str:
        return rujukan.encode().hex().ljust(32, "0")[:32]


class FakeRestrictions:
    """Who had disclosure stopped, by NIK."""

    def __init__(self, *niks: str) -> None:
        self.niks = set(niks)

    async def includes(self, nik: str) -> bool:
        return nik in self.niks


class FakePpks:
    """A store of one record."""

    def __init__(self, happened: list[str]) -> None:
        self.happened = happened
        self.views: list[View] = []

    async def page(
        self, view: View, kondisi: KondisiPpks, after: tuple[datetime, str] | None, limit: int
    ) -> HalamanPpks:
        self.happened.append("read")
        self.views.append(view)
        return HalamanPpks(items=({"id": "satu"},), lanjut=None, rujukan=("satu",))

    async def one(self, view: View, ppks_id: str) -> dict[str, Any] | None:
        self.happened.append("read")
        self.views.append(view)
        return {"id": ppks_id, "rujukan": ppks_id} if ppks_id == "satu" else None
