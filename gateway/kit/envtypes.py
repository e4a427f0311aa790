"""How the text of an environment variable becomes a value of a type, and what to write for it."""

import math
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, Final

import msgspec
from msgspec import inspect as mi

from gateway.kit.secret import Secret

Parse = Callable[[str], Any]

_BOOLS: Final = {"true": True, "1": True, "ya": True, "false": False, "0": False, "tidak": False}
_WORDS: Final[dict[type[mi.Type], str]] = {
    mi.StrType: "text",
    mi.IntType: "whole number",
    mi.FloatType: "number",
    mi.BoolType: "true or false (or ya, tidak, 1, 0)",
    mi.DateType: "date such as 2026-01-31",
    mi.DateTimeType: "time with its zone such as 2026-01-31T08:00:00+08:00",
    mi.TimeDeltaType: "duration such as PT30S",
    mi.DictType: "JSON object",
    mi.StructType: "JSON object",
    mi.ListType: "JSON array",
    mi.TupleType: "JSON array",
    mi.CustomType: "secret text",
}
_BOUNDS: Final = {
    "gt": "more than {}",
    "ge": "at least {}",
    "lt": "less than {}",
    "le": "at most {}",
    "multiple_of": "a multiple of {}",
    "min_length": "at least {} long",
    "max_length": "at most {} long",
    "pattern": "matching {}",
}
_JSON: Final = (mi.DictType, mi.StructType, mi.ListType, mi.TupleType)
_TEXTS: Final = (mi.StrType, mi.CustomType)
_LISTS: Final = (mi.VarTupleType, mi.SetType, mi.FrozenSetType)


class EnvType:
    """One field's type: reads a text, and says in words what it reads.

    `tuple[X, ...]` and sets are written with commas between, other containers and Structs as JSON.
    """

    def __init__(self, annotation: Any) -> None:
        self._annotation = annotation
        info = mi.type_info(annotation)
        plain = _plain(info)
        options = [_plain(o) for o in plain.types] if isinstance(plain, mi.UnionType) else [plain]
        kinds = [option for option in options if not isinstance(option, mi.NoneType)]
        self.description = _description(info)
        self.expected = " or ".join(map(_expected, kinds))
        self.takes_text = any(isinstance(kind, _TEXTS) for kind in kinds)
        self._optional = len(kinds) < len(options)
        self._parse = _parser(kinds[0]) if len(kinds) == 1 else str.strip

    def read(self, text: str) -> Any:
        """The value. Raises ValueError, which repeats nothing of the text, where it is none."""
        if self._optional and not text:
            return None
        try:
            parsed = self._parse(text)
            return msgspec.convert(parsed, self._annotation, strict=False, dec_hook=_secret)
        except (ValueError, msgspec.MsgspecError):
            # What the library says may quote the text, which may be a secret.
            raise ValueError(f"expected {self.expected}") from None


def _parser(kind: mi.Type) -> Parse:
    if isinstance(kind, _JSON):
        return msgspec.json.decode
    if isinstance(kind, _LISTS):
        return partial(_parts, _parser(_plain(kind.item_type)))
    return _PARSERS.get(type(kind), str.strip)


def _parts(parse: Parse, text: str) -> list[Any]:
    return [parse(part) for part in map(str.strip, text.split(",")) if part]


def _bool(text: str) -> bool:
    if (value := _BOOLS.get(text.strip().lower())) is None:
        raise ValueError
    return value


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError
    return number


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text.strip())
    if moment.tzinfo is None:
        raise ValueError
    return moment


_PARSERS: Final[dict[type[mi.Type], Parse]] = {
    mi.StrType: str,
    mi.CustomType: str,
    mi.BoolType: _bool,
    mi.FloatType: _finite,
    mi.DateTimeType: _moment,
}


def _secret(cls: type, text: Any) -> Secret:
    if cls is not Secret or not isinstance(text, str):
        raise ValueError
    return Secret(text)


def _plain(info: mi.Type) -> mi.Type:
    while isinstance(info, mi.Metadata):
        info = info.type
    return info


def _description(info: mi.Type) -> str:
    if isinstance(info, mi.Metadata):
        told: str = (info.extra_json_schema or {}).get("description", "")
        return told or _description(info.type)
    inner = info.types if isinstance(info, mi.UnionType) else ()
    return next(filter(None, map(_description, inner)), "")


def _expected(kind: mi.Type) -> str:
    if isinstance(kind, mi.LiteralType):
        named = ", ".join(str(value) for value in kind.values if value != "")
        return f"one of {named}, or empty" if "" in kind.values else f"one of {named}"
    if isinstance(kind, mi.EnumType):
        return f"one of {', '.join(str(member.value) for member in kind.cls)}"
    if isinstance(kind, mi.DictType):
        words = _expected_object(kind)
    elif isinstance(kind, _LISTS):
        words = f"list, commas between, of {_expected(_plain(kind.item_type))}"
    else:
        words = _WORDS.get(type(kind), "value")
    bounds = ((rule, getattr(kind, name, None)) for name, rule in _BOUNDS.items())
    return ", ".join([words, *(rule.format(bound) for rule, bound in bounds if bound is not None)])


def _expected_object(kind: mi.DictType) -> str:
    """What its names may be is said where they are few words."""
    names, value = _plain(kind.key_type), _plain(kind.value_type)
    if not isinstance(names, mi.EnumType | mi.LiteralType):
        return _WORDS[mi.DictType]
    return f"{_WORDS[mi.DictType]} of {_expected(value)}; each name {_expected(names)}"
