"""`gateway serve` makes room for the files that it may open, or says that it cannot."""

import resource

import httpx
import pytest

from tests.fixtures.gateway_app import environment
from tests.fixtures.served import serving


@pytest.mark.parametrize(("which", "is_told"), [("-S", False), ("", True)], ids=["soft", "both"])
async def test_a_low_limit_is_raised_or_told(sqlite_url, which, is_told):
    shell = ("sh", "-c", f'ulimit {which} -n 400; exec "$0" "$@"')
    with serving(environment(sqlite_url), "serve", before=shell) as server:
        async with httpx.AsyncClient(base_url=server.base) as http:
            await server.ready(http)
        allowed, _ = resource.prlimit(server.pid, resource.RLIMIT_NOFILE)
        assert ("few_file_descriptors" in server.said) is is_told
    assert (allowed == 400) is is_told
