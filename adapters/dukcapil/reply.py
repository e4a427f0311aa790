"""From a read message to the house's answer: a result, a final refusal, or neither."""

from typing import Final

import msgspec
from msgspec import UNSET

from adapters.dukcapil.answer import Message
from adapters.dukcapil.config import Config
from adapters.dukcapil.request import VerifyCall
from adapters.dukcapil.resident import read_resident
from adapters.dukcapil.verdict import is_usable, read_verdicts
from gateway.domain.outcome import REACTIONS, Outcome, UpstreamFailure
from gateway.domain.person import StatusPenduduk
from gateway.domain.systems import LookupAnswer, VerifyAnswer

_ACTIVE: Final = {"codes": StatusPenduduk.AKTIF, "texts": UNSET}
"""Only the style with codes tells the dead and the inactive apart from those it finds."""


def to_lookup(message: Message, nik: str, config: Config) -> LookupAnswer:
    """The answer about the asked NIK. Raises UpstreamFailure where the message is none about it."""
    _require_about_person(message)
    outcome = message.outcome
    if not _brings_data(message, config):
        return LookupAnswer(outcome=outcome, kuota_sisa=message.quota)
    reading = read_resident(
        message.fields, granted=config.lookup_elements, unreadable=message.unreadable
    )
    if reading.penduduk.nik != nik:
        usable = isinstance(reading.penduduk.nik, str)
        hint = "answers another NIK than was asked" if usable else "success without a usable NIK"
        raise UpstreamFailure(Outcome.UNKNOWN_UPSTREAM, hint=hint)
    status = _ACTIVE[config.answer_style] if outcome is Outcome.FOUND else StatusPenduduk.GANDA
    return LookupAnswer(
        outcome=outcome,
        penduduk=msgspec.structs.replace(reading.penduduk, status_penduduk=status),
        asli=reading.asli,
        peringatan=reading.peringatan,
        kuota_sisa=message.quota,
    )


def to_verification(message: Message, asked: VerifyCall, config: Config) -> VerifyAnswer:
    """The verdicts on what was asked. Raises UpstreamFailure where there is none."""
    _require_about_person(message)
    if not _brings_data(message, config):
        return VerifyAnswer(outcome=message.outcome, kuota_sisa=message.quota)
    verdicts = read_verdicts(
        message.fields, sent=asked.sent, told=asked.told, threshold=config.threshold
    )
    if not is_usable(verdicts):
        raise UpstreamFailure(Outcome.UNKNOWN_UPSTREAM, hint="success without a verdict")
    return VerifyAnswer(outcome=message.outcome, elemen=verdicts, kuota_sisa=message.quota)


def _require_about_person(message: Message) -> None:
    if not REACTIONS[message.outcome].about_person:
        raise UpstreamFailure(message.outcome, hint=message.hint)


def _brings_data(message: Message, config: Config) -> bool:
    """False for final refusals, whose data fields (if any) mean nothing, and refused duplicates."""
    if message.outcome is Outcome.FOUND_DUPLICATE:
        return config.duplicate_policy == "accept" and bool(message.fields)
    return message.outcome is Outcome.FOUND
