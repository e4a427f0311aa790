"""A log with all that a bundle can tell of, its bundles, and what both verifiers say of them."""

import asyncio
import contextlib
import io
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple
from zipfile import ZipFile, ZipInfo

from gateway.audit_bundle import verify
from gateway.audit_bundle.checking import prove
from gateway.audit_bundle.findings import Finding, Proved, Unreadable
from gateway.audit_bundle.notes import read_checkpoint, read_key
from gateway.domain.audit import HasilAudit
from gateway.domain.audit_retention import KelasEntri
from gateway.infra.db.engine import Database, open_engine
from gateway.infra.sealing.bundle import Wanted
from gateway.infra.sealing.cosigning import Cosigning
from gateway.infra.sealing.notes import SigningKey
from gateway.infra.sealing.signing import LogKeys
from gateway.kit.http import HttpPools, asgi_transport
from tests.contract.logbook import Logbook
from tests.contract.shelf import START
from tests.fixtures.witness import WitnessProgram

HOUR = timedelta(hours=1)
PERSON = "9901014101900001"
REFUSED = {"hasil": HasilAudit.DITOLAK, "alasan": "contoh"}
UNREADABLE = "cannot be read"

Members = dict[str, bytes]


class Evidence(NamedTuple):
    """What an auditor has, and the keys with which an operator could forge it."""

    whole: Members
    """Leaves 0 to 32; 4 to 7 are destroyed, 19 is the rotation, 31 the act of destruction."""
    part: Members
    """Leaves 4 to 19; the destruction comes after them."""
    late: Members
    """Leaves 20 to 32, with a proof from the checkpoint of size 4."""
    early: str
    """The checkpoint of size 4."""
    old: SigningKey
    new: SigningKey
    witness: str

    @property
    def trusted(self) -> tuple[str, str]:
        return self.old.public.vkey(), self.witness


def make_evidence(url: str, folder: Path) -> Evidence:
    """Five hours of a log: a person, refusals, a rotation, a witness, a destruction."""
    book, witness = Logbook(url), WitnessProgram()
    subjek = book.keyring.subject(PERSON)

    def hour(number: int, count: int, **more: object) -> None:
        book.clock.now = START + number * HOUR
        book.sealed(count, **more)
        book.clock.advance(timedelta(minutes=10))
        book.sealed(1)

    def key() -> SigningKey:
        return book.sealer.reading(LogKeys(book.keyring).in_force)

    hour(0, 3, subjek=subjek)
    early = book.notes()[-1]
    hour(1, 4, **REFUSED)
    hour(2, 9, subjek=subjek)
    old = key()
    book.sealer.rotate(oleh="CONTOH A", lost=False)
    hour(3, 6, subjek=subjek)
    asyncio.run(cosigned(url, witness))
    hour(4, 3)
    book.sealer.destroy(KelasEntri.PENOLAKAN, START + 2 * HOUR, oleh="CONTOH B")

    def bundle(**wanted: object) -> Members:
        path = folder / "written.zip"
        book.another().export(path, Wanted(**{"openings": True} | wanted))
        return members_of(path)

    made = Evidence(
        whole=bundle(),
        part=bundle(sejak=START + HOUR, sampai=START + 2 * HOUR),
        late=bundle(sejak=START + 3 * HOUR, kept=(early,)),
        early=early,
        old=old,
        new=key(),
        witness=witness.vkey,
    )
    book.close()
    return made


async def cosigned(url: str, witness: WitnessProgram) -> None:
    """Have a witness sign the newest checkpoint."""
    database = Database(open_engine(url))
    http = HttpPools(transport_for=lambda _system: asgi_transport(witness))
    cosigning = Cosigning(database, {"http://saksi": witness.vkey}, http)
    await cosigning.ask_all()
    await cosigning.close()
    await database.close()


def members_of(path: Path) -> Members:
    with ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(path: Path, members: Mapping[str, bytes]) -> Path:
    """A ZIP file of members, sound as a ZIP file."""
    with ZipFile(path, "w") as archive:
        for name, told in members.items():
            archive.writestr(ZipInfo(name), told)
    return path


class Judges:
    """Both verifiers, over one folder of files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def of(self, members: Mapping[str, bytes], keys: Sequence[str], *kept: str) -> str:
        """What both call it, of the steps that both take: "" where it is sound."""
        return self.of_file(packed(self._folder / "judged.zip", members), keys, *kept)

    def of_file(self, path: Path, keys: Sequence[str], *kept: str) -> str:
        found = by_package(path, keys, *kept)
        code, said = self.script(path, keys, *kept)
        name = found.nama if isinstance(found, Finding) else "" if found else UNREADABLE
        assert said.startswith(f"{name or 'sound'}: "), (said, found)
        assert code == {"": 0, UNREADABLE: 2}.get(name, 1)
        return name

    def of_the_command(
        self, members: Mapping[str, bytes], keys: Sequence[str], unchecked: str
    ) -> str:
        """What the command alone finds, of what the script says that it did not check it."""
        path = packed(self._folder / "judged.zip", members)
        found = by_package(path, keys)
        assert isinstance(found, Finding)
        code, said = self.script(path, keys)
        assert (code, said.startswith("sound: ")) == (0, True), said
        assert f"\nNOT CHECKED: {unchecked}" in said, said
        return found.nama

    def script(self, path: Path, keys: Sequence[str], *kept: str) -> tuple[int, str]:
        """Exit code and words of the stand-alone program."""
        words = [str(path), "--key", self._file("keys", "\n".join(keys))]
        for number, note in enumerate(kept):
            words += ["--kept", self._file(f"kept{number}", note)]
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            code = verify.main(words)
        return code, said.getvalue()

    def _file(self, name: str, text: str) -> str:
        path = self._folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)


def by_package(path: Path, keys: Sequence[str], *kept: str) -> Proved | Finding | None:
    """What the gateway's own verifier finds; None where it cannot read the bundle."""
    try:
        return prove(path, [*map(read_key, keys)], [*map(read_checkpoint, kept)])
    except Unreadable:
        return None


def lines(members: Members, name: str) -> list[bytes]:
    return members[name].splitlines(keepends=True)


def with_lines(
    members: Members, name: str, change: Callable[[list[bytes]], Sequence[bytes] | None]
) -> Members:
    """The members with the lines of one changed, in place or as the answer."""
    changed = lines(members, name)
    return members | {name: b"".join(change(changed) or changed)}
