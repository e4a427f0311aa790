"""What the framework leaves out of the OpenAPI document, or says wrongly."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, get_args

import msgspec
from litestar import Litestar

_NULL: Final = {"type": "null"}


def close_bodies(document: dict[str, Any], app: Litestar) -> None:
    """Bodies that forbid unknown fields, or want one of several fields, say so.

    A Struct's `NOT_ENOUGH` names the fields beside which another one must be sent; its `ENTRIES`
    say which texts a list may hold.
    """
    bodies = {kind.__name__: kind for kind in _bodies(app)}
    for name, schema in document["components"]["schemas"].items():
        kind = bodies.get(name.rpartition("_")[2])
        if kind is None:
            continue
        if kind.__struct_config__.forbid_unknown_fields:
            schema["additionalProperties"] = False
        not_enough = getattr(kind, "NOT_ENOUGH", None)
        if not_enough is not None:
            named = [name for name in schema["properties"] if name not in not_enough]
            schema["anyOf"] = [{"required": [name]} for name in named]
        for field, texts in getattr(kind, "ENTRIES", {}).items():
            for choice in schema["properties"][field]["oneOf"]:
                if choice != _NULL:
                    choice["items"]["enum"] = list(texts)


def describe_answers(operation: dict[str, Any], more: Mapping[str, Any]) -> None:
    """Put forms and headers beside those that the framework knows: by status, then by part."""
    for status, parts in more.items():
        for part, described in parts.items():
            operation["responses"][status].setdefault(part, {}).update(described)


def simplify_choices(document: dict[str, Any]) -> None:
    """A choice of one kind is that kind; and a parameter of a URL is never null."""
    for path in document["paths"].values():
        for operation in path.values():
            for parameter in operation.get("parameters", ()):
                kinds = parameter["schema"].get("oneOf", [])
                parameter["schema"]["oneOf"] = [kind for kind in kinds if kind != _NULL]
                _simplify(parameter["schema"])
    for schema in document["components"]["schemas"].values():
        for field in schema.get("properties", {}).values():
            _simplify(field)


def _simplify(schema: dict[str, Any]) -> None:
    if len(schema.get("oneOf", (None, None))) <= 1:
        for kind in schema.pop("oneOf"):
            schema.update(kind)


def _bodies(app: Litestar) -> Iterator[type[msgspec.Struct]]:
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            if handler.parsed_data_field is not None:
                yield from _structs_in(handler.parsed_data_field.annotation)


def _structs_in(kind: Any) -> Iterator[type[msgspec.Struct]]:
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        yield kind
        inner = tuple(field.type for field in msgspec.structs.fields(kind))
    else:
        inner = get_args(kind)
    for part in inner:
        yield from _structs_in(part)
