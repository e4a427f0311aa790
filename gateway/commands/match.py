"""`gateway match`: pairs of records that may be one person, and what a reviewer says of them."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import rich_click as click

from gateway.application.records.review_matches import ReviewMatches
from gateway.commands.options import BY
from gateway.commands.running import asked, out
from gateway.commands.shown import print_json
from gateway.domain.merging.review import Padanan, StatusPadanan

T = TypeVar("T")

_VERDICTS = (
    (
        "accept",
        StatusPadanan.DITERIMA,
        "The two are one person: from now on they are one record.",
    ),
    (
        "refuse",
        StatusPadanan.DITOLAK,
        "The two are different persons: they stay apart, even where their NIK is the same.",
    ),
    (
        "undo",
        StatusPadanan.USULAN,
        "Take a verdict back: the records are as they were without it.",
    ),
)
"""Each subcommand that decides a pair, the state that it leads to, and its help."""


@click.group("match")
def command() -> None:
    """Records that may be one person. Only what the NIK proves or you accept is one record."""


@command.command("find")
def find() -> None:
    """Look for pairs; safe to repeat, and a verdict is never asked for twice."""
    added = _ask(lambda reviews: reviews.find())
    out.print(f"{added} new pairs; see `gateway match list`.")


@command.command("build")
def build() -> None:
    """Join stored records by the NIK and the rules of now; safe to repeat and to break off."""

    async def count(reviews: ReviewMatches) -> int:
        return sum([changed async for changed in reviews.build()])

    out.print(f"{_ask(count)} records changed.")


@command.command("list")
@click.option(
    "--status",
    type=click.Choice([*StatusPadanan]),
    default=StatusPadanan.USULAN.value,
    show_default=True,
    help="Only in this state.",
)
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def list_pairs(*, status: str, as_json: bool) -> None:
    """List pairs by their score: id, state, score, and the attributes that agree."""
    found = _ask(lambda reviews: reviews.pairs(StatusPadanan(status)))
    if as_json:
        print_json(found)
        return
    for pair in found:
        reasons = " ".join(f"{one.atribut}={one.skor}" for one in pair.alasan)
        click.echo(f"{pair.id} {pair.status:<8} {pair.skor:>3} {reasons}")


@command.command("show")
@click.argument("pair_id")
def show(pair_id: str) -> None:
    """Show a pair with all that its two sources tell, as JSON. It holds personal data."""
    print_json(_ask(lambda reviews: reviews.show(pair_id)))


@command.command("add")
@click.argument("one")
@click.argument("other")
def add(one: str, other: str) -> None:
    """Make a pair of two sources' records (`gateway record show` tells their ids)."""
    _told(_ask(lambda reviews: reviews.add(one, other)))


def _verdict(name: str, status: StatusPadanan, text: str) -> None:
    """Add a subcommand that brings a pair into this state."""

    @command.command(name, help=text)
    @click.argument("pair_id")
    @BY
    @click.option("--note", "catatan", help="Why; it is kept beside the verdict.")
    def decide(pair_id: str, oleh: str, catatan: str | None) -> None:
        _told(_ask(lambda reviews: reviews.decide(pair_id, status, oleh=oleh, catatan=catatan)))


for _words in _VERDICTS:
    _verdict(*_words)


def _told(pair: Padanan) -> None:
    click.echo(f"{pair.id} {pair.status}")


def _ask(question: Callable[[ReviewMatches], Awaitable[T]]) -> T:
    return asked(lambda parts: ReviewMatches(parts.records.reviews), question)
