"""Connections to checked addresses, and a time that all of one fetch must keep within."""

import ssl
import time
from collections.abc import Callable, Iterable
from typing import Any

import httpcore

from corpus.addresses import Reach, Resolver
from corpus.errors import UnreachableError


class Deadline:
    """The moment by which a fetch must be over, however slowly its bytes arrive."""

    def __init__(self, seconds: float, *, ticks: Callable[[], float] = time.monotonic) -> None:
        """End `seconds` from now by `ticks`, a monotonic clock."""
        self._seconds = seconds
        self._ticks = ticks
        self._end = ticks() + seconds

    def within(self, timeout: float | None) -> float:
        """Return `timeout` or what is left, whichever is less; raise `UnreachableError` at zero."""
        left = self._end - self._ticks()
        if left <= 0:
            message = f"it took longer than {self._seconds:.0f} seconds; try again later"
            raise UnreachableError(message)
        return left if timeout is None else min(left, timeout)


class CheckedBackend(httpcore.NetworkBackend):
    """Resolves a host itself, checks every address, and connects to the one it checked.

    TLS and the `Host` header still use the name: only where the bytes go is pinned.
    """

    def __init__(self, reach: Reach, resolver: Resolver, deadline: Deadline) -> None:
        """Connect to what `reach` allows of what `resolver` returns, until `deadline`."""
        self._reach = reach
        self._resolver = resolver
        self._deadline = deadline
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Return a connection to the first address of `host` that answers.

        Raise `AddressRefusedError` if any address of it may not be reached, `UnreachableError`
        if it has none, and `httpcore.ConnectError` if none answers.
        """
        failure: httpcore.ConnectError | httpcore.ConnectTimeout | None = None
        for address in self._reach.checked(host, port, self._resolved(host, port)):
            try:
                stream = self._plain.connect_tcp(
                    address, port, self._deadline.within(timeout), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _TimedStream(stream, self._deadline)
        raise failure or httpcore.ConnectError(host)

    def _resolved(self, host: str, port: int) -> list[str]:
        try:
            return list(self._resolver(host, port))
        except (OSError, UnicodeError) as error:
            message = f"the name {host} cannot be resolved; check it, or the connection"
            raise UnreachableError(message) from error


class _TimedStream(httpcore.NetworkStream):
    """A connection whose every read and write ends by the deadline."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.within(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.within(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        secured = self._stream.start_tls(
            ssl_context, server_hostname, self._deadline.within(timeout)
        )
        return _TimedStream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - as httpcore declares it
        return self._stream.get_extra_info(info)
