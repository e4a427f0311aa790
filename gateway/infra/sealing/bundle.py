"""Writes a part of the log as a bundle that proves itself: see docs/audit-log.md, section 4."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import msgspec
import sqlalchemy as sa

from gateway.domain.audit_leaf import MOMENT
from gateway.domain.checkpoint import read_checkpoint
from gateway.domain.tree.tiles import Edge, last_tiles
from gateway.infra.db.audit.sealed_tables import AUDIT_CHECKPOINT
from gateway.infra.db.tables import AUDIT
from gateway.infra.sealing.cosigning import cosignatures
from gateway.infra.sealing.destruction import DESTRUCTION
from gateway.infra.sealing.leaves import Leaves
from gateway.infra.sealing.notes import read_note
from gateway.infra.sealing.proofs import consistency_proof, inclusion_proof, index_of
from gateway.infra.sealing.rows import LogBroken, Signed, last_signed, read_head, read_tiles
from gateway.infra.sealing.signing import all_keys
from gateway.infra.sealing.verify_store import TOLERANCE
from gateway.infra.sealing.walk import checkpoints, leaf_hashes, leaf_rows
from gateway.infra.stamping.rows import stamped_from, stamps

FORMAT: Final = "ppks-audit-bundle"
_CHUNK: Final = 512
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which part, and what besides; None = from the beginning, to the newest checkpoint."""

    sejak: datetime | None = None
    sampai: datetime | None = None
    openings: bool = False
    kept: tuple[str, ...] = ()
    """Signed notes that the reader has from earlier times."""


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """What a bundle covers."""

    first: int
    end: int
    checkpoint: str
    """The newest one in it."""


