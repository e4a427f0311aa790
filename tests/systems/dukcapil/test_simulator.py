"""The simulator, met by a plain client that is not ours."""

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.dukcapil import spec
from gateway.domain.nik import parse_nik
from tests.systems.dukcapil.support import NIK, PASSWORD, TOKEN, Sim, call, config

LOOKUP = "/dukcapil/get_json/CONTOH_DINSOS/CALL_NIK"
VERIFY = "/dukcapil/get_json/CONTOH_DINSOS/CALL_VERIFY_BY_ELEMEN"
FEEDBACK = "/databalikan/api/store"
LOGIN = {"user_id": "contoh", "password": PASSWORD, "IP_USER": "10.0.0.10"}


async def rows(sim, path, told):
    body = told if isinstance(told, bytes) else msgspec.json.encode(told)
    status, answer = await sim.call("POST", path, body)
    assert status == 200
    return msgspec.json.decode(answer)["content"]


async def test_numbers_go_out_as_unpadded_json_integers():
    _, body = await Sim().call("POST", LOOKUP, msgspec.json.encode({**LOGIN, "nik": NIK}))
    assert b'"NIK":9999995708909999' in body
    assert b'"NO_RT":5' in body
    assert b'"NAMA_LGKP_IBU":"CONTOH IBU "' in body
    assert b'"firstPage":true' in body


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (b"", "07"),
        (b"[]", "07"),
        (b'{"nik":', "07"),
        (b"\xff\xfe", "07"),
        ({}, "09"),
        ({**LOGIN, "user_id": ""}, "09"),
        ({**LOGIN, "IP_USER": None}, "09"),
        ({**LOGIN, "password": "salah"}, "03"),
        ({**LOGIN, "password": ["salah"]}, "03"),
        ({**LOGIN, "IP_USER": "10.0.0.99"}, "04"),
        (LOGIN, "07"),
        ({**LOGIN, "nik": "123"}, "15"),
        ({**LOGIN, "nik": {"a": 1}}, "15"),
        ({**LOGIN, "nik": 9999991708809998}, "13"),
    ],
)
async def test_refusals_come_as_pages_with_a_code(told, code):
    [row] = await rows(Sim(), LOOKUP, told)
    assert row["RESPONSE_CODE"] == code


@pytest.mark.parametrize(
    ("control", "code"),
    [
        ({"institution_active": False}, "16"),
        ({"user_active": False}, "17"),
        ({"hours": "01:00-02:00"}, "06"),
        ({"hours": "22:00-02:00"}, "06"),
        ({"quota": 0}, "05"),
        ({"force_code": "02"}, "02"),
        ({"force_code": "99"}, "99"),
    ],
)
async def test_the_control_decides_on_user_hours_and_quota(control, code):
    sim = Sim()
    await sim.control(**control)
    [row] = await rows(sim, LOOKUP, {**LOGIN, "nik": NIK})
    assert row["RESPONSE_CODE"] == code


@pytest.mark.parametrize("hours", ["09:00-11:00", "22:00-11:00"])
async def test_within_the_hours_it_answers(hours):
    sim = Sim()
    await sim.control(hours=hours)
    [row] = await rows(sim, LOOKUP, {**LOGIN, "nik": NIK})
    assert row["NIK"] == int(NIK)


async def test_the_old_style_has_texts_only_and_no_quota():
    sim = Sim(config(daily_quota=10))
    await sim.control(style="texts")
    status, body = await sim.call(
        "POST", LOOKUP, msgspec.json.encode({**LOGIN, "nik": "9999991708809998"})
    )
    page = msgspec.json.decode(body)
    assert status == 200
    assert page["content"] == [{"RESPON": "Data Tidak Ditemukan"}]
    assert "quotaLimiter" not in page


async def test_every_answered_call_costs_quota_and_refused_ones_cost_none():
    sim = Sim(config(daily_quota=10))
    await rows(sim, LOOKUP, {**LOGIN, "nik": NIK})
    await rows(sim, VERIFY, {**LOGIN, "nik": NIK, "TRESHOLD": 80})
    await rows(sim, LOOKUP, {**LOGIN, "password": "salah"})
    assert (await sim.control())["quota_left"] == 8


@pytest.mark.parametrize("threshold", [None, "", "abc", "1000", {}])
async def test_a_verification_needs_a_threshold(threshold):
    told = {**LOGIN, "NIK": NIK, "NAMA_LGKP": "CONTOH", "TRESHOLD": threshold}
    [row] = await rows(Sim(), VERIFY, told)
    assert row["RESPONSE_CODE"] == "07"


@pytest.mark.parametrize(
    "body", [b"", b"[", b"[]", b'{"style":"lain"}', b'{"quota":-1}', b'{"x":1}', b'{"hours":"8"}']
)
async def test_a_wrong_control_is_refused_and_changes_nothing(body):
    sim = Sim()
    before = await sim.control()
    status, _ = await sim.call("PUT", "/_control", body)
    assert status == 400
    assert msgspec.json.decode((await sim.call("GET", "/_control"))[1]) == before


@pytest.mark.parametrize(("method", "path"), [("GET", LOOKUP), ("POST", "/dukcapil/lain")])
async def test_other_methods_and_paths_are_plain_http_errors(method, path):
    assert (await Sim().call(method, path))[0] in (404, 405)


@pytest.mark.parametrize("form", ["a", "b"])
@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("", b""),
        ("application/json", b"[]"),
        ("application/json", b'[{"id_lembaga":1}]'),
        ("multipart/form-data", b"--x\r\n"),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n\xff\r\n--x--"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="nik"\r\n\r\n1\r\n--x--',
        ),
    ],
)
async def test_malformed_feedback_is_refused(form, content_type, body):
    sim = Sim(config(feedback_form=form))
    headers = {"authorization": f"Bearer {TOKEN}", "content_type": content_type}
    assert (await sim.call("POST", FEEDBACK, body, **headers))[0] == 400
    assert (await sim.call("POST", FEEDBACK, body))[0] == 401


@given(st.binary(max_size=60) | st.text(max_size=60).map(msgspec.json.encode))
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_body_gets_an_answer_in_the_shape_of_the_protocol(body):
    sim = Sim()
    assert "RESPONSE_CODE" in (await rows(sim, LOOKUP, body))[0]
    assert "RESPONSE_CODE" in (await rows(sim, VERIFY, body))[0]


async def test_it_serves_below_a_prefix():
    sim = Sim()

    async def below(scope, receive, send) -> None:
        path = "/palsu/dukcapil" + scope["path"]
        await sim.app({**scope, "path": path, "root_path": "/palsu/dukcapil"}, receive, send)

    status, body = await call(below, "POST", LOOKUP, msgspec.json.encode({**LOGIN, "nik": NIK}))
    assert status == 200
    assert int(NIK) == msgspec.json.decode(body)["content"][0]["NIK"]
    assert parse_nik(NIK)


def test_the_sandbox_settings_name_fields_of_the_configuration():
    assert set(spec.sandbox) <= set(spec.config.__struct_fields__)
    assert "url" not in spec.sandbox
