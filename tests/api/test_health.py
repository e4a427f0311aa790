"""Whether the process lives, and whether it can serve."""

from gateway.infra.db.engine import open_engine


async def test_a_gateway_with_its_store_is_ready(gateway):
    assert (await gateway.http.get("/health/live")).json() == {"status": "ok"}
    ready = await gateway.http.get("/health/ready")
    assert (ready.status_code, ready.json()) == (
        200,
        {
            "status": "ok",
            "bagian": {"basis_data": True, "catatan_audit": True, "segel_audit": True},
        },
    )


async def test_without_its_store_it_lives_but_is_not_ready_and_serves_nobody(gateway, tmp_path):
    asker = await gateway.asking()
    database = gateway.parts.database
    whole, database.engine = database.engine, open_engine(f"sqlite:///{tmp_path}/tidak/ada.db")
    assert (await gateway.http.get("/health/live")).status_code == 200
    ready = await gateway.http.get("/health/ready")
    assert ready.status_code == 503
    assert ready.json()["bagian"] == {
        "basis_data": False,
        "catatan_audit": True,
        "segel_audit": True,
    }
    for path in ("/v1/me", "/v1/ppks"):
        answer = await asker.get(path)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    await database.engine.dispose()
    database.engine = whole
    assert (await gateway.http.get("/health/ready")).status_code == 200
    assert (await asker.get("/v1/ppks")).status_code == 200


async def test_without_its_audit_log_it_is_not_ready_and_discloses_nothing(gateway):
    asker = await gateway.asking()
    async with gateway.parts.database.writing() as connection:
        await connection.exec_driver_sql("ALTER TABLE audit RENAME TO hilang")
        await connection.exec_driver_sql("CREATE VIEW audit AS SELECT * FROM hilang")
    ready = await gateway.http.get("/health/ready")
    assert ready.status_code == 503
    assert ready.json()["bagian"] == {
        "basis_data": True,
        "catatan_audit": False,
        "segel_audit": True,
    }
    answer = await asker.get("/v1/ppks")
    assert (answer.status_code, answer.json()["code"]) == (503, "audit_unavailable")
    async with gateway.parts.database.writing() as connection:
        await connection.exec_driver_sql("DROP VIEW audit")
        await connection.exec_driver_sql("ALTER TABLE hilang RENAME TO audit")
    assert (await gateway.http.get("/health/ready")).status_code == 200
    assert (await asker.get("/v1/ppks")).status_code == 200


async def test_a_table_that_cannot_be_read_is_a_503_that_the_audit_log_knows(gateway):
    asker = await gateway.asking()
    async with gateway.parts.database.writing() as connection:
        await connection.exec_driver_sql("ALTER TABLE ppks RENAME TO hilang")
    answer = await asker.get("/v1/ppks")
    assert (answer.status_code, answer.json()["code"]) == (503, "store_unavailable")
    (row,) = await gateway.audited()
    assert (row["hasil"], row["alasan"]) == ("gagal", "store_unavailable")
