"""One process of an export's crew: `python -m gateway.infra.exports.crew_member`.

Reads orders from its standard input and ends with it, so that it does not outlive the gateway.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import BinaryIO

from gateway.domain.ports_ekspor import StorageFull
from gateway.infra.crypto import Keyring, read_keyring
from gateway.infra.db.engine import STORE_AWAY, Database, open_engine
from gateway.infra.db.exports.source import SqlExportSource, SqlMoment
from gateway.infra.exports.crew_words import (
    LENGTH,
    Begin,
    Hindered,
    Names,
    Obstacle,
    Ready,
    Report,
    Tools,
    Write,
    Written,
    framed,
    read_order,
    read_tools,
)
from gateway.infra.exports.shelf import ExportFiles
from gateway.kit.many_rows import many_rows
from gateway.kit.secret import Secret


class _Gateway:
    """The other side."""

    def __init__(self, orders: BinaryIO, reports: BinaryIO) -> None:
        self._orders = orders
        self._reports = reports

    def hear(self) -> bytes:
        """The next message; nothing at the end."""
        head = self._orders.read(LENGTH.size)
        return self._orders.read(*LENGTH.unpack(head)) if head else b""

    def tell(self, report: Report) -> None:
        """Waits until the gateway listens. Raises BrokenPipeError where it is gone."""
        self._reports.write(framed(report))
        self._reports.flush()


async def _serve(gateway: _Gateway, tools: Tools) -> None:
    try:
        async with _source(tools) as source:
            await _work(gateway, source, _files(tools))
    except BrokenPipeError:
        return
    except Exception as error:  # noqa: BLE001 - what it says might tell of a person
        gateway.tell(Hindered(obstacle=_obstacle(error), error=type(error).__name__))


def _obstacle(error: Exception) -> Obstacle:
    if isinstance(error, StorageFull):
        return Obstacle.FULL
    return Obstacle.AWAY if isinstance(error, STORE_AWAY) else Obstacle.FAULT


async def _work(gateway: _Gateway, source: SqlExportSource, files: ExportFiles) -> None:
    # The store is reached before it is waited for.
    await source.state()
    gateway.tell(Ready())
    if not (told := gateway.hear()):
        return
    begin = read_order(told)
    assert isinstance(begin, Begin)
    async with source.joined(begin.ekspor, begin.moment) as moment:
        gateway.tell(Ready())
        while told := gateway.hear():
            order = read_order(told)
            assert isinstance(order, Write)
            await _write(gateway, moment, files, begin, order)


async def _write(
    gateway: _Gateway, moment: SqlMoment, files: ExportFiles, begin: Begin, order: Write
) -> None:
    async def note(rujukan: Sequence[str]) -> None:
        gateway.tell(Names(rujukan=[*rujukan]))

    made = files.begun(begin.ekspor, moment.columns, order.nomor)
    await moment.write_part(order.part, made, note)
    await made.close()
    (berkas,) = made.berkas
    gateway.tell(Written(berkas=berkas))


@asynccontextmanager
async def _source(tools: Tools) -> AsyncIterator[SqlExportSource]:
    database = Database(open_engine(tools.database_url, pool_size=1))
    try:
        yield SqlExportSource(database, _keyring(tools))
    finally:
        await database.close()


def _files(tools: Tools) -> ExportFiles:
    return ExportFiles(
        Path(tools.folder),
        _keyring(tools),
        rows_per_file=tools.rows_per_file,
        most_bytes=tools.most_bytes,
    )


def _keyring(tools: Tools) -> Keyring:
    return read_keyring(Secret(tools.data_keys), Secret(tools.index_key))


def main() -> None:
    """Work until there are no more orders."""
    # What anything prints by mistake must not stand among the reports.
    reports = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    gateway = _Gateway(sys.stdin.buffer, reports)
    with many_rows():
        asyncio.run(_serve(gateway, read_tools(gateway.hear())))


if __name__ == "__main__":
    main()
