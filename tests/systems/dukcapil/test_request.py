"""Requests go out exactly as a deployment wants them; the bodies themselves are golden cases."""

import base64
from typing import get_type_hints

import msgspec
import pytest

from adapters.dukcapil.client import connect
from adapters.dukcapil.config import Config
from gateway.domain.outcome import Outcome, UpstreamFailure
from gateway.domain.systems import Outside
from gateway.kit.clock import ManualClock
from gateway.kit.http import HttpPools
from gateway.kit.secret import Secret
from tests.systems.dukcapil.support import (
    NIK,
    NOW,
    PASSWORD,
    SATU,
    Fixed,
    NoPlaces,
    Sim,
    config,
    connected,
    page,
)


async def asked_by(settings, caller_ip=None):
    app = Fixed(page({"NIK": int(NIK)}))
    async with connected(app, settings) as system:
        await system.resident_lookup.lookup(NIK, caller_ip=caller_ip)
    scope, body = app.asked[0]
    return scope, {name.decode(): value.decode() for name, value in scope["headers"]}, body


async def test_a_lookup_is_a_json_post_to_the_path_of_the_user():
    scope, headers, _ = await asked_by(config())
    assert (scope["method"], scope["path"]) == ("POST", "/dukcapil/get_json/CONTOH_DINSOS/CALL_NIK")
    assert (headers["content-type"], headers["accept"]) == ("application/json",) * 2
    assert "authorization" not in headers


async def test_d32_a_regional_path_is_quoted_and_needs_no_ip():
    settings = config(
        path="/dukcapil/get_json/{who}/{unit}/{method}",
        who="99-71",
        unit="DINAS/SATU",
        lookup_method="GET_NIK",
        ip_source="none",
    )
    scope, _, body = await asked_by(settings)
    assert scope["raw_path"] == b"/dukcapil/get_json/99-71/DINAS%2FSATU/GET_NIK"
    assert set(msgspec.json.decode(body)) == {"nik", "user_id", "password"}


async def test_d32_the_query_string_variant_has_an_empty_body():
    keys = {"NIK": "NIK", "USER_ID": "USER_ID", "PASSWORD": "PASSWORD"}
    settings = config(lookup_variant="query", lookup_keys=keys, ip_source="none")
    scope, _, body = await asked_by(settings)
    query = f"NIK={NIK}&USER_ID=contoh&PASSWORD={PASSWORD}"
    assert (scope["query_string"].decode(), body) == (query, b"")


async def test_extra_headers_of_a_relay_are_sent_where_configured():
    _, headers, _ = await asked_by(config(basic_header=True, api_key=Secret("kunci-contoh")))
    expected = base64.b64encode(f"contoh:{PASSWORD}".encode()).decode()
    assert headers["authorization"] == f"Basic {expected}"
    assert headers["apikey"] == "kunci-contoh"


async def test_the_ip_field_carries_the_end_user_where_configured():
    settings = config(ip_source="caller", ip_value="")
    _, _, body = await asked_by(settings, caller_ip="10.9.9.9")
    assert msgspec.json.decode(body)["IP_USER"] == "10.9.9.9"
    app = Fixed(page())
    async with connected(app, settings) as system:
        with pytest.raises(UpstreamFailure) as caught:
            await system.resident_lookup.lookup(NIK)
    assert (caught.value.outcome, app.asked) == (Outcome.BAD_REQUEST, [])
    assert not caught.value.sent


@pytest.mark.parametrize(
    "settings",
    [
        {"lookup_variant": "query", "ip_field": "ip_address"},
        {"path": "/dukcapil/get_json/{who}/{unit}/{method}", "who": "99-71", "unit": "dinkes"},
        {"verify_keys": {"USER_ID": "user_id", "PASSWORD": "password", "NAMA_LGKP": "nama"}},
        {"lookup_keys": {"NIK": "NO_IDENTITAS"}, "threshold_type": "number", "who": "KOTA CONTOH"},
        {"ip_source": "caller"},
        {"ip_source": "none"},
    ],
    ids=",".join,
)
async def test_the_simulator_understands_whoever_holds_its_configuration(settings):
    sim = Sim(config(**settings))
    async with sim.connected() as system:
        assert (await system.resident_lookup.lookup(NIK)).outcome is Outcome.FOUND
        verdicts = (await system.resident_verification.verify(SATU)).elemen
        assert verdicts["nama_lengkap"].skor == 100


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"who": ""}, "who"),
        ({"path": "/x/{nik}"}, "path"),
        ({"path": "/x/{who"}, "path"),
        ({"path": "/x/{who.__class__}"}, "path"),
        ({"path": "/x/{}"}, "path"),
        ({"user_id": ""}, "user_id"),
        ({"password": Secret("")}, "password"),
        ({"ip_value": ""}, "ip_value"),
        ({"verify_method": "CALL_NIK"}, "verify_method"),
        ({"verify_elements": ("NAMA",)}, "verify_elements"),
        ({"lookup_elements": ("NAMA",)}, "lookup_elements"),
        ({"codes": {"18": "mungkin"}}, "codes"),
        ({"texts": {"Data Baru": "mungkin"}}, "texts"),
        ({"feedback_done_texts": ("Data sudah pernah dikirim",)}, "dukcapil-databalikan"),
        ({"pks_expires": "31-12-2026"}, "pks_expires"),
        ({"access_hours": "8-16"}, "access_hours"),
        ({"access_hours": "08:00-25:00"}, "access_hours"),
        ({"quota_resets_at": "malam"}, "quota_resets_at"),
        ({"url": "ftp://contoh"}, "base_url"),
        ({"ca_file": "/tidak/ada.pem", "url": "https://10.0.0.1"}, "ca_file"),
    ],
)
def test_settings_that_cannot_work_are_refused_before_any_call(settings, field):
    outside = Outside(http=HttpPools(), clock=ManualClock(NOW), wilayah=NoPlaces())
    with pytest.raises(ValueError, match=field):
        connect(config(**settings), outside)


def test_every_setting_has_a_default_and_says_what_it_is():
    hints = get_type_hints(Config, include_extras=True)
    described = {name for name, hint in hints.items() if hint.__metadata__[0].description}
    assert described == set(Config.__struct_fields__)
    assert Config().url == ""
