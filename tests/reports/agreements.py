"""Agreements, entries of the log and people for the tests of what agreements owe."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from prometheus_client import CollectorRegistry

from gateway.domain.audit import EntriAudit, HasilAudit
from gateway.domain.perjanjian import JenisLaporan, Kewajiban, Perjanjian
from gateway.domain.registry_terms import JAKARTA
from gateway.infra.audit.log import open_audit_log
from gateway.infra.audit.report import AuditReport
from gateway.infra.crypto import Keyring
from gateway.kit.ids import new_id

KEYRING = Keyring({"k1": b"k" * 32}, b"i" * 32)
PKS = "PKS/001/2026"
IN_MAY = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)


def nik(number: int) -> str:
    """An invented NIK."""
    return f"990101410190{number:04}"


def agreement(nomor: str = PKS, **changes: Any) -> Perjanjian:
    """An agreement of 2026 that owes both reports."""
    usual: dict[str, Any] = {
        "nomor": nomor,
        "pihak": ("Dinas Sosial CONTOH", "Dinas Kesehatan CONTOH"),
        "berlaku_dari": datetime(2026, 1, 1, tzinfo=JAKARTA),
        "berlaku_sampai": datetime(2028, 1, 1, tzinfo=JAKARTA),
        "kewajiban": tuple(Kewajiban(jenis=jenis) for jenis in JenisLaporan),
    }
    return Perjanjian(**usual | changes)


def used(number: int | None = 1, keyring: Keyring = KEYRING, **changes: Any) -> EntriAudit:
    """An entry of the log: one person looked up under the agreement, from the registry itself."""
    usual: dict[str, Any] = {
        "entri_id": new_id(),
        "pada": IN_MAY,
        "peristiwa": "penduduk.lookup",
        "hasil": HasilAudit.DIBERIKAN,
        "client_id": "dinkes",
        "grant_id": "G-1",
        "grant_versi": 1,
        "nomor_pks": PKS,
        "tujuan": "P-BANSOS",
        "subjek": None if number is None else keyring.subject(nik(number)),
        "atribut": ("nama_lengkap", "nik"),
        "jumlah": 1,
        "sumber": "dukcapil",
    }
    return EntriAudit(**usual | changes)


async def write_log(url: str, entries: Iterable[EntriAudit]) -> None:
    """Put entries in the log, as the gateway does."""
    audit = open_audit_log(url, AuditReport(CollectorRegistry()))
    try:
        await asyncio.gather(*map(audit.record, entries))
    finally:
        await audit.close()
