"""Every time that the API tells is in UTC and ends with Z, however it was written or stored."""

import re
from datetime import datetime, timedelta, timezone

import msgspec

from tests.fixtures.gateway_people import REKAMAN, SATU
from tests.fixtures.oauth import START

WITA = timezone(timedelta(hours=8))
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d[^\"]*")


async def test_all_times_are_utc(gateway):
    changed = msgspec.structs.replace(
        REKAMAN[0], diubah_sumber=datetime(2026, 1, 31, 8, 30, tzinfo=WITA)
    )
    await gateway.parts.imports.save([changed], dry_run=False)
    asker = await gateway.asking(
        berlaku_dari=(START - timedelta(days=1)).astimezone(WITA),
        berlaku_sampai=datetime(2027, 1, 1, tzinfo=WITA),
    )
    me = await asker.get("/v1/me")
    assert me.json()["data"]["berlaku_sampai"] == "2026-12-31T16:00:00Z"
    records = await asker.get("/v1/ppks")
    assert "2026-01-31T00:30:00Z" in records.text
    looked_up = await asker.lookup(SATU.nik)
    verified = await asker.verify(SATU.nik, nama_lengkap=SATU.nama_lengkap)
    systems = await asker.get("/v1/systems")
    for answer in (me, records, looked_up, verified, systems):
        assert answer.status_code == 200, answer.text
        assert [told for told in TIME.findall(answer.text) if not told.endswith("Z")] == []
    assert len(TIME.findall(looked_up.text + records.text)) > 2
