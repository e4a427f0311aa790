"""Keeps a port to one server: what else listens there, or begins to, is told instead of joined."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from gateway.commands.running import stop


@contextmanager
def port_of_its_own(host: str, port: int) -> Iterator[str]:
    """Holds the port while the server runs; ends the command where it cannot be had.

    Gives the IP address that the host's name stands for.

    The server lets its workers share the port (SO_REUSEPORT), and the kernel would let any other
    process of the same user share it too, each of which would get some of the requests.
    """
    with ExitStack() as held:
        try:
            address = _hold(host, port, held)
        except OSError as error:
            stop(f"Cannot listen on {host} port {port} ({error.strerror})")
        yield address


def _hold(host: str, port: int, held: ExitStack) -> str:
    family, kind, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    # Of two that start at the same moment, both could bind: a name that goes with its process, and
    # that nobody shares, decides between them.
    turn = held.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
    turn.bind(f"\0ppks-gateway/{address[0]}/{port}")
    return _bind(held.enter_context(socket.socket(family, kind)), address)


def _bind(own: socket.socket, address: Any) -> str:
    """Give the IP address that was bound."""
    # Bound as one that shares with nobody, but for connections that are just ending...
    own.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    own.bind(address)
    # ... and from here on with our own workers only: the next who binds like this is refused.
    own.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
    own.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    return str(own.getsockname()[0])
