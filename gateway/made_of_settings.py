"""What is made of settings whose texts have a form: what cannot be made is a wrong setting."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final

from gateway.domain.merging.rules import AturanGabung, baca_aturan
from gateway.infra.oauth.foreign_keys import KeySource, WrittenKeys, fetched_keys
from gateway.infra.oauth.foreign_tokens import ForeignIssuer
from gateway.infra.oauth.jwks import read_key_set
from gateway.infra.webhooks.addresses import WebhookAddresses
from gateway.infra.webhooks.sender import WebhookSender
from gateway.kit.clock import Clock
from gateway.kit.env import EnvProblem
from gateway.kit.transport import HttpFactory
from gateway.rules import foreign_profile
from gateway.settings import Settings, SettingsWrong

_REMEDY: Final = "see `gateway settings`, and `gateway keys new` for keys"


@contextmanager
def of_setting(variable: str, remedy: str = _REMEDY) -> Iterator[None]:
    """What cannot be made of a variable's value is a wrong setting: ValueError and OSError."""
    try:
        yield
    except (ValueError, OSError) as error:
        problem = EnvProblem(variable=variable, problem=str(error), remedy=remedy)
        raise SettingsWrong([problem]) from None


def merge_rules(settings: Settings) -> AturanGabung | None:
    """The installation's own table, None = the shipped one. Raises SettingsWrong."""
    if not settings.merge_rules:
        return None
    with of_setting("GATEWAY_MERGE_RULES", "mend the table; docs/registry.md explains it"):
        return baca_aturan(Path(settings.merge_rules).read_text("utf-8"))


def webhook_sender(settings: Settings) -> WebhookSender:
    """What messages to subscribers are sent with. Raises SettingsWrong."""
    with of_setting("GATEWAY_WEBHOOK_NETWORKS"):
        addresses = WebhookAddresses(
            settings.webhook_hosts,
            settings.webhook_networks,
            plain_http=settings.webhook_plain_http,
        )
    with of_setting("GATEWAY_WEBHOOK_CA_FILE"):
        return WebhookSender(
            addresses, settings.webhook_ca_file or None, seconds=settings.webhook_timeout
        )


def foreign_issuer(settings: Settings, http: HttpFactory, clock: Clock) -> ForeignIssuer | None:
    """The issuer whose tokens are believed too, if there is one. Raises SettingsWrong."""
    profile = foreign_profile(settings)
    if profile is None:
        return None
    variables = "GATEWAY_FOREIGN_JWKS, GATEWAY_FOREIGN_JWKS_URL"
    with of_setting(variables, "give the issuer's public keys, or where they are"):
        keys = _foreign_keys(settings, http, clock)
    return ForeignIssuer(profile, keys, clock, settings.rar_type)


def _foreign_keys(settings: Settings, http: HttpFactory, clock: Clock) -> KeySource:
    if settings.foreign_jwks:
        return WrittenKeys(read_key_set(settings.foreign_jwks))
    kept = timedelta(seconds=settings.foreign_jwks_ttl)
    ca_file = settings.foreign_ca_file or None
    return fetched_keys(http, settings.foreign_jwks_url, ca_file, clock, kept)
