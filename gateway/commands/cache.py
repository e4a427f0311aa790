"""`gateway cache`: erase what is kept of one person."""

import sys

import rich_click as click

from gateway.commands.running import BAD_INPUT, opened, out, run, stop


@click.group("cache")
def command() -> None:
    """The kept registry answers."""


@command.command("purge")
def purge() -> None:
    """Forget the person whose NIK is read from standard input (never from the command line)."""
    from gateway.commands.acting import noted
    from gateway.domain.errors import Unavailable
    from gateway.domain.nik import NikInvalid, parse_nik

    try:
        nik = parse_nik(sys.stdin.readline().strip())
    except NikInvalid as error:
        stop(str(error), BAD_INPUT)

    async def work() -> None:
        async with opened() as parts:
            if parts.nik_cache is None or parts.redis is None:
                stop("There is no shared cache: a cache in process goes with its process.")
            await noted(parts, "cache.hapus", "penduduk")
            try:
                await parts.forget_person(nik)
            except Unavailable:
                stop("Redis does not answer: the person may not be forgotten. Try again.")
        out.print("Forgotten.")

    run(work)
