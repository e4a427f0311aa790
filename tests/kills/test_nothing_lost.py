"""Programs die at random while agencies work; in the end nothing is lost, doubled or untold.

CONTRIBUTING.md says how to kill for longer, and on another course.
"""

import asyncio
import logging
import os
from random import Random

import pytest

from tests.kills import stores
from tests.kills.checks import check
from tests.kills.instances import all_ready, supervise
from tests.kills.killing import Killer
from tests.kills.rest import synchronised
from tests.kills.town import Town, town

SECONDS = float(os.environ.get("GATEWAY_TEST_KILL_SECONDS", "5"))
STORES = {"sqlite": stores.sqlite, "postgresql": stores.postgres}
SEED = int(os.environ.get("GATEWAY_TEST_KILL_SEED", "1"))
_LOG = logging.getLogger(__name__)


@pytest.mark.parametrize("store", STORES.values(), ids=STORES)
async def test_nothing_is_lost_or_doubled_when_programs_die(store, sqlite_template, tmp_path):
    chance = Random(SEED)
    with store(sqlite_template, tmp_path, chance) as opened:
        async with town(opened, tmp_path, chance) as made:
            supervising = asyncio.create_task(supervise(made.instances))
            try:
                await all_ready(made.ways)
                killer = Killer(made.instances, opened, chance)
                await work(made, killer)
                await check(made)
                tell(made, killer)
            finally:
                supervising.cancel()
                await asyncio.gather(supervising, return_exceptions=True)


async def work(made: Town, killer: Killer) -> None:
    """Everybody at once, as long as the killing lasts; whoever keeps a copy follows to the end."""
    quiet, at_rest = asyncio.Event(), asyncio.Event()
    writers = [one.work(quiet) for one in (*made.pushers, made.reader, made.desk)]
    copies = [one.work(at_rest) for one in (made.follower, made.exporter)]
    async with asyncio.TaskGroup() as tasks:
        writing = [tasks.create_task(one) for one in writers]
        for one in copies:
            tasks.create_task(one)
        await killer.work(SECONDS)
        await all_ready(made.ways)
        quiet.set()
        await asyncio.wait(writing)
        await synchronised(made)
        at_rest.set()


def tell(made: Town, killer: Killer) -> None:
    """What the run consisted of, for whoever wants to know (`--log-cli-level=info`)."""
    _LOG.info("killed %s", dict(killer.kills))
    _LOG.info("lives %s", {one.log.stem: one.lives for one in made.instances})
    for one in made.pushers:
        _LOG.info(
            "%s: %s batches, %s records acknowledged",
            one.agency.client_id,
            one.batches,
            one.records,
        )
    _LOG.info("read %s", dict(made.reader.answers))
    _LOG.info("%s pages, %s exports", made.follower.pages, made.exporter.exports)
    _LOG.info("%s messages, %s writes over there", made.receiver.messages, made.desk.writes)
    _LOG.info("%s answers that told something", len(made.journal.disclosed))
    _LOG.info("outcomes %s", dict(made.journal.outcomes))
