"""Each request leaves one line; those of a moment are written at once, and none is lost at the end."""

import asyncio
import io
import json

import pytest

from gateway.infra.observing.access_log import AccessLog
from tests.fixtures.logs import written_log


class Paper(io.StringIO):
    """Counts how often it was written on."""

    def __init__(self) -> None:
        super().__init__()
        self.writings = 0

    def write(self, text: str) -> int:
        self.writings += 1
        return super().write(text)

    def lines(self) -> list[str]:
        return self.getvalue().splitlines()


@pytest.fixture
def paper(request):
    paper = Paper()
    with written_log(getattr(request, "param", "json"), "info", on=paper):
        yield paper


def write(log: AccessLog, request_id: str) -> None:
    log.write(
        method="POST",
        route="/v1/penduduk/lookup",
        status=200,
        seconds=0.00123,
        request_id=request_id,
        client_id="dinkes 9901014101900001",
        code=None,
    )


async def test_the_lines_of_a_moment_are_written_at_once(paper):
    log = AccessLog()
    for number in range(20):
        write(log, f"r{number}")
    assert not paper.lines()
    await asyncio.sleep(0.2)
    told = [json.loads(line) for line in paper.lines()]
    assert [line["request_id"] for line in told] == [f"r{number}" for number in range(20)]
    assert paper.writings == 1
    assert (told[0]["route"], told[0]["millis"]) == ("/v1/penduduk/lookup", 1.2)
    assert "9901014101900001" not in paper.getvalue()


async def test_what_waits_at_the_end_is_written(paper):
    log = AccessLog()
    write(log, "last")
    log.flush()
    written = [json.loads(line)["request_id"] for line in paper.lines()]
    assert "last" in written
    await asyncio.sleep(0.1)
    # Other tests' servers in this process may write in between.
    assert [json.loads(line)["request_id"] for line in paper.lines()].count("last") == 1


@pytest.mark.parametrize("paper", ["console"], indirect=True)
async def test_for_people_each_line_goes_the_general_way(paper):
    log = AccessLog()
    write(log, "shown")
    log.flush()
    (line,) = paper.lines()
    assert "shown" in line
    assert "/v1/penduduk/lookup" in line
    assert "9901014101900001" not in line
