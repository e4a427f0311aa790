"""Connects to the population-data service: lookup, verification, feedback and health."""

import msgspec

from adapters.dukcapil.answer import Message, read_answer, rules_of
from adapters.dukcapil.config import Config
from adapters.dukcapil.exchange import Exchange
from adapters.dukcapil.feedback import FEEDBACK, DataBalikan
from adapters.dukcapil.quota import Quota
from adapters.dukcapil.reply import to_lookup, to_verification
from adapters.dukcapil.request import LOOKUP, VERIFY, Requests
from adapters.dukcapil.schema import FIELDS
from adapters.dukcapil.terms import WIB, Terms
from gateway.domain.nik import cocokkan_nik
from gateway.domain.outcome import Outcome
from gateway.domain.person import Penduduk
from gateway.domain.systems import Health, LookupAnswer, Outside, System, VerifyAnswer
from gateway.kit.clock import Clock
from gateway.kit.transport import Answer, Endpoint, Http, Limits

NAME = "dukcapil"


class Registry:
    """Implements `ResidentLookup` and `ResidentVerification`."""

    def __init__(self, config: Config, exchange: Exchange, quota: Quota, clock: Clock) -> None:
        self._config = config
        self._exchange = exchange
        self._quota = quota
        self._clock = clock
        self._rules = rules_of(config)
        self._requests = Requests(config)

    async def lookup(self, nik: str, *, caller_ip: str | None = None) -> LookupAnswer:
        """One resident by NIK. Raises UpstreamFailure where no answer was had."""
        answer = await self._exchange.ask(
            self._requests.lookup(nik, caller_ip),
            lambda raw: to_lookup(self._message(raw), nik, self._config),
        )
        if answer.penduduk is None:
            return answer
        oddities = cocokkan_nik(answer.penduduk, self._clock().astimezone(WIB).date())
        return msgspec.structs.replace(answer, peringatan=answer.peringatan + oddities)

    async def verify(self, penduduk: Penduduk, *, caller_ip: str | None = None) -> VerifyAnswer:
        """Verdicts on the told attributes. Raises UpstreamFailure where no answer was had."""
        asked = self._requests.verify(penduduk, caller_ip)
        return await self._exchange.ask(
            asked.call, lambda raw: to_verification(self._message(raw), asked, self._config)
        )

    def _message(self, answer: Answer) -> Message:
        message = read_answer(answer, self._rules)
        spent = message.outcome is Outcome.QUOTA and message.quota is None
        self._quota.observe(0 if spent else message.quota)
        return message


def connect(config: Config, outside: Outside) -> System:
    """The connected system; makes no network call. Raises ValueError for unusable settings."""
    unknown = set(config.lookup_elements) - set(FIELDS)
    if unknown:
        raise ValueError(f"lookup_elements: unknown {sorted(unknown)}")
    terms = Terms(config, outside.clock)
    quota = Quota(config, outside.clock)
    http = outside.http(NAME, _endpoint(config, config.url, config.read_timeout))
    registry = Registry(config, Exchange(http, terms, (LOOKUP, VERIFY)), quota, outside.clock)
    pools = [http]
    feedback = None
    if config.feedback_token:
        url = config.feedback_url or config.url
        pools.append(outside.http(NAME, _endpoint(config, url, config.feedback_timeout)))
        feedback = DataBalikan(config, Exchange(pools[-1], terms, (FEEDBACK,)))

    async def close() -> None:
        for pool in pools:
            await pool.close()

    return System(
        resident_lookup=registry if config.lookup_allowed else None,
        resident_verification=registry if config.verify_allowed else None,
        feedback=feedback,
        ketentuan=terms.ketentuan,
        health=lambda: _health(pools, quota, terms),
        close=close,
    )


def _endpoint(config: Config, url: str, read_timeout: float) -> Endpoint:
    return Endpoint(
        base_url=url,
        ca_file=config.ca_file or None,
        limits=Limits(
            connect_timeout=config.connect_timeout,
            read_timeout=read_timeout,
            max_concurrency=config.max_concurrency,
            breaker_pause=config.breaker_pause,
        ),
    )


def _health(pools: list[Http], quota: Quota, terms: Terms) -> Health:
    notes = (terms.note, quota.note)
    return Health(
        breakers={name: state for pool in pools for name, state in pool.breakers().items()},
        kuota_sisa=quota.left,
        kuota_pada=quota.told_at,
        catatan="; ".join(note for note in notes if note) or None,
    )
