"""No NIK, name or password leaves by the log, an exception or a repr, whatever the service says."""

import logging
import traceback

import pytest

from gateway.domain.outcome import UpstreamFailure
from gateway.domain.systems import FeedbackItem
from gateway.kit.struct import Quiet
from tests.systems.dukcapil.support import NIK, PASSWORD, SATU, TOKEN, Fixed, Sim, connected, page

NAME = "CONTOH PALSU SATU"
ANSWERS = [
    page({"NIK": int(NIK), "NAMA_LGKP": NAME, "FOTO": "/9j/contohfoto"}),
    page({"NIK": 9999995708900001, "NAMA_LGKP": NAME}),
    page({"RESPON": f"{NIK} {NAME}"}),
    page({"RESPONSE_CODE": f"{NIK}", "RESPON": NAME}),
    page({"RESPONSE_CODE": "03", "RESPON": f"Login Gagal {PASSWORD}"}),
    f'{{"content":[{{"NIK":{NIK},"NAMA_LGKP":"{NAME}'.encode(),
    f"<html>{NIK} {NAME}</html>".encode(),
    f'{{"content":[{{"NAMA_LGKP":"{NAME} {NIK} '.encode() + b'\xff"}]}',
    f'["{NIK} {NAME}"]'.encode(),
]


def everything_said(error: BaseException) -> str:
    """The texts and reprs of an exception and all that hang on it."""
    said = "".join(traceback.format_exception(error))
    while error is not None:
        said += repr(error) + repr(error.args) + repr(vars(error))
        error = error.__cause__ or error.__context__
    return said


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("status", [200, 500])
async def test_d41_logs_and_exceptions_hold_no_personal_data_and_no_secret(answer, status, caplog):
    caplog.set_level(logging.DEBUG)
    said = ""
    async with connected(Fixed(answer, status)) as system:
        for ask in (
            lambda: system.resident_lookup.lookup(NIK),
            lambda: system.resident_verification.verify(SATU),
            lambda: system.feedback.send([FeedbackItem(nik=NIK, param=({"NAMA": NAME},))]),
        ):
            try:
                said += repr(await ask())
            except UpstreamFailure as failure:
                said += everything_said(failure)
        said += repr(system) + repr(system.health())
    said += "".join(record.getMessage() + repr(vars(record)) for record in caplog.records)
    for secret in (NIK, "9999995708900001", NAME, PASSWORD, TOKEN, "contohfoto"):
        assert secret not in said


async def test_d11_a_photo_goes_nowhere():
    sim = Sim()
    await sim.control(photo=True)
    async with sim.connected() as system:
        answer = await system.resident_lookup.lookup(NIK)
    assert isinstance(answer, Quiet)
    assert "/9j/" not in str(vars_of(answer))


async def test_a_number_that_strays_into_a_coded_field_is_not_kept_as_its_raw_value():
    row = {"NIK": int(NIK), "STATUS_KAWIN": NIK, "NO_PROP": int(NIK), "NO_KAB": 73}
    async with connected(Fixed(page(row))) as system:
        answer = await system.resident_lookup.lookup(NIK)
    assert NIK not in "".join(raw.teks for raw in answer.asli.values())


def vars_of(answer):
    return {name: getattr(answer, name) for name in answer.__struct_fields__}
