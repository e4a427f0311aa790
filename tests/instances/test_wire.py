"""Requests as bytes on the wire, such as no HTTP library writes, against the real server."""

import socket
from collections.abc import Callable
from urllib.parse import urlencode

import pytest

from tests.instances.pair import RESOURCE, TOKEN, Pair

Lines = list[str]


def status_of(port: int, head: Lines, body: bytes = b"") -> int:
    """The status of the first answer; 0 where the server closed the connection without one."""
    request = "\r\n".join([*head, "Connection: close", "", ""]).encode("latin-1") + body
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(request)
        try:
            answer = connection.recv(64)
        except ConnectionResetError:
            return 0
    return int(answer.split(b" ")[1]) if answer else 0


def good(pair: Pair, token: str) -> Lines:
    return [
        f"GET {RESOURCE} HTTP/1.1",
        f"Host: 127.0.0.1:{pair.ports[0]}",
        f"Authorization: DPoP {token}",
        f"DPoP: {pair.proof(token)}",
    ]


def with_line(number: int, change: Callable[[str], str]) -> Callable[[Lines], Lines]:
    """One line of the good request changed."""
    return lambda head: [change(line) if at == number else line for at, line in enumerate(head)]


TAKEN: dict[str, Callable[[Lines], Lines]] = {
    "as it is": lambda head: head,
    "01 the header's name in capitals": with_line(3, lambda line: line.replace("DPoP:", "DPOP:")),
    "names in small letters": with_line(2, lambda line: line.replace("Auth", "auth")),
    "white space around the proof": with_line(3, lambda line: line.replace(": ", ":\t ") + " \t"),
    "a Host of another": with_line(1, lambda _: "Host: jahat.contoh"),
    "a target with a host of another": with_line(0, lambda line: line.replace("/v1", "http://jahat.contoh/v1")),
    "a query": with_line(0, lambda line: line.replace(" HTTP", "?limit=1 HTTP")),
    "letters of the path escaped": with_line(0, lambda line: line.replace("ppks", "%70%70ks")),
    "a scheme in capitals": with_line(2, lambda line: line.replace("DPoP ", "DPOP ")),
}  # fmt: skip

REFUSED: dict[str, tuple[Callable[[Lines], Lines], set[int]]] = {
    "an underscore for the D": (with_line(3, lambda line: line.replace("DPoP:", "D_PoP:")), {401}),
    "HTTP_DPOP": (with_line(3, lambda line: line.replace("DPoP:", "HTTP_DPOP:")), {401}),
    "two proofs": (lambda head: [*head, head[3]], {401}),
    "an empty proof besides": (lambda head: [*head, "DPoP:"], {401}),
    "two authorizations": (lambda head: [*head, head[2]], {401}),
    "another method": (with_line(0, lambda line: line.replace("GET", "DELETE")), {401, 405}),
    "HEAD": (with_line(0, lambda line: line.replace("GET", "HEAD")), {401, 405}),
    "a folded proof": (with_line(3, lambda line: line.replace(".", ".\r\n ", 1)), {0, 400, 401}),
    "white space before the colon": (with_line(3, lambda line: line.replace("DPoP:", "DPoP :")), {0, 400, 401}),
    "a zero in the proof": (with_line(3, lambda line: line.replace(".", ".\0", 1)), {0, 400, 401}),
    "a bare line feed in the proof": (with_line(3, lambda line: line.replace(".", ".\n", 1)), {0, 400, 401}),
    "a path that goes up": (with_line(0, lambda line: line.replace("/v1", "/v1/../v1")), {401, 404}),
    "an escaped slash": (with_line(0, lambda line: line.replace("v1/", "v1%2F")), {401, 404}),
    "a broken escape": (with_line(0, lambda line: line.replace("ppks", "ppk%7")), {400, 401, 404}),
}  # fmt: skip


@pytest.fixture
async def token(pair: Pair) -> str:
    return await pair.token(pair.one, await pair.grant())


@pytest.mark.parametrize("case", TAKEN)
async def test_a_request_that_is_the_holders(pair, token, case):
    assert status_of(pair.ports[0], TAKEN[case](good(pair, token))) == 200


@pytest.mark.parametrize("case", REFUSED)
async def test_a_request_that_is_not(pair, token, case):
    change, statuses = REFUSED[case]
    assert status_of(pair.ports[0], change(good(pair, token))) in statuses


LENGTHS: dict[str, Lines] = {
    "two lengths that differ": ["Content-Length: {}", "Content-Length: 5"],
    "a length and chunks": ["Content-Length: {}", "Transfer-Encoding: chunked"],
    "a list of lengths": ["Content-Length: {}, 5"],
    "a length below zero": ["Content-Length: -{}"],
    "a length with a sign": ["Content-Length: +{}"],
}


@pytest.mark.parametrize("case", LENGTHS)
async def test_a_body_whose_end_is_in_dispute_gets_no_token(pair, case):
    """Where a proxy and the server may read a request differently, it is no request."""
    body = urlencode(pair.form(await pair.grant())).encode()
    head = [
        f"POST {TOKEN} HTTP/1.1",
        "Host: x",
        "Content-Type: application/x-www-form-urlencoded",
        f"DPoP: {pair.proof(method='POST', path=TOKEN)}",
    ]
    lengths = [line.format(len(body)) for line in LENGTHS[case]]
    assert status_of(pair.ports[0], head + lengths, body) in {0, 400, 413}
    good_length = [*head, f"Content-Length: {len(body)}"]
    assert status_of(pair.ports[0], good_length, body) == 200
