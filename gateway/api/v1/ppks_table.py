"""PPKS records as a table: what is nested becomes columns with dotted names.

The columns follow from the record's type and from the attributes that may be told, never from what
the records hold. A list becomes one cell in each of its columns, its entries parted by `|`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec
from msgspec.inspect import (
    Field,
    NoneType,
    StructType,
    Type,
    UnionType,
    VarTupleType,
    type_info,
)

from gateway.api.v1.ppks_record import PpksRecord
from gateway.domain.policy import SELALU
from gateway.kit.sheets import Cell, Table

_PARTED: Final = "|"
_WITH: Final = {"gabungan": "sumber"}
"""What is told with an attribute, not by its own name."""
_ESCAPED: Final = str.maketrans({"\\": r"\\", _PARTED: rf"\{_PARTED}"})


def as_table(records: Sequence[Mapping[str, Any]], atribut: frozenset[str]) -> Table:
    """The records, with a column for all that these attributes can hold."""
    told = atribut.union(SELALU)
    paths = [path for path in _PATHS if _WITH.get(path[0], path[0]) in told]
    return Table(tuple(map(".".join, paths)), _rows(records, paths))


def _rows(
    records: Iterable[Mapping[str, Any]], paths: Sequence[tuple[str, ...]]
) -> Iterator[tuple[Cell, ...]]:
    for record in records:
        plain = msgspec.to_builtins(record)
        yield tuple(_cell(_at(plain, path)) for path in paths)


def _at(told: Any, path: tuple[str, ...]) -> Any:
    if not path or told is None:
        return told
    if isinstance(told, list | tuple):
        return [_at(entry, path) for entry in told]
    return _at(told.get(path[0]), path[1:])


def _cell(value: Any) -> Cell:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        texts = [str(_cell(entry)).translate(_ESCAPED) for entry in value]
        return _PARTED.join(texts) if any(texts) else ""
    if isinstance(value, dict):
        return msgspec.json.encode(value).decode()
    return value if isinstance(value, int) else str(value)


def _fields_of(kind: Type) -> tuple[Field, ...] | None:
    """The fields of a struct or of a list of structs; None of whatever else."""
    if isinstance(kind, UnionType):
        kind = next(each for each in kind.types if not isinstance(each, NoneType))
    if isinstance(kind, VarTupleType):
        kind = kind.item_type
    return kind.fields if isinstance(kind, StructType) else None


def _leaves(kind: Type, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    fields = _fields_of(kind)
    if fields is None:
        yield path
    for field in fields or ():
        yield from _leaves(field.type, (*path, field.encode_name))


_PATHS: Final = tuple(_leaves(type_info(PpksRecord), ()))
"""Every column that there can be."""
