"""The OpenAPI document: generated from the routes, then told what the framework leaves out."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec
from litestar import Litestar, Request, Response, Router, get
from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, OAuthFlow, OAuthFlows, SecurityScheme, Tag

from gateway import __version__
from gateway.api.guard import ANY, PUBLIC
from gateway.api.openapi_details import close_bodies, describe_answers, simplify_choices
from gateway.domain.errors import NotFound
from gateway.domain.grant import Scope

_SCOPES: Final[Mapping[Scope, str]] = {
    Scope.PENDUDUK_READ: "Look residents up",
    Scope.PENDUDUK_VERIFY: "Have elements compared with the civil registry",
    Scope.PPKS_READ: "Read PPKS records",
    Scope.PPKS_SYNC: "Keep a copy of PPKS records",
    Scope.PPKS_WRITE: "Push PPKS records",
    Scope.PPKS_EXPORT: "Have PPKS records written into files",
    Scope.STATISTIK_READ: "Count PPKS records and persons",
    Scope.AUDIT_SUBJECT: "Have one person's history of accesses told",
    Scope.AUDIT_READ: "Read the audit log, as far as the engagement goes",
    Scope.SYSTEMS_READ: "See the outside systems and their state",
    Scope.TOKENS_INTROSPECT: "Ask about tokens of other clients",
}
# A viewer's form can do the second issuer and a pasted token; the first needs signatures.
_STRICT: Final = "oauth2"
_LEGACY: Final = "oauth2_legacy"
_DPOP: Final = "dpop"
_BEARER: Final = "bearer"
_TAGS: Final = (
    Tag("penduduk", description="Residents, from the civil registry."),
    Tag("ppks", description="Persons in need of social services."),
    Tag("audit", description="The log of disclosures and refusals, for auditors and for persons."),
    Tag("exports", description="All records of a grant, as files."),
    Tag("systems", description="The outside systems."),
    Tag("me", description="The caller's own rights."),
    Tag("oauth", description="Tokens and their metadata."),
    Tag("hooks", description="Deliveries of complaint channels."),
    Tag("operations", description="Health, metrics and documentation."),
)


def openapi_config() -> OpenAPIConfig:
    """What the framework needs to describe the routes; it serves nothing by itself."""
    return OpenAPIConfig(
        title="ppks-gateway",
        version=__version__,
        description=(
            "One API over Indonesia's social-welfare data systems. Every token carries one grant; "
            "what the grant does not show does not exist. Errors are problem documents (RFC 9457)."
        ),
        components=Components(
            security_schemes={
                _STRICT: _client_credentials(
                    "/oauth2/token", "Client assertion (private_key_jwt) and DPoP proof"
                ),
                _LEGACY: _client_credentials("/legacy/oauth2/token", "Client secret, where served"),
                _DPOP: SecurityScheme(
                    type="http",
                    scheme="dpop",
                    bearer_format="JWT",
                    description="A token of `/oauth2/token`, and a proof (RFC 9449) of this "
                    "request in the header `DPoP`. A token that is bound to a client certificate "
                    "comes as Bearer, over the proxy that knows the certificate.",
                ),
                _BEARER: SecurityScheme(type="http", scheme="bearer", bearer_format="JWT"),
            }
        ),
        tags=list(_TAGS),
        render_plugins=(JsonRenderPlugin(),),
        openapi_router=Router(
            "/schema",
            route_handlers=[],
            guards=[_not_there],
            opt={"scope": PUBLIC},
            include_in_schema=False,
        ),
    )


def _not_there(_connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
    """The framework insists on pages of its own; they would show an incomplete document."""
    raise NotFound("tidak ada halaman ini / there is no such page")


def _client_credentials(token_url: str, description: str) -> SecurityScheme:
    scopes = {scope.value: text for scope, text in _SCOPES.items()}
    flow = OAuthFlow(token_url=token_url, scopes=scopes)
    return SecurityScheme(
        type="oauth2", description=description, flows=OAuthFlows(client_credentials=flow)
    )


def openapi_document(app: Litestar) -> dict[str, Any]:
    """The document, complete."""
    document = app.openapi_schema.to_schema()
    close_bodies(document, app)
    simplify_choices(document)
    for operation, handler_opt in _operations(document, app):
        describe_answers(operation, handler_opt.get("described", {}))
        scope = handler_opt.get("scope")
        if scope == PUBLIC:
            operation["security"] = []
        else:
            needed = [] if scope == ANY else [scope]
            schemes = {_STRICT: needed, _LEGACY: needed, _DPOP: [], _BEARER: []}
            operation["security"] = [{name: scopes} for name, scopes in schemes.items()]
    return document


@get("/openapi.json", scope=PUBLIC, include_in_schema=False)
async def openapi_json(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The document, as it stands in `openapi/gateway.json`; made when it is first asked for."""
    state = request.app.state
    if "openapi" not in state:
        state["openapi"] = encode_document(openapi_document(request.app))
    return Response(state["openapi"], media_type="application/json")


def encode_document(document: dict[str, Any]) -> bytes:
    """The one form in which the document is written and served."""
    return msgspec.json.format(msgspec.json.encode(document, order="sorted"), indent=2) + b"\n"


def _operations(
    document: dict[str, Any], app: Litestar
) -> Iterator[tuple[dict[str, Any], Mapping[str, Any]]]:
    opts = {
        handler.operation_id: handler.opt
        for route in app.routes
        for handler in getattr(route, "route_handlers", ())
        if getattr(handler, "operation_id", None)
    }
    for path in document["paths"].values():
        for operation in path.values():
            if isinstance(operation, dict) and operation.get("operationId") in opts:
                yield operation, opts[operation["operationId"]]
