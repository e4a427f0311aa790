"""State and rules of the simulated SIJOSKU: what it holds, what goes wrong, what it answers."""

import hmac
from itertools import count
from typing import Any, Final, Literal

import msgspec
from msgspec import structs

from adapters.sijosku.config import Config
from adapters.sijosku.digests import TANPA_WILAYAH, RecordDigest
from adapters.sijosku.outbound import ke_wire
from adapters.sijosku.reading import RekamanDitolak, as_text
from adapters.sijosku.schema import (
    HasilWire,
    JawabanKirimWire,
    JawabanRinciWire,
    JawabanWilayahWire,
    KirimanWire,
    RekamanWire,
    SidikRekamanWire,
    SidikWilayahWire,
)
from adapters.sijosku.simulator_store import ASAL_SENDIRI, Store
from adapters.sijosku.wire import FieldNames
from gateway.domain.area_digests import AreaDigests
from gateway.domain.systems import World
from gateway.kit.clock import Clock

_ONCE: Final = {"restart": None, "edit": None, "delete": None}


class Edit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A change that an operator of SIJOSKU makes at the desk."""

    id: str
    set: dict[str, Any] = {}


class Control(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """What goes wrong with the next answers (defaults = nothing), and what happens once, now."""

    answer_late_seconds: float = 0.0
    """Does the work, then waits so long before it answers."""
    answer_twice: bool = False
    """Names every result of a push twice."""
    lose_acknowledgement: bool = False
    """Keeps what was pushed, then answers 504 as a proxy does that gave up waiting."""
    duplicate_items: bool = False
    """Begins each page of the feed with the end of the page before."""
    busy_seconds: int = 0
    """Answers 429 with this Retry-After."""
    quota_spent: bool = False
    """Answers 429 with the code KUOTA_HABIS."""
    times: int | None = None
    """After so many answers nothing is wrong any more; null = until told otherwise."""
    restart: Literal["with_memory", "without_memory"] | None = None
    """Starts again: with its records, or as on the first day, so that cursors no longer hold."""
    edit: Edit | None = None
    delete: str | None = None
    """Id of a record that an operator deletes."""


class Server:
    """State of one simulated SIJOSKU; answers are (status, body, headers)."""

    def __init__(self, config: Config, world: World, clock: Clock) -> None:
        self._config = config
        self._names = FieldNames(config.field_names)
        self._digest = RecordDigest(config)
        self._records = [ke_wire(one, asal=ASAL_SENDIRI) for one in world.rekaman]
        self._clock = clock
        self._numbers = count(1)
        self.control = Control()
        self.restart("without_memory")

    def restart(self, how: str) -> None:
        """Forget the answers given so far, and with `without_memory` everything else too."""
        self._given: dict[str, bytes] = {}
        if how == "without_memory":
            self._store = Store(self._records, self._clock, self._numbers)
            self._end_of_page: RekamanWire | None = None

    def set_control(self, control: Control) -> None:
        """Do what happens once; keep the rest for the next answers. Raises KeyError."""
        if control.restart:
            self.restart(control.restart)
        if control.edit:
            self._store.edit(control.edit.id, control.edit.set)
        if control.delete:
            self._store.delete(control.delete)
        self.control = structs.replace(control, **_ONCE)

    def spend_fault(self) -> Control:
        """The faults of one answer; counts it."""
        control = self.control
        if control.times is not None:
            left = control.times - 1
            self.control = structs.replace(control, times=left) if left > 0 else Control()
        return control

    def knows(self, header: str | None) -> bool:
        """Whether the token header is the configured one."""
        config = self._config
        expected = f"{config.auth_scheme} {config.token.reveal()}".strip()
        return hmac.compare_digest((header or "").encode(), expected.encode())

    def list_page(self, cursor: str | None, limit: int, control: Control) -> bytes:
        """One page of the feed. Raises CursorUnknown."""
        records, after, more = self._store.page(cursor, limit)
        before, self._end_of_page = self._end_of_page, records[-1] if records else None
        if control.duplicate_items and cursor is not None and before is not None:
            records.insert(0, before)
        return msgspec.json.encode(
            {
                "data": [msgspec.Raw(self._names.encode(record)) for record in records],
                "kursor": after,
                "masih_ada": more,
            }
        )

    def digests(self, asal: str, kode: str | None, *, in_detail: bool) -> bytes:
        """What one system's records come to, one level below an area or record by record."""
        here = "" if kode in (None, TANPA_WILAYAH) else kode or ""
        sums = AreaDigests()
        found: list[SidikRekamanWire] = []
        for key, record in self._store.pushed_by(asal):
            area, digest = str(as_text(record.kode_wilayah) or ""), self._digest(key, record)
            sums.add(area, digest)
            if area == here:
                found.append(SidikRekamanWire(kunci=key, sidik=digest.hex()))
        areas = [
            SidikWilayahWire(kode=one.kode, jumlah=one.jumlah, sidik=one.sidik.hex())
            for one in sums.below(kode).values()
        ]
        if in_detail:
            return msgspec.json.encode(JawabanRinciWire(rekaman=tuple(found)))
        return msgspec.json.encode(JawabanWilayahWire(wilayah=tuple(areas)))

    def accept(self, body: bytes, key: str | None, control: Control) -> bytes:
        """Take a batch; the same key gets the same answer. Raises as msgspec does."""
        if key and key in self._given:
            return self._given[key]
        batch = msgspec.json.decode(body, type=KirimanWire)
        results = [self._accept_one(item, batch.asal) for item in batch.data]
        if control.answer_twice:
            results = [result for result in results for _ in range(2)]
        answer = msgspec.json.encode(JawabanKirimWire(hasil=tuple(results)))
        if key:
            self._given[key] = answer
        return answer

    def _accept_one(self, item: msgspec.Raw, asal: str) -> HasilWire:
        try:
            record, _ = self._names.decode(item)
        except RekamanDitolak as refusal:
            return HasilWire(kunci="", hasil="ditolak", alasan=refusal.kode)
        return self._store.push(record, asal)
