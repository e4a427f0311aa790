"""Keeps a port to one server: what else listens there, or begins to, is told instead of joined."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from gateway.commands.running import stop


@contextmanager
def port_of_its_own(host: str, port: int) -> Iterator[str]:
    """Holds the port while the server runs; ends the command where it cannot be had.

    Gives the IP address that the host's name stands for.

    The server lets its workers share the port (SO_REUSEPORT), and the kernel would let any other
    process of the same user share it too, each of which would get some of the requests.
    """
    try:
        held = _hold(host, port)
    except OSError as error:
        stop(f"Cannot listen on {host} port {port} ({error.strerror})")
    with held:
        yield held.getsockname()[0]


def _hold(host: str, port: int) -> socket.socket:
    family, kind, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    held = socket.socket(family, kind)
    try:
        # Bound as one that shares with nobody, but for connections that are just ending...
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(address)
        # ... and from here on with our own workers only: the next who binds like this is refused.
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    except OSError:
        held.close()
        raise
    return held
