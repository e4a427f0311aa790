"""What an auditor is told does not depend on entries that the engagement does not show."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.domain.audit import HasilAudit
from tests.api.auditors import ENTRIES, auditor, export, record, seal
from tests.fixtures.auditors import EARLIEST, entry
from tests.fixtures.oauth import START, grant_of

MOMENTS = [START, START - timedelta(days=2), EARLIEST - timedelta(days=1)]
contents = st.fixed_dictionaries(
    {
        "pada": st.sampled_from(MOMENTS),
        "client_id": st.sampled_from(["dinkes", "bappeda", None]),
        "nomor_pks": st.sampled_from(["PKS/1", "PKS/2", None]),
        "grant_id": st.sampled_from(["G-DALAM", "G-LUAR", None]),
        "hasil": st.sampled_from([*HasilAudit]),
        "subjek": st.sampled_from(["a" * 32, "b" * 32, None]),
    }
)
BOUNDS = {
    "client_id": frozenset(("dinkes",)),
    "nomor_pks": frozenset(("PKS/1",)),
    "wilayah": frozenset(("64.02",)),
    "log_sejak": START - timedelta(days=1),
}
QUESTIONS = (
    f"{ENTRIES}?limit=3",
    f"{ENTRIES}?hasil=ditolak",
    f"{ENTRIES}?client_id=bappeda",
    f"{ENTRIES}?sejak=2020-01-01T00:00:00Z&nomor_pks=PKS/2",
    f"{ENTRIES}?bukti=true",
    "/v1/audit/statistics?menurut=client_id,nomor_pks,hari",
    "/v1/audit/statistics?hasil=gagal",
    "/v1/audit/checkpoints/latest",
)


def is_shown(content):
    bounds = (content["client_id"], content["nomor_pks"], content["grant_id"])
    return content["pada"] == START and bounds == ("dinkes", "PKS/1", "G-DALAM")


async def pages(asker):
    """Pages with the lengths of their cursors, which themselves are never the same twice."""
    told, cursor = [], ""
    while cursor is not None:
        answer = (await asker.get(f"{ENTRIES}?limit=2{cursor}")).json()
        following = answer["next_cursor"]
        told.append((answer["items"], following and len(following)))
        cursor = following and f"&cursor={following}"
    return told


async def answers(asker):
    """All that the auditor can learn, but for the ids of the requests."""
    told = [await pages(asker), await export(asker)]
    for question in QUESTIONS:
        answer = await asker.get(question)
        body = {name: value for name, value in answer.json().items() if name != "meta"}
        cursor = body.pop("next_cursor", None)
        body.pop("request_id", None)
        told.append((answer.status_code, body, cursor and len(cursor)))
    return told


@pytest.fixture
async def scene(gateway):
    """A log of some entries, and an auditor of some of them."""
    for grant_id, areas in {"G-DALAM": ("64.02.06",), "G-LUAR": ("64.02", "65")}.items():
        grant = grant_of("dinkes", grant_id, wilayah=frozenset(areas))
        await gateway.parts.clients.append_grant(grant, oleh="CONTOH A")
    usual = {"nomor_pks": "PKS/1", "grant_id": "G-DALAM"}
    await record(gateway, *(entry(**usual) for _ in range(5)))
    return gateway, await auditor(gateway, **BOUNDS)


@given(hidden=st.lists(contents.filter(lambda each: not is_shown(each)), min_size=1, max_size=40))
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_entries_outside_an_engagement_change_nothing_of_what_it_shows(scene, hidden):
    gateway, reader = scene
    told = await answers(reader)
    assert [items for items, _ in told[0]] != [[]]
    await record(gateway, *(entry(**content) for content in hidden))
    assert await answers(reader) == told


@given(content=contents)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_an_entry_is_told_exactly_where_the_engagement_says_so(scene, content):
    gateway, reader = scene
    made = entry(**content)
    await record(gateway, made)
    await seal(gateway)
    lines, _ = await export(reader)
    assert (made.entri_id in {line["entri_id"] for line in lines}) is is_shown(content)
