"""What an issuer tells of a token, to whom, and when it tells nothing."""

from datetime import timedelta

import pytest

from gateway.domain.audit import HasilAudit
from gateway.domain.client import AuthMethod, StatusClient
from gateway.domain.errors import Unavailable
from gateway.domain.grant import Kelas, Scope, StatusGrant
from tests.api.oauth.status_calls import Asking
from tests.fixtures.dpop import jkt_of
from tests.fixtures.oauth import PUBLIC_URL, grant_of, private_key, sign

INACTIVE = {"active": False}
MAY_ASK = frozenset((Scope.TOKENS_INTROSPECT,))


def asking(bench, client_id="dinkes") -> Asking:
    return Asking(bench.http, bench.clock, client_id)


async def strict_token(bench, **more) -> str:
    return (await bench.strict_token(**more)).json()["access_token"]


async def legacy_token(bench) -> str:
    return (await bench.legacy_token()).json()["access_token"]


async def amend(bench, grant_id, **changes):
    """The grant's next version."""
    versi = (await bench.clients.grant(grant_id)).versi + 1
    changed = grant_of("dinkes", grant_id, versi=versi, **changes)
    await bench.clients.append_grant(changed, oleh="CONTOH A")


@pytest.fixture
async def overseer(bench):
    """A client that may ask about everybody's tokens."""
    await bench.add_key_client("pengawas", "ES256")
    await bench.clients.append_grant(grant_of("pengawas", "G-9", scopes=MAY_ASK), oleh="CONTOH A")
    return asking(bench, "pengawas")


async def test_a_client_is_told_what_its_own_token_is_good_for(bench):
    token = await strict_token(bench, scope="ppks:read")
    answer = await asking(bench).introspect(token)
    true = await bench.verifier.verify(token)
    now = int(bench.clock().timestamp())
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert answer.json() == {
        "active": True, "scope": "ppks:read", "client_id": "dinkes", "token_type": "DPoP",
        "iss": PUBLIC_URL, "aud": PUBLIC_URL, "jti": true.jti, "iat": now, "exp": now + 300,
        "grant_id": "G-1", "grant_versi": 1, "cnf": {"jkt": jkt_of(private_key("ES256"))},
    }  # fmt: skip


async def test_what_a_token_is_bound_to_is_told(bench):
    signing = await bench.keys.current("ketat")
    own = {**signing.key.as_dict(private=True), "alg": "ES256", "kid": signing.kid}
    now = int(bench.clock().timestamp())
    claims = {
        "iss": PUBLIC_URL, "sub": "dinkes", "client_id": "dinkes", "aud": PUBLIC_URL, "iat": now,
        "exp": now + 300, "jti": "contoh", "scope": "ppks:read", "grant_id": "G-1",
        "grant_versi": 1, "cnf": {"jkt": "x" * 43},
    }  # fmt: skip
    token = sign(claims, own, {"typ": "at+jwt"})
    body = (await asking(bench).introspect(token)).json()
    assert (body["cnf"], body["token_type"]) == ({"jkt": "x" * 43}, "DPoP")


async def revoke(bench, token):
    await asking(bench).revoke(token)


async def run_out(bench, _token):
    bench.clock.advance(timedelta(seconds=300))


async def suspend_client(bench, _token):
    await bench.set_status("dinkes", StatusClient.DITANGGUHKAN)


async def suspend_grant(bench, _token):
    await amend(bench, "G-1", status=StatusGrant.DITANGGUHKAN)


async def end_grant(bench, _token):
    await amend(bench, "G-1", status=StatusGrant.BERAKHIR)


async def shorten_grant(bench, _token):
    await amend(bench, "G-1", berlaku_sampai=bench.clock())


async def log_out(bench, _token):
    bench.clock.advance(timedelta(seconds=1))
    await bench.manage.log_out("dinkes", oleh="CONTOH A")


ENDINGS = [revoke, run_out, log_out, suspend_client, suspend_grant, end_grant, shorten_grant]


@pytest.mark.parametrize("end", ENDINGS, ids=lambda end: end.__name__)
async def test_a_token_that_opens_nothing_any_more_is_inactive_and_nothing_else(
    bench, overseer, end
):
    token = await strict_token(bench)
    assert (await overseer.introspect(token)).json()["active"] is True
    await end(bench, token)
    assert (await overseer.introspect(token)).json() == INACTIVE


@pytest.mark.parametrize("token", ["bukan-token", "a.b.c", "x" * 5000, "é"])
async def test_what_is_no_token_is_inactive(bench, token):
    answer = await asking(bench).introspect(token)
    assert (answer.status_code, answer.json()) == (200, INACTIVE)


async def test_the_scopes_are_those_that_the_grant_still_has(bench):
    token = await strict_token(bench)
    await amend(bench, "G-1", scopes=frozenset((Scope.PPKS_READ,)))
    body = (await asking(bench).introspect(token)).json()
    assert (body["scope"], body["grant_versi"]) == ("ppks:read", 1)


async def test_a_client_is_told_nothing_of_another_s_token(bench):
    await bench.add_key_client("bank", "ES256")
    await bench.clients.append_grant(grant_of("bank", "G-9"), oleh="CONTOH A")
    assert (await asking(bench, "bank").introspect(await strict_token(bench))).json() == INACTIVE


async def test_with_the_scope_for_it_a_client_is_told_of_every_token(bench, overseer):
    for token, client_id in (
        (await strict_token(bench), "dinkes"),
        (await legacy_token(bench), "demo"),
    ):
        body = (await overseer.introspect(token)).json()
        assert (body["active"], body["client_id"]) == (True, client_id)


