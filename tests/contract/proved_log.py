"""A log with all that a bundle can tell of, its bundles, and both programs that prove them."""

import asyncio
import contextlib
import io
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

from gateway.audit_bundle import verify
from gateway.domain.audit import HasilAudit
from gateway.domain.audit_retention import KelasEntri
from gateway.infra.db.engine import Database, open_engine
from gateway.infra.sealing.bundle import Wanted
from gateway.infra.sealing.cosigning import Cosigning
from gateway.kit.http import HttpPools, asgi_transport
from tests.contract.logbook import Logbook
from tests.contract.shelf import START
from tests.fixtures.witness import WitnessProgram

HOUR = timedelta(hours=1)
SUBJEK = "9901014101900001"
REFUSED = {"hasil": HasilAudit.DITOLAK, "alasan": "contoh"}

Members = dict[str, bytes]


class ProvedLog:
    """Five hours: entries about a person, refusals, a rotation, a destruction of the refusals."""

    def __init__(self, url: str, folder: Path) -> None:
        self.book, self.folder = Logbook(url), folder
        self.witness = WitnessProgram()
        subjek = self.book.keyring.subject(SUBJEK)
        self._hour(0, 3, subjek=subjek)
        self.first_note = self.book.notes()[-1]
        self._hour(1, 4, **REFUSED)
        self._hour(2, 9, subjek=subjek)
        self.old_key = self._vkey()
        self.book.sealer.rotate(oleh="CONTOH A", lost=False)
        self.new_key = self._vkey()
        self._hour(3, 6, subjek=subjek)
        self.cosign()
        self._hour(4, 3)
        doomed = START + 2 * HOUR
        self.book.sealer.destroy(KelasEntri.PENOLAKAN, doomed, oleh="CONTOH B")

    def _hour(self, hour: int, count: int, **more: object) -> None:
        self.book.clock.now = START + hour * HOUR
        self.book.sealed(count, **more)
        self.book.clock.advance(timedelta(minutes=10))
        self.book.sealed(1)

    def _vkey(self) -> str:
        from gateway.infra.sealing.signing import all_keys

        return self.book.sealer.reading(all_keys)[-1].vkey()

    def cosign(self) -> None:
        """Have the witness sign the newest checkpoint."""

        async def ask() -> None:
            database = Database(open_engine(self.book.url))
            http = HttpPools(transport_for=lambda _system: asgi_transport(self.witness))
            cosigning = Cosigning(database, {"http://saksi": self.witness.vkey}, http)
            await cosigning.ask_all()
            await cosigning.close()
            await database.close()

        asyncio.run(ask())

    def bundle(self, **wanted: object) -> Members:
        """The members of a bundle that the gateway wrote."""
        path = self.folder / "written.zip"
        self.book.another().export(path, Wanted(**{"openings": True} | wanted))
        return members_of(path)

    def part(self) -> Members:
        """A bundle of the hours in the middle; the destruction comes after it."""
        sejak, sampai = START + HOUR, START + 2 * HOUR
        return self.bundle(sejak=sejak, sampai=sampai)

    def close(self) -> None:
        self.book.close()


def members_of(path: Path) -> Members:
    with ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(path: Path, members: Mapping[str, bytes]) -> Path:
    """A ZIP file of members, sound as a ZIP file."""
    with ZipFile(path, "w") as archive:
        for name, told in members.items():
            archive.writestr(name, told)
    return path


def by_script(path: Path, *words: object) -> tuple[int, str]:
    """What the stand-alone program says: exit code and text."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = verify.main([str(path), *map(str, words)])
    return code, said.getvalue()
