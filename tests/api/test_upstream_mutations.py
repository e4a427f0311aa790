"""Whatever bytes come from the registry, the caller gets an answer, not found, or 503: never 500."""

import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.fixtures.gateway_app import environment, opened
from tests.fixtures.gateway_people import PENDUDUK, SATU, nik_of

ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from(
        [10**4200, -1, 2**63, nik_of(SATU), int(nik_of(SATU)), "13", "00", "\u0000", "９"]
    ),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=12),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=4), st.integers(), max_size=2),
)
NAMES = st.sampled_from(
    ["NIK", "NO_KK", "NAMA_LGKP", "TGL_LHR", "JENIS_KLMIN", "NO_PROP", "NO_KAB", "NO_KEC", "NO_KEL",
     "STATUS_KAWIN", "STAT_HBKEL", "NO_RT", "RESPONSE_CODE", "RESPON", "RESPONSE_DESC", "FOTO"]
)  # fmt: skip
EDITS = st.one_of(
    st.tuples(st.just("field"), NAMES, ODD),
    st.tuples(st.just("drop"), NAMES, st.none()),
    st.tuples(st.just("page"), st.sampled_from(["content", "quotaLimiter", "size"]), ODD),
    st.tuples(st.just("cut"), st.integers(0, 900), st.none()),
    st.tuples(st.just("byte"), st.integers(0, 900), st.integers(0, 255)),
    st.tuples(st.just("insert"), st.integers(0, 900), st.binary(max_size=6)),
    st.tuples(
        st.just("status"),
        st.sampled_from([200, 204, 301, 401, 403, 404, 418, 429, 500, 503]),
        st.none(),
    ),
)


class Mutating:
    """Stands before the registry and spoils its answers."""

    def __init__(self) -> None:
        self._app = None
        self.edits: list[tuple] = []

    def before(self, app) -> "Mutating":
        self._app = app
        return self

    async def __call__(self, scope, receive, send) -> None:
        sent = []

        async def keep(message) -> None:
            sent.append(message)

        await self._app(scope, receive, keep)
        status, body = sent[0]["status"], b"".join(part.get("body", b"") for part in sent[1:])
        for edit in self.edits:
            status, body = spoiled(status, body, *edit)
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def spoiled(status, body, kind, what, value):
    match kind:
        case "status":
            return what, body
        case "cut":
            return status, body[:what]
        case "byte":
            return status, body[:what] + bytes([value]) + body[what + 1 :]
        case "insert":
            return status, body[:what] + value + body[what:]
    try:
        page = json.loads(body)
        target = page if kind == "page" else page["content"][0]
        target.pop(what, None) if kind == "drop" else target.update({what: value})
    except (ValueError, LookupError, TypeError, AttributeError):
        return status, body
    return status, json.dumps(page).encode()


@pytest.fixture
async def spoiling(sqlite_url):
    """A gateway, and what stands between it and its registry; no breaker opens for long."""
    wrapper = Mutating()
    async with opened(environment(sqlite_url), wrap=wrapper.before) as gateway:
        yield gateway, wrapper


@given(
    edits=st.lists(EDITS, max_size=4),
    orang=st.sampled_from(PENDUDUK),
    told=st.sampled_from(
        [{"nama_lengkap": "CONTOH"}, {"alamat": {"rt": "1"}, "jenis_kelamin": "L"}]
    ),
)
@example(edits=[("field", "NIK", 10**4200)], orang=SATU, told={"nama_lengkap": "X"})
@example(edits=[("insert", 1, b"\xff")], orang=SATU, told={"nama_lengkap": "X"})
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_no_answer_of_the_registry_makes_a_500(spoiling, edits, orang, told):
    gateway, wrapper = spoiling
    wrapper.edits = edits
    # Past the pause of a breaker that the example before may have opened.
    gateway.clock.advance(timedelta(seconds=61))
    asker = await gateway.asking(wilayah=frozenset("*"))
    answers = [await asker.lookup(orang.nik), await asker.verify(orang.nik, **told)]
    for answer in answers:
        assert answer.status_code in {200, 404, 503}, answer.text
        if answer.status_code == 503:
            assert answer.json()["code"].startswith("upstream_")
            assert nik_of(orang) not in answer.text
    if answers[0].status_code == 200:
        assert answers[0].json()["data"]["nik"] == orang.nik
    if answers[1].status_code == 200:
        assert {name.partition(".")[0] for name in answers[1].json()["data"]} <= set(told)
