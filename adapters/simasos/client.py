"""The office's WhatsApp line: receives by webhook, replies through the Cloud API."""

from collections.abc import Mapping
from typing import Final

import msgspec

from adapters.simasos.config import Config, check
from adapters.simasos.outcomes import failure_of_answer, failure_of_transport
from adapters.simasos.reporter import is_user_id
from adapters.simasos.schema import Sent
from adapters.simasos.signature import answer_handshake, check_signature
from adapters.simasos.webhook import Line, baca_webhook
from gateway.domain.complaint import Pengaduan
from gateway.domain.outcome import Outcome, Trip, UpstreamFailure
from gateway.domain.systems import Health, InboundBatch, Outside, System
from gateway.kit.clock import Clock
from gateway.kit.transport import (
    Answer,
    Call,
    Endpoint,
    Http,
    Limits,
    TransportFailure,
)

_REPLY: Final = "reply"
_MAX_TEXT: Final = 4096


class WhatsAppLine:
    """A ComplaintChannel over the WhatsApp Business Cloud API."""

    def __init__(self, config: Config, http: Http, clock: Clock) -> None:
        self._config = config
        self._http = http
        self._clock = clock
        self._line = Line(
            phone_number_id=config.phone_number_id,
            refuse_others=config.other_numbers == "refuse",
        )

    def handshake(self, query: Mapping[str, str]) -> str:
        """The challenge to echo. Raises WebhookRefused."""
        return answer_handshake(query, self._config.verify_token)

    def receive(self, headers: Mapping[str, str], body: bytes) -> InboundBatch:
        """What the call carried, once its signature over the raw bytes holds."""
        secrets = (self._config.app_secret, self._config.app_secret_previous)
        check_signature(headers, body, secrets)
        return baca_webhook(body, self._line, self._clock())

    async def reply(self, pengaduan: Pengaduan, teks: str) -> str:
        """Send a text of 1 to 4096 characters; answers Meta's id of it. Raises UpstreamFailure.

        Sent at most once: where the answer does not say what became of the message, the outcome is
        one that forbids a repeat.
        """
        call = Call(
            operation=_REPLY,
            path=f"/{self._config.api_version}/{self._config.phone_number_id}/messages",
            headers={
                "authorization": f"Bearer {self._config.access_token.reveal()}",
                "content-type": "application/json",
            },
            body=reply_body(pengaduan, teks),
        )
        try:
            answer = await self._http.send(call)
        except TransportFailure as failure:
            raise failure_of_transport(failure) from None
        return self._receipt(answer)

    def _receipt(self, answer: Answer) -> str:
        try:
            sent = msgspec.json.decode(answer.body, type=Sent)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            sent = Sent()
        if sent.error is None and answer.status == 200 and sent.messages and sent.messages[0].id:
            self._http.report_success(_REPLY)
            return sent.messages[0].id
        failure = failure_of_answer(
            answer.status, sent.error.code if sent.error else None, _retry_after(answer)
        )
        trip = failure.reaction.breaker
        if trip is not Trip.NO or failure.outcome is Outcome.UNKNOWN_UPSTREAM:
            self._http.report_failure(_REPLY, open_now=trip is Trip.OPENS)
        raise failure


def reply_body(pengaduan: Pengaduan, teks: str) -> bytes:
    """The request for a reply. Raises UpstreamFailure where there is nobody to answer to."""
    address = pengaduan.pelapor.nomor if pengaduan.pelapor else None
    if not address:
        raise UpstreamFailure(Outcome.BAD_REQUEST, hint="pelapor tidak punya nomor")
    if not teks.strip() or len(teks) > _MAX_TEXT:
        raise UpstreamFailure(Outcome.BAD_REQUEST, hint="balasan harus 1 sampai 4096 huruf")
    message: dict[str, object] = {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "recipient" if is_user_id(address) else "to": address,
        "type": "text",
        "text": {"preview_url": False, "body": teks},
    }
    # Only a message that came by webhook has an id that Meta knows.
    if pengaduan.id_sumber.startswith("wamid."):
        message["context"] = {"message_id": pengaduan.id_sumber}
    return msgspec.json.encode(message)


def _retry_after(answer: Answer) -> float | None:
    told = answer.headers.get("retry-after", "")
    return float(told) if told.isascii() and told.isdigit() and len(told) < 8 else None


def connect(config: Config, outside: Outside) -> System:
    """The line as a system. Raises ValueError that names missing settings."""
    check(config)
    endpoint = Endpoint(
        base_url=config.url,
        ca_file=config.ca_file or None,
        limits=Limits(read_timeout=config.read_timeout),
    )
    http = outside.http("simasos", endpoint)
    return System(
        complaint_channel=WhatsAppLine(config, http, outside.clock),
        health=lambda: Health(breakers=dict(http.breakers())),
        close=http.close,
    )
