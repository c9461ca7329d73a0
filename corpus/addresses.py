"""Which addresses of the internet may be reached: public ones, and no others.

Whoever writes a link can name any machine, also one only this computer sees. So the check is on
the address a name resolved to, and the connection goes to that very address.
"""

import socket
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
)

from corpus.errors import AddressRefusedError, UnreachableError

Resolver = Callable[[str, int], Sequence[str]]
"""Returns the addresses of a host, best first; raises `OSError` if there are none."""

_MOST_ADDRESSES = 8
_REFUSED_V4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",  # this network
            "10.0.0.0/8",  # private
            "100.64.0.0/10",  # shared by customers of one provider
            "127.0.0.0/8",  # this machine
            "169.254.0.0/16",  # link-local; 169.254.169.254 tells secrets of cloud machines
            "172.16.0.0/12",  # private
            "192.0.0.0/24",  # protocol assignments
            "192.0.2.0/24",  # documentation
            "192.88.99.0/24",  # 6to4 relays, deprecated
            "192.168.0.0/16",  # private
            "198.18.0.0/15",  # benchmarks
            "198.51.100.0/24",  # documentation
            "203.0.113.0/24",  # documentation
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, broadcast
        ),
    )
)
_GLOBAL_V6 = IPv6Network("2000::/3")
_REFUSED_V6 = tuple(
    map(
        IPv6Network,
        (
            "2001::/23",  # protocol assignments, Teredo among them
            "2001:db8::/32",  # documentation
            "3fff::/20",  # documentation
        ),
    )
)
_SIX_TO_FOUR = IPv6Network("2002::/16")
_NAT64 = IPv6Network("64:ff9b::/96")
_MAPPED = IPv6Network("::ffff:0:0/96")


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Return whether anyone on the internet could reach `address`.

    The ranges are those of the IANA special-purpose address registries. IPv6 forms that carry
    an IPv4 address (mapped, 6to4, NAT64) are as public as that is.
    """
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _REFUSED_V4)
    carried = _carried(address)
    if carried is not None:
        return is_public(carried)
    return address in _GLOBAL_V6 and not any(address in network for network in _REFUSED_V6)


def _carried(address: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address in an IPv6 address that stands for one."""
    if address in _MAPPED or address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    if address in _SIX_TO_FOUR:
        return IPv4Address(int(address) >> 80 & 0xFFFFFFFF)
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What may be connected to: public addresses at `ports`.

    `trusted` are pairs of an address and a port that may be reached although they are not
    public; only tests have any.
    """

    ports: frozenset[int] = frozenset({80, 443})
    trusted: frozenset[tuple[str, int]] = frozenset()

    def require_port(self, port: int) -> None:
        """Raise `AddressRefusedError` for a port that is not ours to connect to."""
        if port not in self.ports and port not in {it for _, it in self.trusted}:
            allowed = ", ".join(map(str, sorted(self.ports)))
            message = (
                f"port {port} is not fetched from; only {allowed} are (PASSAGEBOT_FETCH_PORTS)"
            )
            raise AddressRefusedError(message)

    def checked(self, host: str, port: int, addresses: Iterable[str]) -> list[str]:
        """Return `addresses`, those a host resolved to; raise unless all may be reached.

        A host with one public and one private address is refused as a whole.
        """
        found = list(addresses)[:_MOST_ADDRESSES]
        if not found:
            message = f"{host} has no address; check the name"
            raise UnreachableError(message)
        for address in found:
            if not self._allows(address, port):
                message = (
                    f"{host} is {address}, which is no public address and is never fetched; "
                    "save the page and give its file"
                )
                raise AddressRefusedError(message)
        return found

    def _allows(self, address: str, port: int) -> bool:
        if (address, port) in self.trusted:
            return True
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        if isinstance(parsed, IPv6Address) and parsed.scope_id is not None:
            return False
        return port in self.ports and is_public(parsed)


PUBLIC = Reach()
"""Public addresses at the two ports of the web."""


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of `host` as the system resolves them, each once; raise `OSError`."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))
