"""Pushes records to SIJOSKU; the same content again changes nothing there."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

import msgspec
from msgspec import UNSET, structs

from adapters.sijosku.codes import HASIL
from adapters.sijosku.config import Config
from adapters.sijosku.inbound import ID_DARI_NIK, id_sendiri
from adapters.sijosku.outbound import ke_wire, kunci
from adapters.sijosku.remote import Remote
from adapters.sijosku.schema import HasilWire, JawabanKirimWire, KirimanWire, RekamanWire
from adapters.sijosku.wire import FieldNames
from gateway.domain.ppks import RekamanPpks
from gateway.domain.systems import PushOutcome, PushResult, VersiJauh
from gateway.kit.ids import new_id
from gateway.kit.mask import mask_text

PUSH: Final = "push"
_UNNAMED: Final = frozenset({"", ID_DARI_NIK})


class SijoskuSink:
    """Implements `RecordSink`."""

    def __init__(self, remote: Remote, config: Config) -> None:
        self._remote = remote
        self._config = config
        self._names = FieldNames(config.field_names)

    async def push(
        self,
        rekaman: Sequence[RekamanPpks],
        atas: Mapping[str, VersiJauh] = MappingProxyType({}),
    ) -> tuple[PushResult, ...]:
        """Push in calls of `push_size`; results in the order of `rekaman`.

        Raises UpstreamFailure; what was accepted before it stays accepted and is recognised when
        the batch is pushed again.
        """
        results: dict[str, PushResult] = {}
        for part in _parts([one for one in rekaman if _has_name(one)], self._config.push_size):
            results |= await self._push_part(part, atas)
        return tuple(results[kunci(one)] if _has_name(one) else _nameless(one) for one in rekaman)

    async def _push_part(
        self, part: Sequence[RekamanPpks], atas: Mapping[str, VersiJauh]
    ) -> Mapping[str, PushResult]:
        body = self._body(part, atas)
        # Of this call and its retries alone: what lies there may have changed since the same body
        # was pushed before, and the answer of then would be given for it.
        answer = await self._remote.post(PUSH, self._config.push_path, body, new_id())
        told = self._remote.understood(PUSH, answer, JawabanKirimWire)
        # An answer may name a record twice: what was said first holds.
        by_key = {hasil.kunci: hasil for hasil in reversed(told.hasil)}
        return {kunci(one): self._result(one, by_key.get(kunci(one))) for one in part}

    def _result(self, rekaman: RekamanPpks, hasil: HasilWire | None) -> PushResult:
        if hasil is None:
            raise self._remote.malformed(PUSH, "hasil tidak menyebut setiap rekaman")
        outcome = HASIL.get(hasil.hasil)
        if outcome is None:
            raise self._remote.malformed(PUSH, "hasil berisi kata yang tidak dikenal")
        return PushResult(
            id_rekaman=rekaman.id_sumber,
            outcome=outcome,
            # It is kept as it is: one that is a NIK must not be.
            id_jauh=id_sendiri(RekamanWire(id=hasil.id)),
            versi_jauh=None if hasil.versi is None else mask_text(str(hasil.versi)),
            alasan=hasil.alasan and mask_text(hasil.alasan),
        )

    def _body(self, part: Sequence[RekamanPpks], atas: Mapping[str, VersiJauh]) -> bytes:
        origin = self._config.origin
        told = (_upon(ke_wire(one, asal=origin), atas.get(one.id_sumber)) for one in part)
        items = map(self._names.encode, told)
        batch = KirimanWire(asal=origin, data=tuple(msgspec.Raw(item) for item in items))
        return msgspec.json.encode(batch)


def _upon(wire: RekamanWire, there: VersiJauh | None) -> RekamanWire:
    """Under our key all the same: where the record is lost, it is made anew as ours."""
    if there is None:
        return wire
    return structs.replace(wire, id=there.id, versi=there.versi or UNSET)


def _has_name(rekaman: RekamanPpks) -> bool:
    return rekaman.id_sumber not in _UNNAMED


def _parts(rekaman: Sequence[RekamanPpks], size: int) -> Iterator[Sequence[RekamanPpks]]:
    for start in range(0, len(rekaman), size):
        yield rekaman[start : start + size]


def _nameless(rekaman: RekamanPpks) -> PushResult:
    return PushResult(
        id_rekaman=rekaman.id_sumber,
        outcome=PushOutcome.REFUSED,
        alasan="rekaman belum mempunyai id yang tetap",
    )
