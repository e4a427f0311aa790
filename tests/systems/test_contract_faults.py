"""However a system fails on the wire, its adapter raises one kind of failure, and says which."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from gateway.domain.outcome import REACTIONS, UpstreamFailure
from gateway.domain.person import Penduduk
from gateway.domain.systems import FeedbackItem
from gateway.infra.systems import discover
from gateway.kit.faults import Faults
from tests.systems.guests import Guest, invented_world, visiting

SPECS = discover()


async def _lookup(guest: Guest, world: Any) -> object:
    return await guest.system.resident_lookup.lookup(world.penduduk[0].nik)


async def _verify(guest: Guest, world: Any) -> object:
    known = world.penduduk[0]
    told = Penduduk(nik=known.nik, nama_lengkap=known.nama_lengkap)
    return await guest.system.resident_verification.verify(told)


async def _read(guest: Guest, world: Any) -> object:
    return [page async for page in guest.system.record_source.read(None)]


async def _push(guest: Guest, world: Any) -> object:
    return await guest.system.record_sink.push(world.rekaman)


async def _reply(guest: Guest, world: Any) -> object:
    return await guest.system.complaint_channel.reply(world.pengaduan[0], "Terima kasih")


async def _send(guest: Guest, world: Any) -> object:
    item = FeedbackItem(nik=world.penduduk[0].nik, param=({"layanan": "CONTOH"},))
    return await guest.system.feedback.send([item])


CALLS: dict[str, Callable[[Guest, Any], Awaitable[object]]] = {
    "resident_lookup": _lookup,
    "resident_verification": _verify,
    "record_source": _read,
    "record_sink": _push,
    "complaint_channel": _reply,
    "feedback": _send,
}
FAULTS = {
    "slow": Faults(slow_seconds=3600),
    "cut_body": Faults(cut_body=True),
    "html": Faults(html=True),
    "empty": Faults(empty=True),
    "refuse": Faults(refuse=True),
    **{
        f"status-{status}": Faults(status=status, body='{"message": "galat"}')
        for status in (204, 302, 400, 401, 403, 404, 408, 410, 418, 429, 500, 502, 503, 504)
    },
    "not-json": Faults(status=200, body="<xml/>"),
    "other-json": Faults(status=200, body='["bukan", {"yang": "diharapkan"}]'),
    "deep-json": Faults(status=200, body="[" * 100_000),
    "number": Faults(status=200, body="1e400"),
    "plain-500": Faults(status=500, body="\x00galat"),
}
MEETINGS = [
    pytest.param(spec, capability, fault, id=f"{name}-{capability}-{fault_name}")
    for name, spec in SPECS.items()
    for capability in CALLS
    if capability in spec.capabilities
    for fault_name, fault in FAULTS.items()
]


@pytest.mark.parametrize(("spec", "capability", "fault"), MEETINGS)
async def test_a_fault_on_the_wire_is_a_typed_failure_without_data(spec, capability, fault):
    world = invented_world(spec.name)
    patience = 0.01 if fault.slow_seconds else None
    async with visiting(spec, world, patience=patience) as guest:
        guest.simulator.faults = fault
        with pytest.raises(UpstreamFailure) as failure:
            await CALLS[capability](guest, world)
        guest.simulator.faults = Faults()
        guest.system.health()
    assert not REACTIONS[failure.value.outcome].about_person
    assert world.penduduk[0].nik not in f"{failure.value!r}{failure.value.hint}"
    assert "Bantuan belum" not in str(failure.value)


@pytest.mark.parametrize(
    ("spec", "capability"),
    [
        pytest.param(spec, capability, id=f"{name}-{capability}")
        for name, spec in SPECS.items()
        for capability in CALLS
        if capability in spec.capabilities
    ],
)
async def test_after_a_fault_the_next_call_is_served(spec, capability):
    world = invented_world(spec.name)
    async with visiting(spec, world) as guest:
        guest.simulator.faults = Faults(html=True)
        with pytest.raises(UpstreamFailure):
            await CALLS[capability](guest, world)
        guest.simulator.faults = Faults()
        assert await CALLS[capability](guest, world)
