"""What the use cases need from the cellar; `gateway.infra` implements it, tests bring fakes."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from gateway.domain.audit import EntriAudit
from gateway.domain.client import Client, SecretRow
from gateway.domain.grant import Grant
from gateway.domain.importing import Isi, RingkasanImpor
from gateway.domain.policy import View
from gateway.domain.sinkron import Sewa
from gateway.domain.statistics import Hitungan, PermintaanTerbitan, Sel, Terbitan
from gateway.domain.wilayah import Wilayah
from gateway.kit.struct import Quiet


class AuditLog(Protocol):
    """The log that every disclosure and refusal passes."""

    async def record(self, entry: EntriAudit) -> None:
        """Returns when the entry is durable. Raises Unavailable where it cannot be written."""


class SealBroken(ValueError):
    """A sealed value that no key opens, or that was moved or changed."""


class Sealer(Protocol):
    """Authenticated encryption bound to a context."""

    def seal(self, plain: bytes, context: bytes) -> bytes:
        """The value encrypted, to be opened with the same context only."""

    def open(self, sealed: bytes, context: bytes) -> bytes:
        """Raises SealBroken."""


class Pseudonyms(Protocol):
    """Keyed one-way names for persons."""

    def subject(self, nik: str) -> str:
        """The pseudonym of a NIK, the same at each call, useless without the key."""

    def fingerprint(self, told: bytes) -> str:
        """Names what was told, so that the same can be known again; useless without the key."""

    def reference(self, nik: str) -> str:
        """The reference key (rujukan) that the records of a person with this NIK bear."""

    def subject_of_reference(self, rujukan: str) -> str:
        """The pseudonym in lists of whoever bears a reference key, with a NIK or without."""

    def request(self, request_id: str, told: bytes) -> str:
        """The digest of a request: the same only for the same words under the same id."""


class Allowance(Protocol):
    """Counts uses against a limit, shared by all instances."""

    async def take(self, key: str, limit: int, period_seconds: int, cost: int = 1) -> "Taken":
        """Take `cost` from the allowance of `key`; says whether it was there."""


class Taken(Quiet, frozen=True, kw_only=True):
    """The state of an allowance after a try."""

    allowed: bool
    remaining: int
    limit: int
    reset_after: float
    """Seconds until the allowance is full again; where refused, until as much may be taken."""


class Clients(Protocol):
    """The registered clients and their grants."""

    async def client(self, client_id: str) -> Client | None:
        """One client."""

    async def clients(self) -> Sequence[Client]:
        """All clients."""

    async def save_client(self, client: Client, *, oleh: str) -> None:
        """Add a client or change it. Raises Conflict."""

    async def update_client(
        self, client_id: str, step: Callable[[Client], Client], *, oleh: str, peristiwa: str
    ) -> Client:
        """Store what `step` makes of a client, while nobody else can change it.

        `peristiwa` is what the admin log calls it. Raises NotFound, and whatever `step` raises.
        """

    async def secrets(self, client_id: str) -> Sequence[SecretRow]:
        """The secrets of a client that are live now."""

    async def add_secret(self, secret: SecretRow, *, oleh: str) -> None:
        """Give a client a secret. Raises Conflict where two are live."""

    async def end_secret(
        self, secret: SecretRow, *, not_before: datetime | None, oleh: str
    ) -> None:
        """Have a secret end when the row says.

        `not_before`: from which issue on the client's tokens hold; None = as it was. Raises
        NotFound without such a secret, and where it ends before that anyway.
        """

    async def grant(self, grant_id: str) -> Grant | None:
        """The newest version."""

    async def grants_of(self, client_id: str) -> Sequence[Grant]:
        """The newest version of each of a client's grants."""

    async def grant_history(self, grant_id: str) -> Sequence[Grant]:
        """Every version, oldest first."""

    async def append_grant(self, grant: Grant, *, oleh: str) -> None:
        """Store the next version. Raises Conflict where that version exists already."""


class KondisiPpks(Quiet, frozen=True, kw_only=True):
    """What a caller filters PPKS records by. None = not filtered."""

    kode_wilayah: str | None = None
    kategori: str | None = None
    status: str | None = None
    diubah_sejak: datetime | None = None
    nik: str | None = None
    nama_lengkap: str | None = None
    tanggal_lahir: date | None = None


class HalamanPpks(Quiet, frozen=True, kw_only=True):
    """One page: rows of granted columns in the order (diubah_pada, id), and where it ended."""

    items: tuple[dict[str, Any], ...]
    lanjut: tuple[datetime, str] | None
    """Key of the last row where more follow, else None."""
    rujukan: tuple[str, ...]
    """Reference keys of those whose records these are, however little the view tells of them."""


class PpksStore(Protocol):
    """Reads PPKS records through a view; what the view does not show does not exist."""

    async def page(
        self, view: View, kondisi: KondisiPpks, after: tuple[datetime, str] | None, limit: int
    ) -> HalamanPpks:
        """One page in the order (diubah_pada, id), after a position."""

    async def one(self, view: View, ppks_id: str) -> dict[str, Any] | None:
        """One record, or None where it is missing or outside the view."""


class StatistikStore(Protocol):
    """Counts PPKS records within a view, and tells no record."""

    async def hitung(self, view: View, hitungan: Hitungan, most: int) -> Sequence[Sel]:
        """Up to `most` cells, in the order of their values."""

    async def terbitan(
        self, view: View, permintaan: PermintaanTerbitan, most: int
    ) -> Sequence[Terbitan]:
        """Up to `most` published counts, ordered by area, kind and year."""


class HitunganImpor(Quiet, frozen=True, kw_only=True):
    """What became of a batch: records that are new, changed, or as they were."""

    baru: int = 0
    berubah: int = 0
    tetap: int = 0

    def __add__(self, other: "HitunganImpor") -> "HitunganImpor":
        return HitunganImpor(
            baru=self.baru + other.baru,
            berubah=self.berubah + other.berubah,
            tetap=self.tetap + other.tetap,
        )


class ImportStore(Protocol):
    """Writes what outside systems told. The same content twice changes nothing."""

    def identity(self, isi: Isi) -> str:
        """The name under which a content is the same content again; free of personal data."""

    async def save(
        self, isi: Sequence[Isi], *, dry_run: bool, sewa: Sewa | None = None
    ) -> HitunganImpor:
        """Store one batch in one transaction (or, in a dry run, only count).

        `sewa`: the hold under which it is stored. Raises LeaseLost where that is over.
        """

    async def journal(self, ringkasan: RingkasanImpor) -> None:
        """Note that a file was taken in."""


class Seen(Protocol):
    """Remembers names without growing in memory, to find a name that comes twice in one file."""

    def add(self, names: Sequence[str]) -> Sequence[bool]:
        """For each name, whether it is new (True) or came before, in this call or an earlier."""


class WilayahStore(Protocol):
    """The table of areas below the regencies."""

    async def load(self, areas: Iterable[Wilayah]) -> int:
        """Insert or update; answers how many areas the table now holds."""

    def all(self) -> AsyncIterator[Wilayah]:
        """Every loaded area, in the order of the codes."""
