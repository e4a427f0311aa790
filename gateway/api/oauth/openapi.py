"""How the token endpoints' forms are described to readers of the API document."""

from dataclasses import dataclass, field
from typing import Final

from litestar.openapi.spec import OpenAPIMediaType, Operation, RequestBody, Schema
from litestar.openapi.spec.enums import OpenAPIType

_SHARED: Final = {
    "grant_type": "Always `client_credentials`.",
    "scope": "Scopes, separated by single spaces; without it, all that the grant has.",
    "grant_id": "The grant that the token shall stand for; may be left out where only one fits.",
}
_BY_KEY: Final = {
    "client_assertion_type": "Always `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`.",
    "client_assertion": "A JWT signed with the client's key: `iss` = `sub` = client_id, `aud` = "
    "the issuer as one string, `exp` at most 5 minutes ahead, `jti` used once.",
}
_BY_SECRET: Final = {
    "client_id": "The client, unless `Authorization: Basic` names it.",
    "client_secret": "Its secret, unless `Authorization: Basic` brings it.",
}


def _form(parameters: dict[str, str], required: tuple[str, ...]) -> RequestBody:
    properties = {
        name: Schema(type=OpenAPIType.STRING, description=text) for name, text in parameters.items()
    }
    schema = Schema(type=OpenAPIType.OBJECT, properties=dict(properties), required=list(required))
    return RequestBody(
        content={"application/x-www-form-urlencoded": OpenAPIMediaType(schema=schema)},
        required=True,
    )


@dataclass
class KeyForm(Operation):
    """The form of the issuer for clients with a key."""

    request_body: RequestBody | None = field(
        default_factory=lambda: _form(_SHARED | _BY_KEY, ("grant_type", *_BY_KEY))
    )


@dataclass
class SecretForm(Operation):
    """The form of the issuer for clients with a secret."""

    request_body: RequestBody | None = field(
        default_factory=lambda: _form(_SHARED | _BY_SECRET, ("grant_type",))
    )
