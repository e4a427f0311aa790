"""The requests of the measures of lookups: over an issuer of the gateway, or with fixed headers."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec

from bench.load.requests import Load, Replay, request, write_requests
from bench.serving.agencies import Agency

LOOKUP: Final = "/v1/penduduk/lookup"


def with_headers(niks: Sequence[str], headers: Mapping[str, str]) -> Load:
    """One lookup of each person, which may be sent again and again."""

    def load(file: Path, _count: int) -> Replay:
        return write_requests(file, (lookup(nik, headers) for nik in niks))

    return load


def by_bearer(niks: Sequence[str], agency: Agency) -> Load:
    """Over the legacy issuer."""

    def load(file: Path, count: int) -> Replay:
        return with_headers(niks, agency.headers())(file, count)

    return load


def by_holder(niks: Sequence[str], agency: Agency) -> Load:
    """Over the strict issuer: each with a proof of its own."""

    def load(file: Path, count: int) -> Replay:
        headers = agency.proved_headers(LOOKUP, count)
        requests = (lookup(niks[n % len(niks)], each) for n, each in enumerate(headers))
        return write_requests(file, requests, once=True)

    return load


def lookup(nik: str, headers: Mapping[str, str]) -> bytes:
    """The request that looks one person up."""
    told = {"content-type": "application/json", **headers}
    return request("POST", LOOKUP, told, msgspec.json.encode({"nik": nik}))
