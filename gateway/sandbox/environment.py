"""The sandbox's settings: its own store and keys, every system set to its simulator."""

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

from gateway.infra.crypto import new_key
from gateway.infra.systems import discover, env_prefix

# What a person may decide for the sandbox; other GATEWAY_* variables are not its own.
_KEPT = ("GATEWAY_DATABASE_URL", "GATEWAY_REDIS_URL", "GATEWAY_LOG_LEVEL", "GATEWAY_HOST")

_PURPOSES = msgspec.json.encode(
    {
        "P-CONTOH": "Mencoba kotak pasir",
        "P-LAYANAN-KESEHATAN": "Layanan kesehatan",
        "P-PEMERIKSAAN": "Pemeriksaan keuangan negara",
        "P-PERENCANAAN": "Perencanaan pembangunan",
        "P-SINKRONISASI-PPKS": "Penyelarasan data PPKS antarinstansi",
    }
).decode()


def sandbox_environment(
    environ: Mapping[str, str], folder: Path, port: int, simulators_port: int
) -> dict[str, str]:
    """The variables under which the gateway and the simulators run."""
    folder.mkdir(parents=True, exist_ok=True)
    public_url = f"http://127.0.0.1:{port}"
    settings = {name: text for name, text in environ.items() if not name.startswith("GATEWAY_")}
    settings |= {
        "GATEWAY_DATABASE_URL": f"sqlite:///{(folder / 'gateway.db').resolve()}",
        "GATEWAY_PUBLIC_URL": public_url,
        "GATEWAY_PORT": str(port),
        "GATEWAY_EXPORTS_DIR": str((folder / "exports").resolve()),
        "GATEWAY_LEGACY_ISSUER": "true",
        "GATEWAY_NIK_CACHE": "true",
        "GATEWAY_RATE_PER_MINUTE": "6000",
        "GATEWAY_PURPOSES": _PURPOSES,
        "GATEWAY_LOG_FORMAT": "console",
        "GATEWAY_LOG_LEVEL": "warning",
        **_keys(folder / "keys.env"),
    }
    settings |= {name: environ[name] for name in _KEPT if name in environ}
    for spec in discover().values():
        prefix = env_prefix(spec)
        settings[f"{prefix}URL"] = f"http://127.0.0.1:{simulators_port}/{spec.slug}"
        settings |= {prefix + name.upper(): text for name, text in spec.sandbox.items()}
        if "callback_url" in spec.config.__struct_fields__:
            settings[f"{prefix}CALLBACK_URL"] = f"{public_url}/hooks/{spec.slug}"
    return settings


def _keys(path: Path) -> dict[str, str]:
    """The sandbox's keys, made once: with other keys its store could not be read again."""
    if not path.exists():
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(opened, "w", encoding="ascii") as file:
            file.write(f"GATEWAY_DATA_KEYS=sandbox:{new_key()}\nGATEWAY_INDEX_KEY={new_key()}\n")
    lines = path.read_text("ascii").splitlines()
    return dict(line.partition("=")[::2] for line in lines)
