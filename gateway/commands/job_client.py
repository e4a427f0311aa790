"""One file's lookup job at a running gateway: handed in, followed, fetched, cancelled."""

import asyncio
import base64
import gzip
import hashlib
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, Final

import msgspec

from gateway.commands.running import stop
from gateway.commands.strict_client import StrictClient
from gateway.kit.transport import Answer

_PATH: Final = "/v1/penduduk/jobs"
_PAGE: Final = 2000
_PATIENCE: Final = 5
ENDED: Final = frozenset(("selesai", "dibatalkan", "kedaluwarsa"))

Seen = Callable[[Mapping[str, Any]], None]


class JobClient:
    """Speaks for one client; a token that has ended is replaced by a new one."""

    def __init__(self, client: StrictClient, wishes: Mapping[str, str | None]) -> None:
        self._client = client
        self._wishes = wishes
        self._token: str | None = None

    async def hand_in(self, body: bytes, kind: str) -> dict[str, Any]:
        """The job of these bytes: the one from an earlier time, where it is still there."""
        headers = {
            "content-type": kind,
            "content-encoding": "gzip",
            "idempotency-key": key_of(body),
        }
        return _job(await self._call("POST", _PATH, gzip.compress(body, 6, mtime=0), headers))

    async def follow(self, job: dict[str, Any], seen: Seen) -> dict[str, Any]:
        """The job once it has ended; `seen` is told each state on the way."""
        while True:
            seen(job)
            if job["status"] in ENDED:
                return job
            answer = await self._call("GET", f"{_PATH}/{job['id']}")
            job = _job(answer)
            if job["status"] not in ENDED:
                await asyncio.sleep(float(answer.headers.get("retry-after", _PATIENCE)))

    async def cancel(self, job: Mapping[str, Any]) -> dict[str, Any]:
        """The job as it is after that."""
        return _job(await self._call("DELETE", f"{_PATH}/{job['id']}"))

    async def results(self, job: Mapping[str, Any], kind: str) -> AsyncIterator[bytes]:
        """The results page by page, each as it came."""
        after, is_complete = 0, False
        while not is_complete:
            target = f"{_PATH}/{job['id']}/results?after={after}&limit={_PAGE}"
            answer = await self._call("GET", target, headers={"accept": kind})
            _sound(answer, 200)
            yield answer.body
            after = int(answer.headers["x-job-last"])
            is_complete = answer.headers["x-job-complete"] == "true"

    async def _call(
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        if self._token is not None:
            answer = await self._client.call(method, target, self._token, body, headers)
            if answer.status != 401:
                return answer
        self._token = await self._client.token(self._wishes)
        return await self._client.call(method, target, self._token, body, headers)


def key_of(body: bytes) -> str:
    """The key under which these bytes are one job, whenever they are handed in."""
    # In letters mostly: a long row of digits could be taken for somebody's number.
    return "file-" + base64.b32encode(hashlib.sha256(body).digest()).decode().rstrip("=").lower()


def _job(answer: Answer) -> dict[str, Any]:
    _sound(answer, 200, 202)
    data: dict[str, Any] = msgspec.json.decode(answer.body)["data"]
    return data


def _sound(answer: Answer, *statuses: int) -> None:
    if answer.status in statuses:
        return
    try:
        told = msgspec.json.decode(answer.body, type=dict[str, Any])
    except msgspec.MsgspecError:
        told = {}
    stop(f"the gateway answered {answer.status}: {told.get('code', '')}: {told.get('detail', '')}")
