"""One file's lookup job at a running gateway: handed in, followed, fetched, cancelled."""

import asyncio
import base64
import gzip
import hashlib
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, Final

import msgspec

from gateway.commands.renewing import RenewingClient, sound
from gateway.commands.strict_client import StrictClient
from gateway.kit.transport import Answer

_PATH: Final = "/v1/penduduk/jobs"
_PAGE: Final = 2000
_PATIENCE: Final = 5
_PASSING: Final = frozenset((429, 503))
_TRIES: Final = 10
_LONGEST: Final = 60
ENDED: Final = frozenset(("selesai", "dibatalkan", "kedaluwarsa"))

Seen = Callable[[Mapping[str, Any]], None]


class JobClient:
    """Speaks for one client."""

    def __init__(self, client: StrictClient, wishes: Mapping[str, str | None]) -> None:
        self._client = RenewingClient(client, wishes)

    async def hand_in(self, body: bytes, kind: str) -> dict[str, Any]:
        """The job of these bytes: the one from an earlier time, where it is still there."""
        headers = {
            "content-type": kind,
            "content-encoding": "gzip",
            "idempotency-key": key_of(body),
        }
        return _job(
            await self._client.call("POST", _PATH, gzip.compress(body, 6, mtime=0), headers)
        )

    async def follow(self, job: dict[str, Any], seen: Seen) -> dict[str, Any]:
        """The job once it has ended; `seen` is told each state on the way."""
        while True:
            seen(job)
            if job["status"] in ENDED:
                return job
            answer = await self._read(f"{_PATH}/{job['id']}")
            job = _job(answer)
            if job["status"] not in ENDED:
                await asyncio.sleep(float(answer.headers.get("retry-after", _PATIENCE)))

    async def cancel(self, job: Mapping[str, Any]) -> dict[str, Any]:
        """The job as it is after that."""
        return _job(await self._client.call("DELETE", f"{_PATH}/{job['id']}"))

    async def results(self, job: Mapping[str, Any], kind: str) -> AsyncIterator[bytes]:
        """The results page by page, each as it came."""
        after, is_complete = 0, False
        while not is_complete:
            target = f"{_PATH}/{job['id']}/results?after={after}&limit={_PAGE}"
            answer = await self._read(target, accept=kind)
            yield sound(answer, 200).body
            after = int(answer.headers["x-job-last"])
            is_complete = answer.headers["x-job-complete"] == "true"

    async def _read(self, target: str, **headers: str) -> Answer:
        """The answer; a gateway that is busy or starting for a moment ends no long wait."""
        for _ in range(_TRIES):
            answer = await self._client.call("GET", target, headers=headers)
            wait = answer.headers.get("retry-after", "")
            if answer.status not in _PASSING or not wait.isdigit():
                break
            await asyncio.sleep(min(_LONGEST, int(wait)))
        return answer


def key_of(body: bytes) -> str:
    """The key under which these bytes are one job, whenever they are handed in."""
    # In letters mostly: a long row of digits could be taken for somebody's number.
    return "file-" + base64.b32encode(hashlib.sha256(body).digest()).decode().rstrip("=").lower()


def _job(answer: Answer) -> dict[str, Any]:
    data: dict[str, Any] = msgspec.json.decode(sound(answer, 200, 202).body)["data"]
    return data
