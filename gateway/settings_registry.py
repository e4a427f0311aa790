"""Settings of asking the civil registry: kept answers, own judgements, turns and quotas."""

from typing import Annotated

import msgspec

from gateway.domain.freshness import LIFETIMES
from gateway.domain.matching.judge import AMBANG, AMBANG_TERENDAH
from gateway.domain.outcome import REACTIONS, Outcome
from gateway.kit.env import EnvProblem
from gateway.settings_foreign import LONGEST_SECONDS, ForeignSettings


def _says(text: str) -> msgspec.Meta:
    return msgspec.Meta(description=text)


class RegistrySettings(ForeignSettings, frozen=True, kw_only=True):
    """The part of the settings that is about residents' data."""

    nik_cache: Annotated[
        bool,
        _says(
            "Keep registry answers, encrypted. Only where the agreement with Dukcapil allows it."
        ),
    ] = False
    nik_cache_lifetimes: Annotated[
        dict[Outcome, Annotated[int, msgspec.Meta(ge=1)]],
        _says('Seconds by outcome where the usual ones do not fit: `{"found": 600}`.'),
    ] = {}
    nik_cache_while_asking: Annotated[
        int,
        msgspec.Meta(
            ge=0,
            le=LONGEST_SECONDS,
            description="Seconds past its lifetime that an answer will do while it is fetched.",
        ),
    ] = 60
    nik_cache_while_away: Annotated[
        int,
        msgspec.Meta(
            ge=0,
            le=LONGEST_SECONDS,
            description="Seconds past its lifetime that an answer will do with the registry away.",
        ),
    ] = 14_400
    nik_cache_refreshes: Annotated[
        int,
        msgspec.Meta(
            ge=0,
            description="Calls in flight up to which one more is made in the background; 0 = none.",
        ),
    ] = 4
    nik_cache_entries: Annotated[
        int, msgspec.Meta(ge=1, description="Most answers that one process keeps at hand.")
    ] = 50_000
    nik_cache_bytes: Annotated[
        int, msgspec.Meta(ge=0, description="Most bytes that they take, about.")
    ] = 67_108_864
    verify_by_lookup: Annotated[
        bool,
        _says("Read a record to judge what a verification leaves open; costs a lookup each time."),
    ] = False
    verify_threshold: Annotated[
        int,
        msgspec.Meta(
            ge=AMBANG_TERENDAH, le=100, description="Score from which our judgement says SESUAI."
        ),
    ] = AMBANG
    registry_reserve: Annotated[
        int,
        msgspec.Meta(
            ge=0, le=100, description="Percent of a registry's daily quota kept from batches."
        ),
    ] = 20
    registry_slow_below: Annotated[
        int,
        msgspec.Meta(
            ge=0,
            le=100,
            description="Percent left below which batches are spread over the rest of the day.",
        ),
    ] = 50
    registry_share: Annotated[
        int,
        msgspec.Meta(
            ge=1, le=100, description="Percent of the reserve that one grant may take; 100 = all."
        ),
    ] = 100
    registry_patience: Annotated[
        float, msgspec.Meta(ge=0, description="Seconds that a caller waits for its turn.")
    ] = 5.0
    registry_queue: Annotated[
        int, msgspec.Meta(ge=1, description="Callers of one process that wait for their turn.")
    ] = 256
    registry_queue_per_client: Annotated[
        int, msgspec.Meta(ge=1, description="And of one client among them.")
    ] = 64
    registry_refused_pause: Annotated[
        int,
        msgspec.Meta(
            ge=60,
            # No longer than a ledger's sheet lies.
            le=172_800,
            description="Seconds that no instance calls after a registry refused the credentials.",
        ),
    ] = 3600


def registry_contradictions(settings: RegistrySettings) -> list[EnvProblem]:
    """What is wrong with them together."""
    if all(REACTIONS[outcome].about_person for outcome in settings.nik_cache_lifetimes):
        return []
    return [
        EnvProblem(
            variable="GATEWAY_NIK_CACHE_LIFETIMES",
            problem="names an outcome that says nothing about a person, and is never kept",
            remedy=f"name only {', '.join(LIFETIMES)}",
        )
    ]
