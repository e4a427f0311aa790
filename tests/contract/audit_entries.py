"""Entries for the audit logs under test, and how those who wait for them end."""

import asyncio
from collections.abc import Iterable

from prometheus_client import CollectorRegistry

from gateway.domain.audit import EntriAudit, HasilAudit
from gateway.infra.audit.log import GroupedAuditLog, open_audit_log
from gateway.infra.audit.report import AuditReport
from gateway.kit.ids import new_id
from tests.contract.shelf import START


def bare(**more: object) -> EntriAudit:
    """A fresh entry that says little."""
    usual = {"pada": START, "peristiwa": "token", "hasil": HasilAudit.DITOLAK, "atribut": ("nik",)}
    return EntriAudit(**{"entri_id": new_id()} | usual | more)


def opened(url: str) -> GroupedAuditLog:
    """One instance's way into the log."""
    return open_audit_log(url, AuditReport(CollectorRegistry()))


async def recorded(audit: GroupedAuditLog, entries: Iterable[EntriAudit]) -> list[str]:
    """Record all at once; "written", or the error's class, of each."""
    ends = await asyncio.gather(*map(audit.record, entries), return_exceptions=True)
    return ["written" if end is None else type(end).__name__ for end in ends]
