"""What operators learn of the audit log, and what they must not read there."""

import structlog
from prometheus_client import CollectorRegistry

from gateway.infra.audit.groups import Overfull
from gateway.infra.audit.log import open_audit_log
from gateway.infra.audit.report import AuditReport
from gateway.infra.audit.table import EntryRefused, TableAway
from tests.contract.audit_entries import bare, recorded
from tests.contract.test_audit_log import ENTRY


def test_groups_their_commits_and_their_failures_are_counted():
    registry = CollectorRegistry()
    report = AuditReport(registry)
    waiting = [3]
    report.watch_queue(lambda: waiting[0])
    report.committed(5, 0.002)
    report.committed(1, 0.2)
    report.failed(4, TableAway("away"))
    report.failed(1, EntryRefused("poison"))
    report.turned_away(TableAway())
    report.turned_away(Overfull())
    told = registry.get_sample_value
    assert told("gateway_audit_group_entries_sum") == 6
    assert told("gateway_audit_group_entries_bucket", {"le": "1.0"}) == 1
    assert told("gateway_audit_commit_seconds_count") == 2
    assert told("gateway_audit_waiting") == 3
    failed = {
        reason: told("gateway_audit_failed_entries_total", {"reason": reason})
        for reason in ("store", "entry", "pause", "full")
    }
    assert failed == {"store": 4, "entry": 1, "pause": 1, "full": 1}


async def test_a_refused_entry_is_told_without_a_word_of_it(database_url, capsys):
    audit = open_audit_log(database_url, AuditReport(CollectorRegistry()))
    secret = bare(entri_id=ENTRY.entri_id, subjek="rahasia", alasan="rahasia", client_id="rahasia")
    with structlog.testing.capture_logs() as lines:
        assert await recorded(audit, [secret, secret, bare()]) == [
            "written", "Unavailable", "written",
        ]  # fmt: skip
    await audit.close()
    [line] = lines
    assert (line["event"], line["reason"], line["entries"]) == ("audit_not_written", "entry", 1)
    assert line["log_level"] == "error"
    assert "rahasia" not in str(line)
    assert ENTRY.entri_id not in str(line)
