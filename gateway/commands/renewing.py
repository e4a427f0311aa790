"""A client of a running gateway whose token is replaced when it ends."""

from collections.abc import Mapping
from typing import Any, NoReturn

import msgspec

from gateway.commands.running import stop
from gateway.commands.strict_client import StrictClient
from gateway.kit.transport import Answer


class RenewingClient:
    """Speaks for one client; work may take longer than a token lives."""

    def __init__(self, client: StrictClient, wishes: Mapping[str, str | None]) -> None:
        """`wishes` are further members of each token request."""
        self._client = client
        self._wishes = wishes
        self._token: str | None = None

    async def call(
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """The answer to one request; where the token has ended, to a second one with a new one."""
        if self._token is not None:
            answer = await self._client.call(method, target, self._token, body, headers)
            if answer.status != 401:
                return answer
        self._token = await self._client.token(self._wishes)
        return await self._client.call(method, target, self._token, body, headers)


def sound(answer: Answer, *statuses: int) -> Answer:
    """The answer, if it has one of the statuses; else the end of the command in words."""
    if answer.status not in statuses:
        _refused(answer)
    return answer


def _refused(answer: Answer) -> NoReturn:
    try:
        told = msgspec.json.decode(answer.body, type=dict[str, Any])
    except msgspec.MsgspecError:
        told = {}
    stop(f"the gateway answered {answer.status}: {told.get('code', '')}: {told.get('detail', '')}")
