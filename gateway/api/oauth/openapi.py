"""How the token endpoints' forms are described to readers of the API document."""

from dataclasses import dataclass
from typing import Final

from litestar.openapi.spec import OpenAPIMediaType, Operation, RequestBody, Schema
from litestar.openapi.spec.enums import OpenAPIType

_TOKEN: Final = {
    "grant_type": "Always `client_credentials`.",
    "scope": "Scopes, separated by single spaces; without it, all that the grant has.",
    "grant_id": "The grant that the token shall stand for; may be left out where only one fits.",
    "resource": "What the token is for (RFC 8707): this API, as its metadata names it, or nothing.",
    "authorization_details": "Less than the grant has (RFC 9396): an array of one object in JSON "
    "with `type` as the metadata tells it, and any of `actions` (scopes), `wilayah`, `kategori`, "
    "`atribut`, `atribut_cocok`. What is left out is not narrowed.",
}
_STATUS: Final = {
    "token": "The token in question.",
    "token_type_hint": "Makes no difference: there is one kind of token.",
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
    """The form of a token request at the issuer for clients with a key."""

    def __post_init__(self) -> None:
        """The framework knows of no body, since the handler reads it by itself."""
        self.request_body = _form(_TOKEN | _BY_KEY, ("grant_type", *_BY_KEY))


@dataclass
class SecretForm(Operation):
    """The form of a token request at the issuer for clients with a secret."""

    def __post_init__(self) -> None:
        """See `KeyForm`."""
        self.request_body = _form(_TOKEN | _BY_SECRET, ("grant_type",))


@dataclass
class KeyStatusForm(Operation):
    """The form of a request about a token at the issuer for clients with a key."""

    def __post_init__(self) -> None:
        """See `KeyForm`."""
        self.request_body = _form(_STATUS | _BY_KEY, ("token", *_BY_KEY))


@dataclass
class SecretStatusForm(Operation):
    """The form of a request about a token at the issuer for clients with a secret."""

    def __post_init__(self) -> None:
        """See `KeyForm`."""
        self.request_body = _form(_STATUS | _BY_SECRET, ("token",))