class Bundle:
    """One export, over one connection that sees one state of the store."""

    def __init__(self, connection: sa.Connection, leaves: Leaves, wanted: Wanted) -> None:
        """Raises LogBroken where nothing was signed yet."""
        self._connection = connection
        self._leaves = leaves
        self._wanted = wanted
        newest = last_signed(connection)
        if newest is None:
            raise LogBroken("nothing is signed yet, so there is nothing to export")
        self._newest = newest
        self.first, self.end = self._bounds()
        self._stamped = AUDIT_CHECKPOINT.c.pada.in_(stamped_from(connection, self.end))

    def write(self, path: Path, now: datetime) -> Written:
        """Write the file, which is there when it is whole."""
        new = path.with_name(f".{path.name}.part")
        try:
            with ZipFile(new, "w", allowZip64=True) as archive:
                for name, lines in self._members(now):
                    _write(archive, name, lines)
            new.replace(path)
        finally:
            new.unlink(missing_ok=True)
        return Written(first=self.first, end=self.end, checkpoint=self._newest.catatan)

    def _members(self, now: datetime) -> Iterator[tuple[str, Iterable[bytes]]]:
        yield "manifest.json", [_line(self._manifest(now))]
        witnessed = cosignatures(self._connection, self.first)
        notes = (each.catatan + witnessed.lines.get(each.pada, "") for each in self._checkpoints())
        yield "checkpoints.ndjson", (_line({"note": note}) for note in notes)
        yield "prefix.json", [_line(self._prefix())]
        yield "leaves.bin", leaf_hashes(self._connection, self.first, self.end)
        yield "entries.ndjson", self._entries()
        yield "consistency.ndjson", self._consistency(self._sizes_around())
        yield "destructions.ndjson", self._destructions()
        if self._wanted.openings:
            yield "openings.ndjson", self._openings()
        stamped = list(self._timestamps())
        if stamped:
            yield "timestamps.ndjson", stamped
        vkeys = [key.vkey() for key in all_keys(self._connection)]
        yield "keys.txt", (f"{vkey}\n".encode() for vkey in (*vkeys, *sorted(witnessed.vkeys)))
        script = resources.files("gateway").joinpath("audit_bundle", "verify.py")
        yield "verify.py", [script.read_bytes()]

    def _bounds(self) -> tuple[int, int]:
        size, pada = AUDIT_CHECKPOINT.c.ukuran, AUDIT_CHECKPOINT.c.pada
        first, end = 0, self._newest.ukuran
        if (sejak := self._wanted.sejak) is not None:
            earlier = sa.select(sa.func.max(size)).where(pada <= sejak - TOLERANCE)
            first = self._connection.scalar(earlier) or 0
        if (sampai := self._wanted.sampai) is not None:
            later = sa.select(sa.func.min(size)).where(pada >= sampai + TOLERANCE)
            end = self._connection.scalar(later) or end
        return first, max(first, end)

    def _manifest(self, now: datetime) -> dict[str, Any]:
        head = read_head(self._connection)
        assert head is not None
        return {
            "format": FORMAT,
            "v": 1,
            "origin": head.asal,
            "first": self.first,
            "end": self.end,
            "sejak": _told(self._wanted.sejak),
            "sampai": _told(self._wanted.sampai),
            "dibuat_pada": _told(now),
        }

    def _checkpoints(self) -> Iterator[Signed]:
        return checkpoints(self._connection, self._which())

    def _which(self) -> sa.ColumnElement[bool]:
        return sa.or_(
            AUDIT_CHECKPOINT.c.rotasi,
            AUDIT_CHECKPOINT.c.ukuran.between(max(1, self.first), self.end),
            AUDIT_CHECKPOINT.c.pada == self._newest.pada,
            self._stamped,
        )

    def _sizes_around(self) -> list[int]:
        """The sizes of the checkpoints from which, and to which, proofs lead."""
        size = AUDIT_CHECKPOINT.c.ukuran
        edges = size.in_((self.first, self.end, self._newest.ukuran))
        which = sa.or_(AUDIT_CHECKPOINT.c.rotasi, edges, self._stamped)
        return list(self._connection.scalars(sa.select(size).where(which).order_by(size)))

    def _prefix(self) -> dict[str, Any]:
        edge = Edge(self.first, read_tiles(self._connection, last_tiles(self.first)))
        return {"size": self.first, "peaks": edge.peaks()}

    def _entries(self) -> Iterator[bytes]:
        rows = leaf_rows(self._connection, self._leaves, self.first, self.end)
        sealed = leaf_hashes(self._connection, self.first, self.end)
        for (_, row), kept in zip(rows, sealed, strict=True):
            yield _line(kept) if row is None else self._leaves.leaf(row) + b"\n"

    def _consistency(self, sizes: Sequence[int]) -> Iterator[bytes]:
        for old, new in itertools.pairwise(sizes):
            if old != new and not (self.first <= old and new <= self.end):
                yield _line(consistency_proof(self._connection, old, new))
        for note in self._wanted.kept:
            kept = read_checkpoint(read_note(note)[0]).ukuran
            if not self.first <= kept <= self.end:
                later = min((size for size in sizes if size >= kept), default=None)
                if later is None:
                    raise LogBroken(f"a checkpoint was kept of {kept} entries, which are not here")
                yield _line(consistency_proof(self._connection, kept, later))

    def _destructions(self) -> Iterator[bytes]:
        which = sa.and_(AUDIT.c.peristiwa == DESTRUCTION, AUDIT.c.oleh.is_not(None))
        for row in self._connection.execute(self._leaves.query.where(which)).all():
            index = index_of(self._connection, row.nomor)
            if index is None or not self.end <= index < self._newest.ukuran:
                continue
            ranges = msgspec.json.decode(row.rincian)["rentang"]
            if any(first < self.end and last >= self.first for first, last in ranges):
                proof = inclusion_proof(self._connection, index, self._newest.ukuran)
                yield _line({"leaf": self._leaves.leaf(row).decode(), "proof": proof})

    def _openings(self) -> Iterator[bytes]:
        for index, row in leaf_rows(self._connection, self._leaves, self.first, self.end):
            if row is not None and row.subjek is not None:
                salt = self._leaves.salt(row)
                yield _line({"index": index, "salt": salt, "subjek": row.subjek})

    def _timestamps(self) -> Iterator[bytes]:
        for size, _, stamp in stamps(self._connection, self._which()):
            yield _line({"size": size, "time": _told(stamp.pada), "token": stamp.token})


def _write(archive: ZipFile, name: str, lines: Iterable[bytes]) -> None:
    info = ZipInfo(name, _EPOCH)
    info.external_attr = 0o600 << 16
    # Hashes do not get smaller.
    info.compress_type = ZIP_STORED if name.endswith(".bin") else ZIP_DEFLATED
    rest = iter(lines)
    with archive.open(info, "w", force_zip64=True) as member:
        while chunk := b"".join(itertools.islice(rest, _CHUNK)):
            member.write(chunk)


def _line(told: Any) -> bytes:
    return msgspec.json.encode(told) + b"\n"


def _told(moment: datetime | None) -> str | None:
    return None if moment is None else moment.strftime(MOMENT)
