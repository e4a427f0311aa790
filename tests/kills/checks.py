"""Looks whether anything was lost, doubled, or told without a trace. Everything is at rest then."""

import re
from collections import Counter
from typing import Any, Final

import sqlalchemy as sa

from gateway.domain.audit import HasilAudit
from gateway.infra.db.records.person_tables import PPKS_ASAL
from gateway.infra.db.tables import AUDIT, PPKS
from gateway.syncing import sent_records
from tests.kills.content import street, version
from tests.kills.copies import Copy
from tests.kills.rest import command
from tests.kills.town import Town
from tests.kills.waiting import until

_NUMBER: Final = re.compile(rb"(?<![0-9a-fA-F.])\d{16}(?![0-9a-fA-F])")
_AWAY: Final = re.compile(rb"OperationalError|redis\.exceptions\.")
_OWN: Final = "sijosku"


async def check(town: Town) -> None:
    """Everything that must be true."""
    shown = await town.reader.every()
    listed: Copy = {one["id"]: one for one in shown}
    assert len(listed) == len(shown)
    told = await _told(town)
    _check_pushes(town, told)
    _check_persons(listed)
    await _check_over_there(town, listed)
    assert town.follower.kept.read()[1] == listed
    assert town.exporter.kept.read()[1] == listed

    async def is_pushed() -> bool:
        return town.receiver.copy == listed

    await until(is_pushed)
    await _check_audit(town)
    _check_logs(town)
    wrong = [*town.journal.wrong, *(wrong for one in town.pushers for wrong in one.wrong)]
    assert not wrong, wrong


async def _told(town: Town) -> list[dict[str, Any]]:
    """What each source told, wherever it stands in the store."""
    alone = sa.select(PPKS).where(PPKS.c.sistem != "gabungan")
    async with town.parts.database.reading() as connection:
        rows = [
            dict(row)
            for query in (alone, sa.select(PPKS_ASAL))
            for row in (await connection.execute(query)).mappings()
        ]
    names = Counter((row["sistem"], row["id_sumber"]) for row in rows)
    assert set(names.values()) <= {1}
    return rows


def _check_pushes(town: Town, told: list[dict[str, Any]]) -> None:
    """What was acknowledged is stored, or a newer version; and as it was told."""
    stored = {(row["sistem"], row["id_sumber"]): row for row in told}
    for pusher in town.pushers:
        name = pusher.agency.client_id
        for number, urutan in pusher.acknowledged.items():
            row = stored[f"klien:{name}", f"R-{number}"]
            assert urutan <= row["urutan"] <= pusher.made[number]
            content = version(name, number, row["urutan"])
            assert row["dihapus"] == content.get("dihapus", False)
            if not row["dihapus"]:
                assert street(name, row["urutan"]) in str(row["alamat"])
                assert row["kode_wilayah"] == content["kode_wilayah"]
                assert (row["nik_indeks"] is not None) == ("nik" in content)


def _check_persons(listed: Copy) -> None:
    """One record for a number, as all who told it agree in the name."""
    numbers = Counter(one["nik"] for one in listed.values() if "nik" in one)
    assert set(numbers.values()) <= {1}


async def _check_over_there(town: Town, listed: Copy) -> None:
    """Ours has what SIJOSKU told; SIJOSKU has what its grant shows of others, each once."""
    there = {name: one for name, one in (await town.desk.told()).items() if not one.get("dihapus")}
    theirs = {one["sumber"]["id_sumber"]: one for one in listed.values() if _is_theirs(one)}
    own = {name: one for name, one in there.items() if one["asal"] == _OWN}
    assert theirs.keys() == own.keys()
    for name, one in own.items():
        assert theirs[name]["nama_lengkap"] == one["nama"]
    due = {name: one for name, one in listed.items() if not _is_theirs(one)}
    known = await sent_records(town.parts).known(_OWN, list(due))
    lying = {name: there[str(sent.id_jauh)] for name, sent in known.items()}
    assert lying.keys() == due.keys()
    assert len({one["id"] for one in lying.values()}) == len(there) - len(own) == len(due)
    for name, one in lying.items():
        assert one["kunci"] == f"gateway:{name}" if "kunci" in one else True
        assert one["alamat"] == due[name]["alamat"]["jalan"]


def _is_theirs(one: dict[str, Any]) -> bool:
    return bool(one["sumber"]["sistem"] == _OWN)


async def _check_audit(town: Town) -> None:
    """Every answer that disclosed has its row; and the log is whole, also before what was kept."""
    query = sa.select(AUDIT.c.request_id).where(AUDIT.c.hasil == HasilAudit.DIBERIKAN.value)
    async with town.parts.database.reading() as connection:
        rows = Counter((await connection.execute(query)).scalars())
    missing = [name for name in town.journal.disclosed if rows[name] != 1]
    assert missing == []
    assert (await command(town, "audit", "checkpoint"))[0] == 0
    kept = [str(one.checkpoint) for one in town.instances if one.checkpoint.exists()]
    notes = [word for path in kept for word in ("--kept", path)]
    code, said = await command(town, "audit", "verify-store", *notes)
    assert code == 0, said


def _check_logs(town: Town) -> None:
    """No process wrote a NIK into its log, and none a trace for each answer without store or Redis."""
    logs = [*town.folder.glob("*.log"), *([town.store.log] if town.store.log else [])]
    for path in logs:
        told = path.read_bytes()
        assert _NUMBER.search(told) is None, path.name
        traces = [line for line in told.splitlines() if b'"crash"' in line]
        assert not [line for line in traces if _AWAY.search(line)], path.name
