"""Reads the golden cases of the adapters and runs them: wire in, the house's words out."""

from collections import Counter
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec


class Case(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One example of a system's wire and what the gateway makes of it."""

    id: str
    name: str
    map: str
    wire: msgspec.Raw
    settings: dict[str, str] = {}
    expect: msgspec.Raw

    @property
    def wire_bytes(self) -> bytes:
        """A JSON string is the exact text; anything else is compact JSON in the order as written."""
        value = msgspec.json.decode(self.wire)
        return value.encode() if isinstance(value, str) else msgspec.json.encode(value)


def adapter_folder(system: str) -> Path:
    """Where the adapter's package lies."""
    (folder,) = import_module(f"adapters.{system}").__path__
    return Path(folder)


def cases_of(system: str) -> list[Case]:
    """All cases of a system, file by file. Raises ValueError for a file that holds none."""
    paths = sorted((adapter_folder(system) / "cases").glob("*.json"))
    return [case for path in paths for case in _read(path)]


def operations_of(system: str) -> dict[str, Any]:
    """What the adapter's cases may call, by name."""
    return dict(import_module(f"adapters.{system}.mapping").GOLDEN)


def run(system: str, case: Case) -> Any:
    """What the adapter makes of the case, as plain JSON values. An unknown operation is an error."""
    operations = operations_of(system)
    if case.map not in operations:
        raise LookupError(f"{case.map!r} is none of {', '.join(operations)}")
    result = operations[case.map](case.wire_bytes, case.settings)
    return msgspec.json.decode(msgspec.json.encode(result))


def _read(path: Path) -> list[Case]:
    try:
        cases = msgspec.json.decode(path.read_bytes(), type=list[Case])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path.name}: {error}") from None
    times = Counter(case.id for case in cases)
    if not cases or max(times.values()) > 1:
        raise ValueError(f"{path.name}: no case, or an id twice: {dict(times)}")
    return [msgspec.structs.replace(case, id=f"{path.stem}-{case.id}") for case in cases]
