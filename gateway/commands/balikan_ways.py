"""Where NIKs for data balikan come from, and the three ways in which what is owed may go."""

from codecs import BOM_UTF8
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Final

import msgspec

from gateway.application.agreements.hold_balikan import HoldBalikan
from gateway.application.agreements.send_balikan import Batches, Calon, HasilKirim, SendBalikan
from gateway.commands.nik_file import NikFile
from gateway.commands.report_forms import new_private
from gateway.domain.errors import Unavailable
from gateway.domain.ports_perjanjian import Tumpukan
from gateway.domain.systems import Capability, FeedbackItem
from gateway.kit.sheets import csv_rows
from gateway.parts import Parts

Way = Callable[[Parts, Tumpukan, Batches, HoldBalikan, str], Awaitable[HasilKirim | None]]


async def offered(parts: Parts, file: NikFile | None) -> AsyncIterator[Sequence[Calon]]:
    """The agency's rows, or without a file every NIK of the records."""
    if file is not None:
        for rows in file.batches():
            yield rows
        return
    async for niks in parts.perjanjian.niks.batches():
        yield [Calon(nik=nik) for nik in niks]


async def only_count(
    _parts: Parts, _pile: Tumpukan, batches: Batches, hold: HoldBalikan, _oleh: str
) -> None:
    """Nothing goes anywhere."""
    async for batch in batches:
        await hold(batch)


async def to_file(
    out: Path, parts: Parts, pile: Tumpukan, batches: Batches, hold: HoldBalikan, oleh: str
) -> None:
    """A file with NIKs in clear, which its owner alone may read."""
    await _note(parts, pile, "balikan.berkas", oleh)
    head, lines = FORMS[out.suffix]
    with new_private(out) as file:
        file.write(head)
        async for batch in batches:
            file.write(lines([one.item for one in await hold(batch)]))


async def send(
    parts: Parts, pile: Tumpukan, batches: Batches, hold: HoldBalikan, oleh: str
) -> HasilKirim:
    """To the registry. Raises Unavailable where it is not connected."""
    await parts.connect_systems()
    system = parts.systems.offering(Capability.FEEDBACK).get(pile.sistem)
    if system is None or system.feedback is None:
        raise Unavailable(
            f"{pile.sistem}: tidak terhubung untuk balikan / not connected for feedback",
            code="system_not_connected",
        )
    await _note(parts, pile, "balikan.kirim", oleh)
    deliver = SendBalikan(parts.perjanjian.balikan, system.feedback, hold, parts.clock)
    return await deliver(pile, batches)


async def _note(parts: Parts, pile: Tumpukan, peristiwa: str, oleh: str) -> None:
    """On record before the first NIK leaves."""
    await parts.admin_log.note(
        pada=parts.clock(),
        oleh=oleh,
        peristiwa=peristiwa,
        objek=pile.nomor,
        rincian={"sistem": pile.sistem, "periode": pile.periode},
    )


def _csv_lines(items: Sequence[FeedbackItem]) -> bytes:
    return csv_rows(
        [(item.nik, msgspec.json.encode(param).decode()) for item in items for param in item.param]
    )


def _json_lines(items: Sequence[FeedbackItem]) -> bytes:
    return b"".join(msgspec.json.encode(item) + b"\n" for item in items)


FORMS: Final = {
    ".csv": (BOM_UTF8 + csv_rows([("nik", "param")]), _csv_lines),
    ".ndjson": (b"", _json_lines),
}
"""By a file's ending: how it begins, and what its lines are."""
