"""Brings everything to rest, by the commands that operators have."""

import asyncio
import os
import sys

from tests.fixtures.project import ROOT
from tests.kills.town import Town
from tests.kills.waiting import until


async def synchronised(town: Town) -> None:
    """All is carried over, there and back; what a dead worker had, when its lease is over."""

    async def is_carried_over() -> bool:
        return (await command(town, "sync", "run"))[0] == 0

    await until(is_carried_over)


async def command(town: Town, *words: str) -> tuple[int | None, str]:
    """Exit code and output of `gateway WORDS`."""
    mine = {name: text for name, text in os.environ.items() if not name.startswith("GATEWAY_")}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "gateway", *words,
        cwd=ROOT, env=mine | dict(town.environ),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    output, _ = await process.communicate()
    with (town.folder / "commands.log").open("ab") as log:
        log.write(output)
    return process.returncode, output.decode()
