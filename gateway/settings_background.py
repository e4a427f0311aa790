"""Settings of what works beside the requests: jobs, changes, pushes, exports, timestamps."""

from typing import Annotated

import msgspec

from gateway.settings_foreign import LONGEST_DAYS, LONGEST_HOURS, LONGEST_SECONDS
from gateway.settings_registry import RegistrySettings


def _says(text: str) -> msgspec.Meta:
    return msgspec.Meta(description=text)


# A Struct has one base with fields: each part of the settings stands on the one before.
class BackgroundSettings(RegistrySettings, frozen=True, kw_only=True):
    """The part of the settings that is about work in the background."""

    jobs_rows: Annotated[int, msgspec.Meta(ge=1, description="Rows of one lookup job at most.")] = (
        100_000
    )
    jobs_open: Annotated[
        int, msgspec.Meta(ge=1, description="Lookup jobs of one grant that have not ended.")
    ] = 10
    jobs_worker: Annotated[
        bool, _says("Work on lookup jobs in this instance; some instance has to.")
    ] = True
    jobs_concurrency: Annotated[
        int,
        msgspec.Meta(ge=1, le=64, description="Rows that each process asks for at a time."),
    ] = 4
    jobs_lease: Annotated[
        int,
        msgspec.Meta(
            ge=3,
            le=LONGEST_SECONDS,
            description="Seconds after which another instance takes a vanished one's rows.",
        ),
    ] = 60
    jobs_keep_hours: Annotated[
        int,
        msgspec.Meta(
            ge=1, le=LONGEST_HOURS, description="Hours that a job is kept after it ended."
        ),
    ] = 24
    jobs_longest_days: Annotated[
        int,
        msgspec.Meta(
            ge=1, le=LONGEST_DAYS, description="Days after which a job ends, finished or not."
        ),
    ] = 30
    balikan_keep_days: Annotated[
        int,
        msgspec.Meta(
            ge=1,
            le=LONGEST_DAYS,
            description="Days that rows of data balikan outlive their period.",
        ),
    ] = 365
    sync_in: Annotated[
        tuple[str, ...], _says("Systems whose records are taken over, such as `sijosku`.")
    ] = ()
    sync_out: Annotated[
        dict[str, str],
        _says('Systems that are sent records, each under a grant: {"sijosku": "G-..."}.'),
    ] = {}
    sync_every: Annotated[
        int,
        msgspec.Meta(
            ge=1,
            le=LONGEST_SECONDS,
            description="Seconds between two readings of what is up to date.",
        ),
    ] = 60
    sync_lease: Annotated[
        int,
        msgspec.Meta(
            ge=10,
            le=LONGEST_SECONDS,
            description="Seconds after which another instance goes on for a vanished one.",
        ),
    ] = 300
    sync_worker: Annotated[
        bool, _says("Synchronise in this instance, whenever it is due; some instance has to.")
    ] = True
    merge_rules: Annotated[
        str,
        _says("File with the rules by which records of one person are merged; empty = shipped."),
    ] = ""
    keep_withdrawn_days: Annotated[
        int,
        msgspec.Meta(
            ge=0,
            le=LONGEST_DAYS,
            description="Days after which a withdrawn record is erased; 0 = never.",
        ),
    ] = 365
    keep_history_days: Annotated[
        int,
        msgspec.Meta(
            ge=0, le=LONGEST_DAYS, description="Days that records' history is kept; 0 = for good."
        ),
    ] = 1825
    keep_complaints_days: Annotated[
        int,
        msgspec.Meta(
            ge=0, le=LONGEST_DAYS, description="Days that a complaint is kept; 0 = for good."
        ),
    ] = 1825
    push_records: Annotated[
        int, msgspec.Meta(ge=1, le=10_000, description="Records of one push at most.")
    ] = 10_000
    push_max_bytes: Annotated[
        int, msgspec.Meta(ge=65_536, description="Bytes of one push at most, unpacked.")
    ] = 33_554_432
    changes_keep_days: Annotated[
        int,
        msgspec.Meta(
            ge=1, le=LONGEST_DAYS, description="Days that a cursor of the change feed holds."
        ),
    ] = 90
    changes_wait: Annotated[
        int,
        msgspec.Meta(
            ge=0, le=60, description="Most seconds that a request for changes waits for one."
        ),
    ] = 30
    changes_waiting: Annotated[
        int,
        msgspec.Meta(
            ge=0, description="Requests that wait for changes at once, streams too; per worker."
        ),
    ] = 64
    changes_waiting_of_a_grant: Annotated[
        int, msgspec.Meta(ge=0, description="How many of them may be one grant's.")
    ] = 4
    webhook_hosts: Annotated[
        tuple[str, ...],
        _says("Hosts of subscribers: names, `.name` for all below, `*` for any; empty = no push."),
    ] = ()
    webhook_networks: Annotated[
        tuple[str, ...],
        _says("Networks where subscribers may be although they are not public addresses."),
    ] = ()
    webhook_plain_http: Annotated[bool, _says("Let subscribers be without TLS.")] = False
    webhook_ca_file: Annotated[
        str, _says("PEM bundle for subscribers; empty = the machine's own store.")
    ] = ""
    webhook_timeout: Annotated[
        int, msgspec.Meta(ge=1, le=30, description="Seconds that one push may take.")
    ] = 15
    webhook_lease: Annotated[
        int,
        msgspec.Meta(
            ge=3,
            le=LONGEST_SECONDS,
            description="Seconds after which another instance pushes for a vanished one.",
        ),
    ] = 60
    webhook_workers: Annotated[
        int,
        msgspec.Meta(
            ge=0, le=32, description="Subscribers that a process pushes to at a time; 0 = none."
        ),
    ] = 4
    webhook_attempts: Annotated[
        int,
        msgspec.Meta(
            ge=1, description="Tries of a message whose content is refused, before it is set aside."
        ),
    ] = 8
    webhook_give_up_days: Annotated[
        int,
        msgspec.Meta(
            ge=1,
            le=LONGEST_DAYS,
            description="Days without a success after which a push is given up.",
        ),
    ] = 5
    webhook_log_days: Annotated[
        int,
        msgspec.Meta(
            ge=1, le=LONGEST_DAYS, description="Days that tries stay in the delivery log."
        ),
    ] = 30
    exports_dir: Annotated[
        str, _says("Folder for files of exports, encrypted; all instances share it.")
    ] = "var/exports"
    exports_worker: Annotated[
        bool, _says("Make exports in this instance; some instance has to.")
    ] = True
    exports_per_client: Annotated[
        int, msgspec.Meta(ge=1, description="Exports of one client that may be there at a time.")
    ] = 5
    exports_file_rows: Annotated[
        int, msgspec.Meta(ge=1, description="Records in one file of an export at most.")
    ] = 100_000
    exports_disk_bytes: Annotated[
        int, msgspec.Meta(ge=1024, description="Bytes that files of exports take, about.")
    ] = 10_737_418_240
    exports_processes: Annotated[
        int,
        msgspec.Meta(
            ge=0,
            description="Processes that write one large export; 0 = one for each core, at most 4.",
        ),
    ] = 0
    exports_keep_hours: Annotated[
        int, msgspec.Meta(ge=1, le=LONGEST_HOURS, description="Hours that an export can be read.")
    ] = 24
    exports_lease: Annotated[
        int,
        msgspec.Meta(
            ge=3,
            le=LONGEST_SECONDS,
            description="Seconds after which another instance takes a vanished one's export.",
        ),
    ] = 60
    audit_timestamps: Annotated[
        dict[str, str],
        _says("Timestamping authorities (RFC 3161): URL to PEM file of their trust anchors."),
    ] = {}
    audit_timestamp_every: Annotated[
        int,
        msgspec.Meta(
            ge=1,
            le=LONGEST_SECONDS,
            description="Seconds from one timestamp of an authority to its next, about.",
        ),
    ] = 600
