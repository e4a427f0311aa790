"""What an outside system is to the gateway: its calling card and what it can do.

An adapter's package exports `spec`, a `SystemSpec`. The gateway composes by capability: a field of
`System` that is not None is a thing the system can do.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Protocol

import msgspec

from gateway.domain.complaint import Pengaduan, StatusPesan
from gateway.domain.importing import FileSource, WilayahIndex
from gateway.domain.matching.reasons import Alasan
from gateway.domain.outcome import Outcome
from gateway.domain.person import NilaiAsli, Penduduk, Peringatan
from gateway.domain.ppks import RekamanPpks
from gateway.domain.registry_terms import Ketentuan
from gateway.kit.clock import Clock
from gateway.kit.struct import Quiet
from gateway.kit.transport import BreakerState, HttpFactory


class Capability(StrEnum):
    """What a system may offer."""

    RESIDENT_LOOKUP = "resident_lookup"
    RESIDENT_VERIFICATION = "resident_verification"
    RECORD_SOURCE = "record_source"
    RECORD_SINK = "record_sink"
    RECORD_DIGESTS = "record_digests"
    FILE_SOURCE = "file_source"
    COMPLAINT_CHANNEL = "complaint_channel"
    FEEDBACK = "feedback"
    HEALTH = "health"


class LookupAnswer(Quiet, frozen=True, kw_only=True):
    """A final answer about one NIK. `penduduk` is set for FOUND and, by policy, FOUND_DUPLICATE."""

    outcome: Outcome
    penduduk: Penduduk | None = None
    asli: dict[str, NilaiAsli] = {}
    peringatan: tuple[Peringatan, ...] = ()
    kuota_sisa: int | None = None


class ResidentLookup(Protocol):
    """Tells a resident's attributes by NIK."""

    async def lookup(self, nik: str, *, caller_ip: str | None = None) -> LookupAnswer:
        """Ask for one NIK (16 digits). Raises UpstreamFailure where no answer was had."""


class HasilPadan(StrEnum):
    """The verdict on one element."""

    SESUAI = "SESUAI"
    MIRIP = "MIRIP"
    """Alike, but not enough; only the gateway itself says so."""
    TIDAK_SESUAI = "TIDAK_SESUAI"
    TIDAK_DIPERIKSA = "TIDAK_DIPERIKSA"