@pytest.mark.parametrize(
    "changes",
    [
        {"status": StatusGrant.DITANGGUHKAN},
        {"berlaku_sampai": grant_of("a", "b").berlaku_dari + timedelta(hours=1)},
        {"scopes": frozenset((Scope.PPKS_READ,))},
    ],
    ids=["suspended", "ended", "without the scope"],
)
async def test_the_scope_counts_only_in_a_grant_in_force(bench, changes):
    await bench.add_key_client("pengawas", "ES256")
    grant = grant_of("pengawas", "G-9", **{"scopes": MAY_ASK} | changes)
    await bench.clients.append_grant(grant, oleh="CONTOH A")
    assert (
        await asking(bench, "pengawas").introspect(await strict_token(bench))
    ).json() == INACTIVE


async def legacy_ask(bench, token, auth=None):
    path = "/legacy/oauth2/introspect"
    return await bench.http.post(path, data={"token": token}, auth=auth or ("demo", bench.secret))


async def test_a_client_with_a_secret_asks_at_the_second_issuer(bench):
    token = await legacy_token(bench)
    body = (await legacy_ask(bench, token)).json()
    assert (body["active"], body["client_id"], body["grant_id"]) == (True, "demo", "G-2")
    assert (body["iss"], body["aud"]) == (f"{PUBLIC_URL}/legacy/oauth2", f"{PUBLIC_URL}/legacy")
    assert (await legacy_ask(bench, token, ("demo", "salah.salah"))).status_code == 401


async def test_a_secret_tells_nothing_about_grants_of_the_high_class(bench):
    low = grant_of("demo", "G-9", scopes=MAY_ASK, kelas=Kelas.RENDAH)
    await bench.clients.append_grant(low, oleh="CONTOH A")
    assert (await legacy_ask(bench, await strict_token(bench))).json() == INACTIVE
    await amend(bench, "G-1", kelas=Kelas.RENDAH)
    assert (await legacy_ask(bench, await strict_token(bench))).json()["active"] is True


async def test_a_high_class_grant_gives_a_client_with_a_secret_no_right_to_ask(bench):
    high = grant_of("demo", "G-9", scopes=MAY_ASK, kelas=Kelas.TINGGI)
    await bench.clients.append_grant(high, oleh="CONTOH A")
    await amend(bench, "G-1", kelas=Kelas.RENDAH)
    assert (await legacy_ask(bench, await strict_token(bench))).json() == INACTIVE


async def test_who_does_not_prove_itself_is_told_nothing(bench):
    token = await strict_token(bench)
    for form in ({}, {"client_id": "dinkes"}, {"client_id": "dinkes", "client_secret": "x.y"}):
        answer = await bench.http.post("/oauth2/introspect", data=form | {"token": token})
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


async def test_a_token_proves_no_client(bench):
    token = await strict_token(bench)
    headers = {"authorization": f"Bearer {token}"}
    answer = await bench.http.post("/oauth2/introspect", data={"token": token}, headers=headers)
    assert answer.status_code == 401


async def test_a_suspended_client_is_told_nothing(bench):
    token = await strict_token(bench)
    await bench.set_status("dinkes", StatusClient.DITANGGUHKAN)
    assert (await asking(bench).introspect(token)).status_code == 401


@pytest.mark.parametrize("hint", ["access_token", "refresh_token", "apa_saja"])
async def test_a_hint_makes_no_difference(bench, hint):
    answer = await asking(bench).introspect(await strict_token(bench), token_type_hint=hint)
    assert answer.json()["active"] is True


async def test_a_request_is_read_as_strictly_as_a_token_request(bench):
    form = "token=a&token=b"
    assert (await bench.post("/oauth2/introspect", form.encode())).status_code == 400
    assert (await bench.post("/oauth2/introspect?token=a", b"token=a")).status_code == 400
    assert (await bench.post("/oauth2/introspect", b"token=" + b"a" * 20_000)).status_code == 413
    answer = await asking(bench).send("/oauth2/introspect", {})
    assert answer.json()["error_description"] == "token: wajib / required"


async def test_whether_a_token_was_revoked_or_not_must_be_known(bench):
    async def away(_jti: str) -> bool:
        raise Unavailable("catatan pencabutan / revocations", code="revocations_unavailable")

    token = await strict_token(bench)
    bench.revocations.is_revoked = away
    answer = await asking(bench).introspect(token)
    assert (answer.status_code, answer.json()) == (503, {"code": "revocations_unavailable"})


async def test_every_question_is_on_record(bench, overseer):
    token = await strict_token(bench)
    await overseer.introspect(token)
    await overseer.introspect("bukan-token")
    await bench.http.post("/oauth2/introspect", data={"token": token})
    told = [
        (e.client_id, e.grant_id, e.hasil, e.alasan)
        for e in bench.audit.entries
        if e.peristiwa == "token.periksa"
    ]
    assert told == [
        ("pengawas", "G-1", HasilAudit.DIBERIKAN, None),
        ("pengawas", None, HasilAudit.TIDAK_DITEMUKAN, None),
        (None, None, HasilAudit.DITOLAK, "invalid_client"),
    ]


async def test_the_client_s_kind_of_proof_is_the_issuer_s(bench):
    assert (await bench.clients.client("demo")).auth is AuthMethod.CLIENT_SECRET
    token = await legacy_token(bench)
    auth = ("demo", bench.secret)
    answer = await bench.http.post("/oauth2/introspect", data={"token": token}, auth=auth)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
