"""What a site's robots.txt allows us (RFC 9309).

Protego reads it: the standard library's parser knows neither wildcards nor the rule that the
longest match decides, which RFC 9309 asks for and sites rely on.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from corpus.errors import AddressRefusedError, FetchError, OversizedSourceError, UnreachableError
from corpus.urls import parse_address

AGENT = "passagebot"
"""The name by which robots.txt speaks of us."""

LARGEST_ROBOTS = 500 * 1024  # bytes, the least RFC 9309 allows
KEPT_SECONDS = 24 * 3600.0
"""How long an answer is believed, the most RFC 9309 allows."""

_RETRIED_SECONDS = 60.0


class Rules(Protocol):
    """What `protego.Protego` can be asked."""

    def can_fetch(self, url: str, user_agent: str) -> bool:
        """Return whether the agent may fetch `url`."""

    def crawl_delay(self, user_agent: str) -> float | None:
        """Return the seconds the site wants between requests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    rules: Rules | None
    """`None` if the site could not be asked: then nothing is allowed."""
    until: float
    reason: str = ""


class Robots:
    """The rules of the sites that were asked, each asked once a day."""

    def __init__(
        self, fetch: Callable[[str], bytes | None], *, ticks: Callable[[], float] = time.monotonic
    ) -> None:
        """Ask by `fetch`: the bytes at an address, `None` where there are none.

        It raises `UnreachableError` where that cannot be known.
        """
        self._fetch = fetch
        self._ticks = ticks
        self._known: dict[str, _Known] = {}

    def delay_for(self, url: str) -> float:
        """Return the seconds the site of `url` wants between two requests, 0 if it says nothing.

        Raise `AddressRefusedError` if `url` is not for us, `UnreachableError` if the site cannot
        say so now.
        """
        known = self._known_of(url)
        rules = known.rules
        if rules is None:
            message = f"its robots.txt cannot be read, and so nothing is fetched: {known.reason}"
            raise UnreachableError(message)
        if not rules.can_fetch(url, AGENT):
            message = "its robots.txt keeps programs out; save the page and give its file"
            raise AddressRefusedError(message)
        return rules.crawl_delay(AGENT) or 0.0

    def _known_of(self, url: str) -> _Known:
        address = parse_address(url)
        site = f"{address.scheme}://{address.authority}"
        known = self._known.get(site)
        if known is None or known.until <= self._ticks():
            known = self._asked(site)
            self._known[site] = known
        return known

    def _asked(self, site: str) -> _Known:
        try:
            rules = _parsed(self._fetch(f"{site}/robots.txt") or b"")
        except UnreachableError as error:
            until = self._ticks() + _RETRIED_SECONDS
            return _Known(rules=None, until=until, reason=str(error))
        except (FetchError, OversizedSourceError):
            rules = _parsed(b"")
        return _Known(rules=rules, until=self._ticks() + KEPT_SECONDS)


def _parsed(data: bytes) -> Rules:
    from protego import Protego  # noqa: PLC0415 - for the web alone

    rules: Rules = Protego.parse(data.decode("utf-8-sig", errors="replace"))
    return rules
