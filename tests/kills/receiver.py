"""A subscriber's program: it takes messages, keeps a copy by them, and sometimes hangs up."""

import asyncio
from random import Random
from typing import Any

from standardwebhooks.webhooks import Webhook

from tests.kit import raw_server
from tests.kit.raw_server import RawServer

_TAKEN = raw_server.reply(204, b"")
_LOST = raw_server.cut_after(b"")


class Receiver:
    """What came is kept, also where the answer then is lost."""

    def __init__(self, chance: Random) -> None:
        self.secret = ""
        self.copy: dict[str, dict[str, Any]] = {}
        self.messages = 0
        self._newest: dict[str, int] = {}
        self._chance = chance
        self.line: RawServer

    async def answer(self, writer: asyncio.StreamWriter) -> None:
        """Take the message that has just come."""
        self._take(self.line.requests.pop())
        await (_LOST if self._chance.random() < 0.03 else _TAKEN)(writer)

    def _take(self, request: bytes) -> None:
        head, _, body = request.partition(b"\r\n\r\n")
        told = [line.split(": ", 1) for line in head.decode().split("\r\n")[1:]]
        headers = {name.lower(): text for name, text in told}
        data = Webhook(self.secret).verify(body, headers)["data"]
        self.messages += 1
        if data["awal"]:
            self.copy, self._newest = {}, {}
        for item in data["items"]:
            # A message may be late by one, after a gateway that stood still.
            if item["versi"] < self._newest.get(item["id"], 0):
                continue
            self._newest[item["id"]] = item["versi"]
            if item["jenis"] == "hapus":
                self.copy.pop(item["id"], None)
            else:
                self.copy[item["id"]] = item["data"]
