"""What every stored client satisfies: a client that breaks the profile is not kept."""

import re
from typing import Final

from gateway.domain.client import AuthMethod, Client
from gateway.domain.errors import BadInput

_CLIENT_ID: Final = re.compile(r"(?!.*\d{16})[a-z0-9][a-z0-9-]{1,62}")
_MOST_KEYS: Final = 4


def check_profile(client: Client) -> None:
    """Raises BadInput."""
    if _CLIENT_ID.fullmatch(client.client_id) is None:
        raise BadInput(
            "client_id: huruf kecil, angka, tanda hubung, 2 sampai 63, bukan NIK / "
            "2 to 63 lower-case letters, digits and hyphens, no 16-digit number"
        )
    if not client.opd:
        raise BadInput("opd: wajib diisi / must be given")
    if client.berakhir_pada is not None and client.berakhir_pada <= client.dibuat_pada:
        raise BadInput("berakhir_pada: sudah lewat / is past")
    check_keys(client)


def check_keys(client: Client) -> None:
    """How many keys there are, and that no two share a name. Raises BadInput."""
    with_key = client.auth is AuthMethod.PRIVATE_KEY_JWT
    if with_key != bool(client.jwks) or len(client.jwks) > _MOST_KEYS:
        raise BadInput(
            f"jwks: 1 sampai {_MOST_KEYS} kunci / keys, or none for a client with secret"
        )
    if len({key["kid"] for key in client.jwks}) < len(client.jwks):
        raise BadInput("jwks: kid berulang / two keys have the same kid")
