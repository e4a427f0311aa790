"""An auditor's engagement: which part of the log one audit may see, and nothing else of it."""

from datetime import datetime
from typing import Annotated

import msgspec

Saat = Annotated[datetime, msgspec.Meta(tz=True)]


class Penugasan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One engagement, as it stands in a grant of the type AUDIT. `*` covers all, empty nothing."""

    kode: str
    """Number of the letter of engagement; another one gives other pseudonyms."""
    log_sejak: Saat
    log_sampai: Saat
    """The period of the log that is audited, without this moment itself."""
    client_id: frozenset[str] = frozenset()
    """Clients whose entries may be seen."""
    nomor_pks: frozenset[str] = frozenset()
    """Agreements under which what was disclosed may be seen."""
    bukti: bool = False
    """Whether leaves, their places, checkpoints and proofs are told: they tell the log's length."""