class VerdictElemen(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One element's verdict; `skor` 0-100 where there is one and it may be told."""

    hasil: HasilPadan
    skor: int | None = None
    ambang: int | None = None
    alasan: tuple[Alasan, ...] = ()
    penilai: str | None = None
    """Who judged: the name of the system that was asked, or `gateway`."""


class VerifyAnswer(Quiet, frozen=True, kw_only=True):
    """Verdicts per canonical attribute name; a composite one part by part, as `alamat.rt`.

    Empty where the outcome is neither FOUND nor an accepted FOUND_DUPLICATE.
    """

    outcome: Outcome
    elemen: dict[str, VerdictElemen] = {}
    kuota_sisa: int | None = None


class ResidentVerification(Protocol):
    """Compares told elements with the registry, disclosing nothing."""

    async def verify(self, penduduk: Penduduk, *, caller_ip: str | None = None) -> VerifyAnswer:
        """`penduduk.nik` is set; every other attribute that is set is compared."""


class SourceBatch(Quiet, frozen=True, kw_only=True):
    """One page of a system's records, and the cursor that continues after it."""

    rekaman: tuple[RekamanPpks, ...]
    cursor: str | None
    """Opaque to the gateway: reading from here brings what came after this page.

    None where the source has nothing to go on from.
    """
    ditolak: tuple[Peringatan, ...] = ()
    """Records that could not be read; they are counted and reported, never dropped silently."""
    dari_awal: bool = False
    """Whether this is the first page of a reading of everything, though a cursor was given."""
    gema: tuple[str, ...] = ()
    """Names of records whose present version the gateway itself wrote there."""
    tak_terbaca: tuple[str, ...] = ()
    """Names, as far as they have one, of records that could not be read: they are there."""


class RecordSource(Protocol):
    """Gives PPKS records, all or since a cursor."""

    def read(self, cursor: str | None) -> AsyncIterator[SourceBatch]:
        """Pages in a stable order from the cursor (None = from the beginning)."""


class PushOutcome(StrEnum):
    """What the other side did with a pushed record."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"
    REFUSED = "refused"


class PushResult(Quiet, frozen=True, kw_only=True, omit_defaults=True):
    """The outcome of one pushed record, in the order of the request."""

    id_rekaman: str
    outcome: PushOutcome
    id_jauh: str | None = None
    versi_jauh: str | None = None
    alasan: str | None = None


class VersiJauh(msgspec.Struct, frozen=True, kw_only=True):
    """A record as it lies over there."""

    id: str
    versi: str | None


class RecordSink(Protocol):
    """Accepts PPKS records. Pushing the same record again changes nothing."""

    async def push(
        self,
        rekaman: Sequence[RekamanPpks],
        atas: Mapping[str, VersiJauh] = MappingProxyType({}),
    ) -> tuple[PushResult, ...]:
        """Push a batch; one result per record. Raises UpstreamFailure for the batch as a whole.

        `atas`: by `id_sumber`, what over there is to be replaced, whoever wrote it.
        """


class SidikWilayah(msgspec.Struct, frozen=True, kw_only=True):
    """How many records of ours lie in an area over there, and the sum of their digests."""

    kode: str
    """Kemendagri code; empty for what lies in no area."""
    jumlah: int
    sidik: bytes
    """16 bytes: the digests of all records in it added up as numbers, modulo 2**128."""


class RecordDigests(Protocol):
    """Tells by digests what a system holds of the records that were pushed to it."""

    def of(self, rekaman: RekamanPpks) -> bytes:
        """Digest (16 bytes) of the name and content that lie there once this is accepted."""

    async def areas(self, kode: str | None) -> Sequence[SidikWilayah]:
        """The areas one level below `kode`; None = the highest ones. Raises UpstreamFailure."""

    async def records(self, kode: str) -> Mapping[str, bytes]:
        """`id_sumber` of each record in exactly this area, and its digest.

        Raises UpstreamFailure.
        """


class InboundBatch(Quiet, frozen=True, kw_only=True):
    """What one webhook call carried. A repeated delivery gives the same identifiers again."""

    pengaduan: tuple[Pengaduan, ...] = ()
    status: tuple[StatusPesan, ...] = ()
    diabaikan: tuple[str, ...] = ()
    """Kinds of events that were understood to be of no interest."""


class WebhookRefused(Exception):
    """The call did not prove that it comes from the channel's operator. `reason` is for the log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ComplaintChannel(Protocol):
    """Receives messages by webhook and sends replies."""

    def handshake(self, query: Mapping[str, str]) -> str:
        """The text that proves this endpoint to the operator. Raises WebhookRefused."""

    def receive(self, headers: Mapping[str, str], body: bytes) -> InboundBatch:
        """Check the signature over the raw bytes, then read. Raises WebhookRefused."""

    async def reply(self, pengaduan: Pengaduan, teks: str) -> str:
        """Send a reply; answers the id of the sent message. Raises UpstreamFailure."""


class FeedbackItem(Quiet, frozen=True, kw_only=True):
    """One use of a person's data that is owed back to the source (data balikan)."""

    nik: str
    param: tuple[dict[str, str], ...]


class FeedbackOutcome(StrEnum):
    """A repeat counts as done."""

    DONE = "done"
    ALREADY_DONE = "already_done"


class Feedback(Protocol):
    """Sends data balikan."""

    @property
    def at_once(self) -> int:
        """Persons that one call takes."""

    async def send(self, items: Sequence[FeedbackItem]) -> FeedbackOutcome:
        """Send the items. Raises UpstreamFailure; sending all of them again does no harm then."""


class Health(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One look at a system, from what its last calls showed; makes no billed call."""

    breakers: dict[str, BreakerState] = {}
    kuota_sisa: int | None = None
    kuota_pada: datetime | None = None
    """When the remaining quota was last told."""
    catatan: str | None = None


class System(Quiet, frozen=True, kw_only=True):
    """A connected system. A field that is set is a capability."""

    resident_lookup: ResidentLookup | None = None
    resident_verification: ResidentVerification | None = None
    record_source: RecordSource | None = None
    record_sink: RecordSink | None = None
    record_digests: RecordDigests | None = None
    complaint_channel: ComplaintChannel | None = None
    feedback: Feedback | None = None
    ketentuan: Ketentuan | None = None
    """What its account allows by the day and the clock; None = nothing to be watched."""
    health: Callable[[], Health]
    close: Callable[[], Awaitable[None]]


class Outside(Quiet, frozen=True, kw_only=True):
    """What an adapter gets from the house when it is connected."""

    http: HttpFactory
    clock: Clock
    wilayah: WilayahIndex


class World(Quiet, frozen=True, kw_only=True):
    """The invented people and records that a simulator serves."""

    seed: int = 64
    penduduk: tuple[Penduduk, ...] = ()
    rekaman: tuple[RekamanPpks, ...] = ()
    pengaduan: tuple[Pengaduan, ...] = ()


Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]


class SystemSpec(msgspec.Struct, frozen=True, kw_only=True):
    """The calling card that an adapter's package exports as `spec`.

    `config` is a Struct whose fields are read from `GATEWAY_<NAME>_<FIELD>`; it has a field `url`
    (empty = the system is not connected) and a default for every other field, and each field's
    `msgspec.Meta(description=...)` says what it is.
    """

    name: str
    """The folder's name, for example `siks_ng`; shown to people with a dash: `siks-ng`."""
    title: str
    config: type[msgspec.Struct]
    capabilities: frozenset[Capability]
    connect: Callable[[Any, Outside], System]
    """(config, outside) -> System; makes no network call. Raises ValueError for a bad config."""
    simulator: Callable[[Any, World], AsgiApp]
    """(config, world) -> a server that speaks the system's protocol to whoever holds `config`."""
    sandbox: Mapping[str, str] = {}
    """Config values (by field name, without `url`) that connect the sandbox to the simulator.

    A complaint channel's config also has a field `callback_url`, and its simulator delivers the
    world's complaints there on `POST /_deliver`.
    """
    file_source: Callable[[Any], FileSource] | None = None

    @property
    def slug(self) -> str:
        """The name as people write it."""
        return self.name.replace("_", "-")
