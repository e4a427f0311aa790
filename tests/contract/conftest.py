"""The stores on a fresh database of each engine."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contract.proved_log import Evidence, Judges, make_evidence
from tests.contract.shelf import Shelf

# What a schedule expected is told where it fails.
pytest.register_assert_rewrite(
    *(
        f"tests.contract.{name}"
        for name in ("copies", "person_schedule", "pushing_client", "sync_schedule")
    )
)


@pytest.fixture
async def shelf(database_url: str) -> AsyncIterator[Shelf]:
    """Every store on one database, with a clock that the test moves."""
    opened = Shelf(database_url)
    yield opened
    await opened.close()


_EVIDENCE: dict[str, Evidence] = {}


@pytest.fixture(params=["sqlite", "postgres"])
def evidence(request: pytest.FixtureRequest, tmp_path: Path) -> Evidence:
    """Bundles that the gateway wrote from a store of each engine; made once, never changed."""
    if request.param not in _EVIDENCE:
        url = request.getfixturevalue(f"{request.param}_url")
        _EVIDENCE[request.param] = make_evidence(url, tmp_path)
    return _EVIDENCE[request.param]


@pytest.fixture
def judges(tmp_path: Path) -> Judges:
    """Both verifiers."""
    return Judges(tmp_path)
