"""An entry that was recorded is durable; an entry that cannot be recorded says so."""

from datetime import timedelta

import msgspec
import psycopg
import pytest
from prometheus_client import CollectorRegistry

from gateway.domain.audit import EntriAudit, HasilAudit
from gateway.domain.errors import Unavailable
from gateway.infra.audit.log import open_audit_log
from gateway.infra.audit.report import AuditReport
from gateway.kit.ids import new_id
from tests.contract.shelf import START, Shelf

ENTRY = EntriAudit(
    entri_id="018f0000-0000-7000-8000-000000000001",
    pada=START,
    peristiwa="penduduk.lookup",
    hasil=HasilAudit.DIBERIKAN,
    client_id="dinkes",
    grant_id="G-1",
    grant_versi=3,
    nomor_pks="PKS/001/2026",
    tujuan="P-BANSOS",
    dasar_hukum="UU 13/2011",
    subjek="a" * 32,
    atribut=("nama_lengkap", "alamat"),
    jumlah=1,
    sumber="dukcapil",
    request_id="r-1",
)


async def test_an_entry_is_kept_as_it_was_said_and_seen_by_every_other_process(shelf):
    await shelf.audit.record(ENTRY)
    other = Shelf(shelf.url)
    [row] = await other.rows("audit")
    await other.close()
    kept = {name: row[name] for name in EntriAudit.__struct_fields__}
    assert msgspec.convert(kept, EntriAudit, strict=False) == ENTRY
    assert row["nomor"] == 1


async def test_a_bare_refusal_is_an_entry_too(shelf):
    bare = EntriAudit(
        entri_id=new_id(), pada=START, peristiwa="token", hasil=HasilAudit.DITOLAK, alasan="bad"
    )
    await shelf.audit.record(bare)
    [row] = await shelf.rows("audit")
    assert (row["client_id"], row["atribut"], row["jumlah"], row["alasan"]) == (None, [], 0, "bad")


async def test_entries_are_numbered_in_the_order_in_which_they_were_written(shelf):
    for step in range(5):
        moment = START - timedelta(hours=step)
        await shelf.audit.record(msgspec.structs.replace(ENTRY, entri_id=new_id(), pada=moment))
    rows = await shelf.rows("audit")
    assert [row["nomor"] for row in rows] == [1, 2, 3, 4, 5]
    assert [row["pada"] for row in rows] == [START - timedelta(hours=step) for step in range(5)]


async def test_an_entry_cannot_be_written_twice(shelf):
    await shelf.audit.record(ENTRY)
    with pytest.raises(Unavailable):
        await shelf.audit.record(ENTRY)
    assert len(await shelf.rows("audit")) == 1


READ_ONLY = {
    "sqlite": lambda url: f"{url.replace('sqlite:///', 'sqlite:///file:')}?mode=ro&uri=true",
    "postgresql": lambda url: f"{url}&options=-cdefault_transaction_read_only%3Don",
}


async def test_a_store_that_takes_no_writing_is_unavailable(database_url):
    engine = database_url.partition(":")[0]
    audit = open_audit_log(READ_ONLY[engine](database_url), AuditReport(CollectorRegistry()))
    assert not await audit.is_writable()
    with pytest.raises(Unavailable) as refused:
        await audit.record(ENTRY)
    assert (refused.value.code, refused.value.status) == ("audit_unavailable", 503)
    assert refused.value.retry_after is not None
    await audit.close()


async def test_a_store_without_its_tables_is_unavailable(shelf):
    async with shelf.database.writing() as connection:
        await connection.exec_driver_sql("DROP TABLE audit")
    with pytest.raises(Unavailable):
        await shelf.audit.record(ENTRY)


@pytest.mark.parametrize(
    "url",
    ["sqlite:////nowhere/at/all/gateway.db", "postgresql://x@127.0.0.1:1/x?connect_timeout=2"],
)
async def test_a_store_that_is_away_is_unavailable(url):
    audit = open_audit_log(url, AuditReport(CollectorRegistry()))
    with pytest.raises(Unavailable):
        await audit.record(ENTRY)
    await audit.close()


async def test_a_store_whose_connections_were_cut_is_found_again(postgres_url):
    shelf = Shelf(postgres_url)
    await shelf.audit.record(ENTRY)
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    await shelf.audit.record(msgspec.structs.replace(ENTRY, entri_id=new_id()))
    assert len(await shelf.rows("audit")) == 2
    await shelf.close()
