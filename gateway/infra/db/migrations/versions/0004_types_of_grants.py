"""Types of grants, and a daily allowance of records."""

from collections.abc import Callable
from typing import Any

import msgspec
import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0002"
branch_labels = None
depends_on = None

_GRANTS = sa.table(
    "grant_versi",
    sa.column("grant_id", sa.Text),
    sa.column("versi", sa.Integer),
    sa.column("isi", sa.Text),
)
_NEW_FIELDS = ("jenis", "tingkat_wilayah", "pks_berlaku_sampai", "baris_per_hari")
_OLD_SCOPES = (
    "penduduk:read",
    "penduduk:verify",
    "ppks:read",
    "systems:read",
    "tokens:introspect",
)


def upgrade() -> None:
    """Forward: what was in force goes on, and says so in the new words."""
    _rewrite(_with_type)


def downgrade() -> None:
    """Back: the earlier program would take every type for reading, so other types end."""
    _rewrite(_without_type)


def _with_type(isi: dict[str, Any]) -> dict[str, Any]:
    """Until now every grant read, and no records were counted."""
    return {"jenis": "BACA", "baris_per_hari": "*"} | isi


def _without_type(isi: dict[str, Any]) -> dict[str, Any]:
    old = {name: value for name, value in isi.items() if name not in _NEW_FIELDS}
    old["scopes"] = [scope for scope in isi["scopes"] if scope in _OLD_SCOPES]
    return old if isi["jenis"] == "BACA" else old | {"status": "BERAKHIR"}


def _rewrite(change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    connection = op.get_bind()
    # Read whole: grants are few, and a cursor must not be open while its rows change.
    for grant_id, versi, isi in connection.execute(sa.select(_GRANTS)).all():
        text = msgspec.json.encode(change(msgspec.json.decode(isi))).decode()
        same = sa.and_(_GRANTS.c.grant_id == grant_id, _GRANTS.c.versi == versi)
        connection.execute(sa.update(_GRANTS).where(same).values(isi=text))
