"""The port of the local cloud."""

import contextlib
import errno
import socket

from local.faults import LocalFault

ADDRESSES = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))
"""Both addresses that `localhost` may mean; IPv6 is left out if the machine has none."""


def bind_loopback(port: int) -> list[socket.socket]:
    """Bind a port on every loopback address. Port 0 means any free one.

    Raises
    ------
    LocalFault
        When another process uses the port.
    """
    sockets: list[socket.socket] = []
    for family, address in ADDRESSES:
        try:
            bound = _bind(family, address, sockets[0].getsockname()[1] if sockets else port)
        except OSError as error:
            if family == socket.AF_INET6 and error.errno not in {errno.EADDRINUSE, errno.EACCES}:
                continue  # no IPv6 here
            close_all(sockets)
            raise LocalFault(_why_not(error, port)) from None
        sockets.append(bound)
    return sockets


def _bind(family: socket.AddressFamily, address: str, port: int) -> socket.socket:
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        bound.bind((address, port))
        bound.listen()  # on some systems a port in use shows only here
    except OSError:
        bound.close()
        raise
    return bound


def _why_not(error: OSError, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is in use: stop what holds it or run PORT={port + 1 if port < 65535 else 8080} make run"
    return f"Port {port} cannot be used ({error.strerror}): run PORT=8080 make run"


def close_all(sockets: list[socket.socket]) -> None:
    """Close sockets in any state."""
    for one in sockets:
        with contextlib.suppress(OSError):
            one.close()
