"""Makes the use cases that routes are given, each of the parts that it needs."""

import hmac
from datetime import timedelta
from functools import partial
from typing import Any

from gateway.api.admission import Admission
from gateway.api.cursor import Cursors
from gateway.api.feed_cursor import FeedCursors
from gateway.api.v1.batch import PushLimits
from gateway.application.admin.describe_systems import DescribeSystems
from gateway.application.agreements.forget_balikan import ForgetBalikan
from gateway.application.audit.draw_sample import DrawSample
from gateway.application.audit.read_audit import ReadAudit
from gateway.application.audit.read_seals import ReadSeals
from gateway.application.caller.describe_caller import DescribeCaller
from gateway.application.caller.waiting import Waiting
from gateway.application.complaints.receive_messages import ReceiveMessages
from gateway.application.feed.follow_changes import FollowChanges
from gateway.application.jobs.ask_row import AskRow
from gateway.application.jobs.follow_jobs import FollowJobs
from gateway.application.jobs.read_job_results import ReadJobResults
from gateway.application.jobs.submit_job import JobLimits, SubmitJob
from gateway.application.jobs.work_jobs import WorkJobs
from gateway.application.lookup.judge_elements import JudgeElements
from gateway.application.lookup.lookup_resident import LookupResident
from gateway.application.lookup.verify_resident import VerifyResident
from gateway.application.records.count_ppks import CountPpks
from gateway.application.records.push_records import PushRecords
from gateway.application.records.read_ppks import ReadPpks
from gateway.application.subjects.lookup_subject import LookupSubject
from gateway.infra.db.engine import STORE_AWAY
from gateway.infra.job_worker import JobWorker
from gateway.infra.observing.ready import Readiness
from gateway.infra.stopping import Stopping
from gateway.parts import Parts, subject_report
from gateway.pushing import read_changes


def work_jobs(parts: Parts) -> WorkJobs:
    """What works lookup jobs off."""
    return WorkJobs(
        parts.job_queue,
        parts.clients,
        AskRow(parts.ask_registry, parts.hold_back, parts.quotas, parts.clock),
        parts.clock,
        concurrency=parts.settings.jobs_concurrency,
        lease=timedelta(seconds=parts.settings.jobs_lease),
        away=STORE_AWAY,
    )


def job_dependencies(parts: Parts, worker: JobWorker) -> dict[str, Any]:
    """Of the routes of lookup jobs; `worker` is woken by a new one."""
    settings, clock = parts.settings, parts.clock
    limits = JobLimits(rows=settings.jobs_rows, open_jobs=settings.jobs_open)
    digest = partial(hmac.new, parts.keyring.derive("lookup job"), digestmod="sha256")
    return {
        "job_limits": limits,
        "submit": SubmitJob(parts.jobs, parts.audit, digest, limits, clock, worker.wake),
        "follow": FollowJobs(parts.jobs, parts.audit, parts.quotas, clock),
        "job_results": ReadJobResults(
            parts.jobs, parts.clients, parts.hold_back, parts.audit, parts.keyring, clock
        ),
    }


def forget_balikan(parts: Parts) -> ForgetBalikan:
    """What ends the rows of data balikan."""
    keep = timedelta(days=parts.settings.balikan_keep_days)
    return ForgetBalikan(parts.perjanjian.balikan, parts.clock, keep=keep)


def feed_dependencies(parts: Parts, admission: Admission, stopping: Stopping) -> dict[str, Any]:
    """Of the change feed, whose readers are let in anew while they wait."""
    settings = parts.settings
    waiting = Waiting(settings.changes_waiting, settings.changes_waiting_of_a_grant)
    return {
        "follow_changes": FollowChanges(
            read_changes(parts),
            parts.audit,
            waiting,
            parts.clock,
            longest_wait=settings.changes_wait,
            stopping=stopping,
        ),
        "feed_cursors": FeedCursors(parts.keyring),
        "admission": admission,
    }


def push_dependencies(parts: Parts) -> dict[str, Any]:
    """Of the route by which clients push records."""
    settings, clock = parts.settings, parts.clock
    push = PushRecords(
        parts.records.pushes,
        parts.audit,
        partial(hmac.new, parts.keyring.derive("push batch"), digestmod="sha256"),
        parts.forget_person,
        clock,
        most=settings.push_records,
    )
    return {
        "push": push,
        "push_limits": PushLimits(bytes_unpacked=settings.push_max_bytes, clock=clock),
    }


def dependencies(parts: Parts) -> dict[str, Any]:
    """Of all other routes."""
    clock = parts.clock
    pseudonyms = parts.keyring
    offering = parts.systems.offering
    judge = JudgeElements(
        parts.ask_registry,
        lambda: parts.areas,
        clock,
        allowed=parts.settings.verify_by_lookup,
        threshold=parts.settings.verify_threshold,
    )
    verify = VerifyResident(
        offering,
        parts.desk,
        judge,
        parts.forget_person,
        parts.hold_back,
        parts.audit,
        parts.quotas,
        pseudonyms,
        clock,
    )
    return {
        "lookup_resident": lookup(parts),
        "verify_resident": verify,
        "read_ppks": ReadPpks(parts.ppks, parts.audit, parts.quotas, pseudonyms, clock),
        "count": CountPpks(parts.statistics, parts.audit, clock, parts.settings.smallest_cell),
        "lookup_subject": _lookup_subject(parts),
        **_auditor_dependencies(parts),
        "cursors": Cursors(parts.keyring),
        "describe_caller": DescribeCaller(parts.quotas, clock),
        "receive_messages": ReceiveMessages(offering, parts.imports),
        "check_readiness": Readiness(parts.database, parts.audit, parts.redis, parts.sealing),
        "metrics_text": parts.metrics_text,
        "systems": DescribeSystems(parts.systems.specs, parts.systems.connected, parts.desk, clock),
    }


def _auditor_dependencies(parts: Parts) -> dict[str, Any]:
    log, seals, records = parts.auditors
    audit, names, clock = parts.audit, parts.keyring, parts.clock
    fewest = parts.settings.smallest_cell
    return {
        "read_audit": ReadAudit(log, seals, audit, parts.clients, names, clock),
        "read_seals": ReadSeals(log, seals, audit, names, clock),
        "sample": DrawSample(records, audit, parts.quotas, names, clock, fewest),
    }


def lookup(parts: Parts) -> LookupResident:
    """What looks a resident up, by the framework and around it."""
    return LookupResident(
        parts.ask_registry,
        parts.hold_back,
        parts.audit,
        parts.quotas,
        parts.keyring,
        parts.clock,
    )


def _lookup_subject(parts: Parts) -> LookupSubject:
    report = subject_report(parts)
    return LookupSubject(report, parts.audit, parts.quotas, parts.keyring, parts.clock)
