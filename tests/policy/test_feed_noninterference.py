"""What a grant does not show cannot be noticed by following changes, however often one looks."""

from random import Random
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa
from msgspec.structs import replace

from gateway.domain.errors import GatewayError
from gateway.infra.db.tables import PPKS, PPKS_LAMPAU
from tests.contract.follower import Follower
from tests.policy.statements import noting_statements
from tests.policy.twins import moment, twins

_PAIRS = 16
_MOST_POLLS = 6


class Followed(NamedTuple):
    """What a follower was told, page by page, and what the store did for it."""

    pages: list[Any]
    statements: list[list[str]]
    audit: list[Any]


def with_departures(lived, chance):
    """A world that goes on: what was shown is changed again, withdrawn, and comes back."""
    told = [one for records in lived for one in records if one.id_sumber.startswith("tampak")]
    steps = [
        tuple(replace(one, dihapus=gone, versi=f"{step}") for one in told if chance.random() < 0.4)
        for step, gone in enumerate((False, True, False))
    ]
    return (*lived, *steps)


async def followed(shelf, lived, grant, narrowing, seed):
    chance = Random(seed)
    lived = with_departures(lived, chance)
    async with shelf.database.writing() as connection:
        for table in (PPKS, PPKS_LAMPAU):
            await connection.execute(sa.delete(table))
    follower = Follower(shelf)
    follower.history.versions, follower.sempit = [grant], narrowing
    found = Followed([], [], follower.audit.entries)
    for number, records in enumerate(lived):
        shelf.clock.now = moment(number)
        await shelf.save(*records)
        with noting_statements(shelf.database.engine, found.statements):
            for _ in range(chance.randint(0, _MOST_POLLS)):
                found.statements.append([])
                found.pages.append(await page(follower, chance.choice((1, 2, 100))))
    names = {row["id"]: row["id_sumber"] for row in await shelf.rows("ppks")}
    return found._replace(pages=[named(each, names) for each in found.pages])


async def page(follower, limit):
    """As the API tells it: without numbers, and with a cursor that nobody can read."""
    before = len(follower.told)
    try:
        last = await follower.poll(limit)
    except GatewayError as error:
        return [error.status, error.code]
    items = [msgspec.to_builtins(item) for item in follower.told[before:]]
    return [last, [{k: v for k, v in item.items() if k != "nomor"} for item in items]]


def named(value, names):
    text = msgspec.json.encode(value).decode()
    for ppks_id, name in names.items():
        text = text.replace(ppks_id, name)
    return text


def entry(one):
    return [one.peristiwa, one.hasil, one.jumlah, one.atribut, one.alasan, one.pada]


async def test_what_a_grant_does_not_show_cannot_be_noticed_by_following(shelf, seed):
    shown = gone = 0
    for number in range(_PAIRS):
        pair = twins(Random(f"{seed} pair {number}"))
        told = [
            await followed(shelf, lived, pair.grant, pair.narrowing, f"{seed} polls {number}")
            for lived in (pair.left, pair.right)
        ]
        left, right = told
        assert left.pages == right.pages
        assert left.statements == right.statements
        assert [entry(one) for one in left.audit] == [entry(one) for one in right.audit]
        shown += sum(text.count('"ada"') for text in left.pages)
        gone += sum(text.count('"hapus"') for text in left.pages)
    assert shown > 10
    assert gone > 0
