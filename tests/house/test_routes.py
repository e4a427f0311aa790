"""Every route says who may use it, and every operation is described well enough to be used."""

import re
from collections import Counter

import msgspec
import pytest
from litestar.handlers import HTTPRouteHandler

from gateway.api.guard import ANY, PUBLIC
from gateway.app import build_litestar, described
from gateway.domain.grant import Scope
from gateway.domain.grant_types import DILAYANI
from gateway.infra.crypto import new_key
from gateway.parts import Parts, read_everything

KNOWN_SCOPES = {PUBLIC, ANY, *Scope}
PUBLIC_PATHS = {
    "/", "/docs", "/docs/static/{file:str}", "/openapi.json", "/metrics", "/schema",
    "/schema/{path:str}", "/schema/openapi.json", "/health/live", "/health/ready",
    "/hooks/{system:str}", "/oauth2/token", "/oauth2/introspect", "/oauth2/revoke",
    "/legacy/oauth2/token", "/legacy/oauth2/jwks.json", "/legacy/oauth2/introspect",
    "/legacy/oauth2/revoke", "/.well-known/oauth-authorization-server",
    "/.well-known/oauth-authorization-server/legacy/oauth2",
    "/.well-known/oauth-protected-resource", "/.well-known/jwks.json",
}  # fmt: skip
# An order in the words of its URL; a body is refused.
WITHOUT_BODY = {"POST /v1/exports"}
PERSONAL = re.compile(r"nik|no_?kk|nama|name|alamat|lahir|telepon|nomor(?!_pks)", re.IGNORECASE)


@pytest.fixture(scope="module")
def document():
    return msgspec.json.decode(described())


@pytest.fixture(scope="module")
def handlers():
    keys = {"GATEWAY_DATA_KEYS": f"uji:{new_key()}", "GATEWAY_INDEX_KEY": new_key()}
    settings, systems = read_everything(keys | {"GATEWAY_LEGACY_ISSUER": "true"})
    app = build_litestar(Parts(settings, systems))
    return [
        (route.path, handler)
        for route in app.routes
        for handler in getattr(route, "route_handlers", ())
        if isinstance(handler, HTTPRouteHandler) and handler.http_methods != {"OPTIONS"}
    ]


def operations(document):
    return {
        f"{method.upper()} {path}": operation
        for path, item in document["paths"].items()
        for method, operation in item.items()
    }


def test_every_route_names_a_scope_that_exists(handlers):
    unnamed = {path for path, handler in handlers if handler.opt.get("scope") not in KNOWN_SCOPES}
    assert unnamed == set()


def test_only_these_routes_need_no_token(handlers):
    public = {path for path, handler in handlers if handler.opt["scope"] == PUBLIC}
    assert public - PUBLIC_PATHS == set()


def test_every_route_under_v1_needs_a_token(handlers):
    open_routes = [
        path
        for path, handler in handlers
        if path.startswith("/v1") and handler.opt["scope"] == PUBLIC
    ]
    assert open_routes == []


def test_the_scopes_that_are_offered_are_those_that_serve_a_route(handlers, document):
    # The token endpoints ask for this one by themselves.
    named = {handler.opt["scope"] for _, handler in handlers} | {Scope.TOKENS_INTROSPECT}
    assert named - {PUBLIC, ANY} == DILAYANI
    for name in ("oauth2", "oauth2_legacy"):
        flow = document["components"]["securitySchemes"][name]["flows"]["clientCredentials"]
        assert set(flow["scopes"]) == DILAYANI


def test_every_route_is_described_but_for_pages_and_metrics(handlers, document):
    hidden = {path for path, handler in handlers if not handler.resolve_include_in_schema()}
    assert hidden == {
        path
        for path in PUBLIC_PATHS
        if path in {"/", "/metrics", "/openapi.json"} or path.startswith(("/docs", "/schema"))
    }
    assert document["paths"]


