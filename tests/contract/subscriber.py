"""A subscriber that believes signed messages only, and keeps its copy by them."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from standardwebhooks.webhooks import Webhook

from gateway.application.caller.disclose_records import DiscloseRecords
from gateway.application.feed.compose_message import ComposeMessage
from gateway.application.feed.manage_subscriptions import ManageSubscriptions
from gateway.application.feed.push_changes import PushChanges
from gateway.application.feed.read_changes import ReadChanges
from gateway.domain.client import Client
from gateway.domain.grant import Grant, JenisGrant, Scope
from gateway.domain.langganan import AturanKirim, HasilKirim, Langganan
from gateway.domain.policy import buka
from gateway.domain.ports import KondisiPpks
from gateway.domain.webhook import Jawaban
from gateway.infra.db.clients.clients import SqlClients
from gateway.infra.db.reading.feed import SqlFeed
from gateway.infra.db.subscribers.outbox import SqlOutbox
from gateway.infra.db.subscribers.subscriptions import SqlSubscriptions
from tests.contract.shelf import KEYRING, Shelf
from tests.fakes import FakeAllowance, FakeAudit
from tests.fixtures.oauth import client_of, grant_of

BY = "CONTOH A"
URL = "https://penerima.example/masuk"
TAKEN = Jawaban(status=200)
RULES = AturanKirim(percobaan=3, menyerah=timedelta(days=5))


class Receiver:
    """The `Sender` port with the subscriber behind it; `answers` are given in turn, then 200."""

    def __init__(self, clock: Any) -> None:
        self.clock = clock
        self.answers: list[Jawaban] = []
        self.meanwhile: Any = None
        self.secret = ""
        self.got: list[dict[str, Any]] = []
        self.tried: list[str] = []
        self.copy: dict[str, Any] = {}

    def check(self, url: str) -> None:
        return

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Jawaban:
        assert url == URL
        self.tried.append(headers["webhook-id"])
        if self.meanwhile is not None:
            await self.meanwhile()
        answer = self.answers.pop(0) if self.answers else TAKEN
        if answer.diterima or answer.alasan == "timed_out":
            self.take(headers, body)
        return answer

    def take(self, headers: Mapping[str, str], body: bytes) -> None:
        """Believe it and apply it, once."""
        signatures = {name: text for name, text in headers.items() if name.startswith("webhook-")}
        assert int(signatures["webhook-timestamp"]) <= self.clock().timestamp()
        event = _verified(self.secret, body, signatures)
        if event["id"] in {each["id"] for each in self.got}:
            return
        self.got.append(event)
        if event["data"]["awal"]:
            self.copy = {}
        for item in event["data"]["items"]:
            if item["jenis"] == "hapus":
                self.copy.pop(item["id"], None)
            else:
                self.copy[item["id"]] = item.get("data", item["versi"])


def _verified(secret: str, body: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
    # Its own check goes by the real time, the tests by theirs.
    moment = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
    expected = Webhook(secret).sign(headers["webhook-id"], moment, body.decode())
    assert expected in headers["webhook-signature"].split(" ")
    found: dict[str, Any] = msgspec.json.decode(body)
    assert found["id"] == headers["webhook-id"]
    return found


class Pushed:
    """A subscription with all that works on it, over one store."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.clock = shelf.clock
        self.audit = FakeAudit()
        self.allowance = FakeAllowance()
        self.receiver = Receiver(shelf.clock)
        self.clients = SqlClients(shelf.database, shelf.clock)
        self.feed = SqlFeed(shelf.database, shelf.ppks.shower)
        self.store = SqlSubscriptions(shelf.database, KEYRING)
        self.manage = ManageSubscriptions(
            self.store, self.clients, self.feed, self.receiver, shelf.clock
        )
        self.counted: list[HasilKirim] = []
        self.worker = self.another_worker()
        self.grant: Grant = grant_of("dinkes", "G-1")
        self.langganan: Langganan

    def another_worker(self, keep_days: int = 90) -> PushChanges:
        """As another process has one."""
        disclose = DiscloseRecords(self.audit, KEYRING, self.clock)
        changes = ReadChanges(
            self.feed, self.clients, disclose, self.allowance, self.clock, keep_days=keep_days
        )
        compose = ComposeMessage(
            changes,
            self.allowance,
            disclose,
            KEYRING,
            self.clock,
            source="https://gateway.example",
        )
        return PushChanges(
            SqlOutbox(self.shelf.database, KEYRING),
            self.clients,
            compose,
            self.receiver,
            self.clock,
            rules=RULES,
            lease=timedelta(seconds=60),
            log_days=30,
            on_try=self.counted.append,
            chance=lambda: 1.0,
        )

    async def begin(
        self, *, dengan_data: bool = True, dari_awal: bool = True, **grant: Any
    ) -> None:
        """The agency, its grant and its subscription."""
        usual = {
            "jenis": JenisGrant.SINKRONISASI,
            "scopes": frozenset({Scope.PPKS_SYNC}),
            "berlaku_sampai": self.clock() + timedelta(days=1000),
        }
        client: Client = client_of()
        await self.clients.save_client(client, oleh=BY)
        self.grant = grant_of("dinkes", "G-1", **usual | grant)
        await self.clients.append_grant(self.grant, oleh=BY)
        self.langganan = await self.manage.add(
            "G-1", URL, dengan_data=dengan_data, dari_awal=dari_awal, oleh=BY
        )
        self.receiver.secret = self.langganan.rahasia[0].teks

    async def amend(self, **changes: Any) -> None:
        """The grant's next version."""
        self.grant = msgspec.structs.replace(self.grant, versi=self.grant.versi + 1, **changes)
        await self.clients.append_grant(self.grant, oleh=BY)

    async def pushed(self) -> int:
        """Push as long as there is something to do; how many messages were tried."""
        before = len(self.receiver.tried)
        while await self.worker.step():
            pass
        return len(self.receiver.tried) - before

    async def now(self) -> Langganan:
        """As it stands in the store."""
        return await self.manage.one(self.langganan.id)

    async def shown(self) -> dict[str, Any]:
        """What the grant shows, as the API would tell it."""
        page = await self.shelf.ppks.page(
            buka(self.grant, self.clock()), KondisiPpks(), None, 10_000
        )
        found: dict[str, Any] = msgspec.json.decode(
            msgspec.json.encode({item["id"]: item for item in page.items})
        )
        return found
