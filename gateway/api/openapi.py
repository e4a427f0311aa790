"""The OpenAPI document: generated from the routes, then told what the framework leaves out."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec
from litestar import Litestar, Request, Response, get
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.spec import Components, OAuthFlow, OAuthFlows, SecurityScheme, Tag

from gateway import __version__
from gateway.api.guard import ANY, PUBLIC
from gateway.domain.grant import Scope

_SCOPES: Final[Mapping[Scope, str]] = {
    Scope.PENDUDUK_READ: "Look residents up",
    Scope.PENDUDUK_VERIFY: "Have elements compared with the civil registry",
    Scope.PPKS_READ: "Read PPKS records",
    Scope.SYSTEMS_READ: "See the outside systems and their state",
}
_SCHEME: Final = "oauth2"
_TAGS: Final = (
    Tag("penduduk", description="Residents, from the civil registry."),
    Tag("ppks", description="Persons in need of social services."),
    Tag("systems", description="The outside systems."),
    Tag("me", description="The caller's own rights."),
    Tag("oauth", description="Tokens and their metadata."),
    Tag("hooks", description="Deliveries of complaint channels."),
    Tag("operations", description="Health, metrics and documentation."),
)


def openapi_config() -> OpenAPIConfig:
    """What the framework needs to describe the routes; it serves nothing by itself."""
    flow = OAuthFlow(
        token_url="/oauth2/token",  # noqa: S106 - a path
        scopes={scope.value: text for scope, text in _SCOPES.items()},
    )
    return OpenAPIConfig(
        title="ppks-gateway",
        version=__version__,
        description=(
            "One API over Indonesia's social-welfare data systems. Every token carries one grant; "
            "what the grant does not show does not exist. Errors are problem documents (RFC 9457)."
        ),
        components=Components(
            security_schemes={
                _SCHEME: SecurityScheme(type="oauth2", flows=OAuthFlows(client_credentials=flow))
            }
        ),
        tags=list(_TAGS),
        render_plugins=(),
        enabled_endpoints=set(),
    )


def openapi_document(app: Litestar) -> dict[str, Any]:
    """The document, complete."""
    document = app.openapi_schema.to_schema()
    _close_objects(document, app)
    for operation, handler_opt in _operations(document, app):
        scope = handler_opt.get("scope")
        if scope == PUBLIC:
            operation["security"] = []
        else:
            needed = [] if scope == ANY else [scope]
            operation["security"] = [{_SCHEME: needed}]
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


def _close_objects(document: dict[str, Any], app: Litestar) -> None:
    """Structs that forbid unknown fields say so (the framework does not)."""
    bodies = {
        handler.parsed_data_field.annotation.__name__
        for route in app.routes
        for handler in getattr(route, "route_handlers", ())
        if handler.parsed_data_field is not None
        and isinstance(handler.parsed_data_field.annotation, type)
        and issubclass(handler.parsed_data_field.annotation, msgspec.Struct)
        and handler.parsed_data_field.annotation.__struct_config__.forbid_unknown_fields
    }
    for name, schema in document["components"]["schemas"].items():
        if name.rpartition("_")[2] in bodies:
            schema["additionalProperties"] = False
