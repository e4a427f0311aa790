"""Notes in the log with which settings a server starts, where they are not the last ones."""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from gateway.domain.admin import GATEWAY
from gateway.infra.systems import env_prefix
from gateway.kit.secret import Secret
from gateway.parts import Parts
from gateway.settings import PREFIX

ACT: Final = "pengaturan.ubah"
# What may well differ from one instance to the next, and changes nothing in what they do.
_OF_ONE_INSTANCE: Final = frozenset(
    f"{PREFIX}{name}"
    for name in ("HOST", "PORT", "WORKERS", "LOG_FORMAT", "LOG_LEVEL", "JOBS_WORKER")
) | {f"{PREFIX}AUDIT_SEALER", f"{PREFIX}AUDIT_CHECKPOINT_FILE"}


async def note_settings(parts: Parts) -> None:
    """Which settings changed since the last start of any instance, by name; never a value."""
    now = {name: _digest(parts, name, value) for name, value in _values(parts)}
    before = await parts.admin_log.newest(ACT)
    known: dict[str, str] = {} if before is None else before.rincian["sidik"]
    changed = sorted(name for name in {*now, *known} if now.get(name) != known.get(name))
    if changed:
        await parts.admin_log.note(
            pada=parts.clock(),
            oleh=GATEWAY,
            peristiwa=ACT,
            objek="gateway",
            rincian={"berubah": changed, "sidik": now},
        )


def _values(parts: Parts) -> Iterator[tuple[str, Any]]:
    configs = [(PREFIX, parts.settings)] + [
        (env_prefix(spec), parts.systems.configs[name])
        for name, spec in parts.systems.specs.items()
    ]
    for prefix, config in configs:
        for field in config.__struct_fields__:
            name = f"{prefix}{field.upper()}"
            if name not in _OF_ONE_INSTANCE:
                yield name, getattr(config, field)


def _digest(parts: Parts, name: str, value: Any) -> str:
    """Keyed, so that nobody can try what a setting is."""
    told = value.reveal() if isinstance(value, Secret) else value
    encoded = msgspec.json.Encoder(order="deterministic", enc_hook=str).encode(told)
    return parts.keyring.request(name, encoded)
