"""Which records a grant shows: the store, the predicate in memory and the policy engine agree."""

import sqlalchemy as sa
from msgspec.structs import replace

from gateway.domain.policy import buka, tampak
from gateway.infra.db.reading import policy_sql
from gateway.infra.db.tables import PPKS
from tests.policy.oracle import ask
from tests.policy.scene import GRANTS, NOW, RECORDS
from tests.policy.world import AREAS, KINDS

_GRANTS_AT_ONCE = 50


def asks_for_rows(scene):
    return (ask(grant, "see", number) for grant, number in scene.pairs)


async def rows_of_the_store(stored, views):
    """(grant, record) for every record that the compiled condition of a grant lets through."""
    shown = set()
    async with stored.shelf.database.reading() as connection:
        for begin in range(0, len(views), _GRANTS_AT_ONCE):
            queries = [
                sa.select(sa.literal(begin + number), PPKS.c.id).where(policy_sql.rows(view))
                for number, view in enumerate(views[begin : begin + _GRANTS_AT_ONCE])
            ]
            for grant, ppks_id in await connection.execute(sa.union_all(*queries)):
                shown.add((grant, stored.numbers[ppks_id]))
    return shown


def test_memory_shows_what_the_rules_allow(scene):
    verdicts = scene.decided(asks_for_rows)
    differing = [
        each
        for each, allowed in verdicts.items()
        if scene.shown_in_memory(*each.pair) is not allowed
    ]
    assert list(map(scene.tell, differing)) == []
    # The questions are worth something: plenty on either side.
    allowed = sum(verdicts.values())
    assert min(allowed, len(verdicts) - allowed) > 2_000


def test_a_grant_itself_covers_what_its_view_covers(scene):
    in_force = [grant for grant in scene.grants if grant.berlaku(NOW) and buka(grant, NOW).rekaman]
    for grant in in_force:
        every_kind = buka(replace(grant, kategori=frozenset(("*",))), NOW)
        every_area = buka(replace(grant, wilayah=frozenset(("*",))), NOW)
        for area in AREAS:
            assert grant.mencakup_wilayah(area) is tampak(every_kind, area, ())
        for kind in KINDS:
            assert grant.mencakup_kategori(kind) is tampak(every_area, None, (kind,))


async def test_the_store_shows_what_memory_shows_and_the_rules_allow(scene, stored):
    shown = await rows_of_the_store(stored, scene.views)
    every_pair = ((grant, record) for grant in range(GRANTS) for record in range(RECORDS))
    assert shown == {pair for pair in every_pair if scene.shown_in_memory(*pair)}
    verdicts = scene.decided(asks_for_rows)
    differing = [each for each, allowed in verdicts.items() if (each.pair in shown) is not allowed]
    assert list(map(scene.tell, differing)) == []