def test_every_operation_is_named_once_and_explained(document):
    told = operations(document)
    names = Counter(operation["operationId"] for operation in told.values())
    assert [name for name, count in names.items() if count > 1] == []
    lacking = [
        (name, part)
        for name, operation in told.items()
        for part in ("operationId", "summary", "description", "tags")
        if not operation.get(part)
    ]
    assert lacking == []


def test_every_parameter_is_explained(document):
    lacking = [
        (name, parameter["name"])
        for name, operation in operations(document).items()
        for parameter in operation.get("parameters", ())
        if not parameter.get("description")
    ]
    assert lacking == []


def test_every_body_is_shown_by_an_example_or_explained_field_by_field(document):
    for name, operation in operations(document).items():
        for content in operation.get("requestBody", {}).get("content", {}).values():
            schema = content["schema"]
            told = [field.get("description") for field in schema.get("properties", {}).values()]
            assert schema.get("examples") or (told and all(told)), name


def test_every_request_that_brings_something_says_what(document):
    bringing = {
        name: operation.get("requestBody", {})
        for name, operation in operations(document).items()
        if name.startswith(("POST", "PUT", "PATCH")) and name not in WITHOUT_BODY
    }
    assert [name for name, body in bringing.items() if not body.get("content")] == []
    assert [name for name, body in bringing.items() if body.get("required") is not True] == []
    rows = operations(document)["POST /v1/penduduk/jobs"]
    assert set(rows["requestBody"]["content"]) == {"application/x-ndjson", "text/csv"}
    headers = {item["name"]: item for item in rows["parameters"] if item["in"] == "header"}
    assert set(headers) == {"Idempotency-Key", "Content-Encoding"}
    assert headers["Idempotency-Key"]["required"] is True


def test_every_protected_operation_describes_its_refusals(document):
    for name, operation in operations(document).items():
        if not operation["security"]:
            continue
        wanted = {"400", "401", "403", "429", "503"}
        if "requestBody" in operation:
            wanted |= {"413", "415"}
        assert wanted <= set(operation["responses"]), name


def test_every_refusal_is_described_as_what_it_is(document):
    for name, operation in operations(document).items():
        for status, answer in operation["responses"].items():
            kinds = set(answer.get("content", {}))
            if status >= "400" and not name.startswith(
                ("POST /oauth2", "POST /legacy", "GET /health")
            ):
                assert kinds == {"application/problem+json"}, (name, status)
            assert answer["description"], (name, status)


def test_every_protected_operation_names_the_scope_that_it_needs(document, handlers):
    scopes = {handler.operation_id: handler.opt["scope"] for _, handler in handlers}
    for name, operation in operations(document).items():
        scope = scopes[operation["operationId"]]
        needed = [] if scope in {ANY, PUBLIC} else [scope]
        assert (operation["security"] == []) is (scope == PUBLIC), name
        for scheme in operation["security"]:
            assert [scheme[kind] for kind in scheme if kind.startswith("oauth2")] in (
                [needed],
                [],
            ), name


def test_no_url_takes_a_number_or_a_name_of_a_person(document, handlers):
    spoken = {path for path, _ in handlers if PERSONAL.search(path)}
    spoken |= {
        (name, parameter["name"])
        for name, operation in operations(document).items()
        for parameter in operation.get("parameters", ())
        if PERSONAL.search(parameter["name"]) and parameter["in"] in {"path", "query"}
    }
    spoken |= {
        (path, name)
        for path, handler in handlers
        for name in handler.opt.get("query", ())
        if PERSONAL.search(name)
    }
    assert spoken == set()


def test_every_body_that_is_ours_refuses_unknown_fields(document):
    schemas = document["components"]["schemas"]
    bodies = [
        kind["$ref"].rpartition("/")[2]
        for operation in operations(document).values()
        for content in operation.get("requestBody", {}).get("content", {}).values()
        for kind in content["schema"].get("allOf", ())
    ]
    assert bodies
    assert [body for body in bodies if schemas[body].get("additionalProperties") is not False] == []
