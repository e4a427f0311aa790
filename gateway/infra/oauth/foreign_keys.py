"""Where a foreign issuer's keys come from: written in the settings, or fetched and kept a while."""

import asyncio
from datetime import datetime, timedelta
from typing import Final, Protocol

from joserfc.jwk import Key

from gateway.domain.errors import Unavailable
from gateway.infra.oauth.jwks import KeySet, read_key_set
from gateway.kit.clock import Clock
from gateway.kit.transport import Call, Endpoint, Http, HttpFactory, Limits, TransportFailure

POOL: Final = "foreign_issuer"
"""Name of the connections, in metrics too."""

_BETWEEN_LOOKS: Final = timedelta(seconds=60)
"""At the least, between two fetches because of a key that nobody knows."""
_BETWEEN_TRIES: Final = timedelta(seconds=5)
"""At the least, between two tries where there are no keys that may be used."""
_LIMITS: Final = Limits(
    connect_timeout=3.0,
    read_timeout=5.0,
    write_timeout=3.0,
    max_concurrency=2,
    max_answer_bytes=256 * 1024,
    retries=1,
)
_CALL: Final = Call(
    operation="jwks",
    method="GET",
    path="",
    headers={"accept": "application/jwk-set+json, application/json"},
    retry_safe=True,
)


class KeySource(Protocol):
    """Finds the key with which a token was signed."""

    async def find(self, kid: str | None, alg: str) -> Key | None:
        """The key, None where the issuer has none such. Raises Unavailable if it cannot tell."""

    async def close(self) -> None:
        """Close every connection."""


class WrittenKeys:
    """A `KeySource` that never changes."""

    def __init__(self, keys: KeySet) -> None:
        self._keys = keys

    async def find(self, kid: str | None, alg: str) -> Key | None:
        """The key, or None."""
        return self._keys.find(kid, alg)

    async def close(self) -> None:
        """Nothing to close."""


class FetchedKeys:
    """A `KeySource` behind a URL. Keys older than `kept` are not used, whatever happens."""

    def __init__(self, http: Http, clock: Clock, kept: timedelta) -> None:
        self._http = http
        self._clock = clock
        self._kept = kept
        self._keys: KeySet | None = None
        self._tried = self._fetched = datetime.min.replace(tzinfo=clock().tzinfo)
        self._fetching = asyncio.Lock()

    async def find(self, kid: str | None, alg: str) -> Key | None:
        """The key; for one that is not known the document is read anew, once a minute."""
        keys = await self._newer_than(self._kept, _BETWEEN_TRIES)
        key = keys.find(kid, alg)
        if key is None:
            key = (await self._newer_than(_BETWEEN_LOOKS, _BETWEEN_LOOKS)).find(kid, alg)
        return key

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close()

    async def _newer_than(self, age: timedelta, between: timedelta) -> KeySet:
        """Keys of at most this age. Raises Unavailable; tries no more often than `between`."""
        if (keys := self._known(age)) is not None:
            return keys
        async with self._fetching:
            if (keys := self._known(age)) is not None:
                return keys
            if self._clock() - self._tried < between:
                raise _away()
            return await self._fetch()

    def _known(self, age: timedelta) -> KeySet | None:
        return self._keys if self._clock() - self._fetched < age else None

    async def _fetch(self) -> KeySet:
        self._tried = self._clock()
        try:
            answer = await self._http.send(_CALL)
            if answer.status != 200:
                raise _away()
            self._keys = read_key_set(answer.body)
        except TransportFailure as failure:
            raise _away() from failure
        except ValueError as error:
            self._http.report_failure(_CALL.operation)
            raise _away() from error
        self._http.report_success(_CALL.operation)
        self._fetched = self._tried
        return self._keys


def fetched_keys(
    http: HttpFactory, url: str, ca_file: str | None, clock: Clock, kept: timedelta
) -> FetchedKeys:
    """Keys behind a URL; opens no connection. Raises ValueError for a URL that cannot be right."""
    endpoint = Endpoint(base_url=url, ca_file=ca_file, limits=_LIMITS)
    return FetchedKeys(http(POOL, endpoint), clock, kept)


def _away() -> Unavailable:
    return Unavailable(
        "kunci penerbit token itu tidak tersedia / the keys of that token's issuer are away",
        code="issuer_keys_unavailable",
        retry_after=5,
    )
