"""An operator who has the log's key and signs whatever suits: bundles made by hand."""

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.contract.shelf import START
from tests.domain.tree.reference import mth

ORIGIN = "contoh.example/audit"
_KEY = Ed25519PrivateKey.from_private_bytes(b"f" * 32)
_PUBLIC = b"\x01" + _KEY.public_key().public_bytes_raw()
_ID = sha256(ORIGIN.encode() + b"\n" + _PUBLIC).digest()[:4]
VKEY = f"{ORIGIN}+{_ID.hex()}+{base64.b64encode(_PUBLIC).decode()}"

SECOND = timedelta(seconds=1)


def moment(pada: datetime) -> str:
    return pada.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def entry(number: int, **more: object) -> dict[str, object]:
    """An entry that is as it must be."""
    return {
        "v": 1,
        "entri_id": f"019aa000-0000-7000-8000-{number:012x}",
        "pada": moment(START + number * SECOND),
        "peristiwa": "penduduk.lookup",
        "hasil": "diberikan",
        "atribut": [],
        "jumlah": 1,
    } | more


def leaf(told: Mapping[str, object]) -> bytes:
    return json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def note(size: int, root: bytes, pada: datetime) -> str:
    text = f"{ORIGIN}\n{size}\n{base64.b64encode(root).decode()}\ntime {moment(pada)}\n"
    signature = base64.b64encode(_ID + _KEY.sign(text.encode())).decode()
    return f"{text}\n— {ORIGIN} {signature}\n"


def bundle(
    leaves: Sequence[bytes], sizes: Iterable[int] = (), gone: Iterable[int] = ()
) -> dict[str, bytes]:
    """All the leaves from the beginning, signed at those sizes and at the end."""
    hashes = [sha256(b"\0" + each).digest() for each in leaves]
    lines = [
        b'"%s"' % base64.b64encode(hashes[index]) if index in {*gone} else each
        for index, each in enumerate(leaves)
    ]
    notes = [
        note(size, mth(hashes[:size]), START + size * SECOND)
        for size in sorted({*sizes, len(leaves)})
    ]
    manifest = {
        "format": "ppks-audit-bundle",
        "v": 1,
        "origin": ORIGIN,
        "first": 0,
        "end": len(leaves),
        "sejak": None,
        "sampai": None,
        "dibuat_pada": moment(START),
    }
    return {
        "manifest.json": json.dumps(manifest).encode(),
        "entries.ndjson": b"".join(each + b"\n" for each in lines),
        "leaves.bin": b"".join(hashes),
        "prefix.json": b'{"size":0,"peaks":[]}',
        "checkpoints.ndjson": b"".join(
            json.dumps({"note": each}, ensure_ascii=False).encode() + b"\n" for each in notes
        ),
        "consistency.ndjson": b"",
        "destructions.ndjson": b"",
    }
