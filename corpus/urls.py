"""Web addresses: which are well formed, and the one form of each that names an article."""

import re
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from corpus.errors import AddressRefusedError

DEFAULT_PORTS = {"http": 80, "https": 443}

_WEB = re.compile(r"https?://", re.IGNORECASE)
_ANY_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f\\]")
_TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igshid|igsh"
    r"|mc_eid|mc_cid|_hsenc|_hsmi|mkt_tok|vero_id|vero_conv|oly_enc_id|oly_anon_id|_openstat"
    r"|_ga|_gl|ref_src|ref_url|cmpid|wickedid|rb_clickid|s_cid|ml_subscriber(?:_hash)?",
    re.IGNORECASE,
)
_SAFE = "%/:=&?~+!$,;'@()*[]|"
_LONGEST = 2_000  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class WebAddress:
    """The parts of an address that a request needs; `host` is in ASCII, `target` path and query."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def url(self) -> str:
        """Return the whole address."""
        return f"{self.scheme}://{self.authority}{self.target}"

    @property
    def authority(self) -> str:
        """Return host and port as the `Host` header has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


def is_address(text: str) -> bool:
    """Return whether `text` is an address of any kind rather than a path."""
    return _ANY_SCHEME.match(text) is not None and not text.lower().startswith("file://")


def is_web(text: str) -> bool:
    """Return whether `text` is an address of the web."""
    return _WEB.match(text) is not None


def parse_address(url: str) -> WebAddress:
    """Return the parts of `url`, its fragment left out.

    Raise `AddressRefusedError` for anything but a plain http or https address: one with a user
    name, without a host, with blanks or a port that is none.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise _malformed(url) from error
    if parts.scheme.lower() not in DEFAULT_PORTS:
        message = f"{_shown(url)} is no web address; only http and https are fetched"
        raise AddressRefusedError(message)
    if parts.username is not None or parts.password is not None:
        message = "the address holds a user name; give it without, none is ever sent"
        raise AddressRefusedError(message)
    if not parts.hostname or _FORBIDDEN.search(url) or len(url) > _LONGEST:
        raise _malformed(url)
    path = quote(parts.path or "/", safe=_SAFE)
    query = quote(parts.query, safe=_SAFE)
    return WebAddress(
        scheme=parts.scheme.lower(),
        host=_ascii(parts.hostname, url),
        port=port or DEFAULT_PORTS[parts.scheme.lower()],
        target=path + (f"?{query}" if query else ""),
    )


def tidy(url: str) -> str:
    """Return the form of `url` that names an article: without fragment and tracking parameters.

    Host and scheme are in lower case, a port that goes without saying is left out. Raise what
    `parse_address` raises.
    """
    address = parse_address(url)
    parts = urlsplit(address.url)
    kept = [it for it in parts.query.split("&") if it and not _is_tracking(it)]
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "&".join(kept), ""))


def joined(base: str, reference: str) -> str:
    """Return the address `reference` names on the page `base`; raise `AddressRefusedError`."""
    try:
        return urljoin(base, reference.strip())
    except ValueError as error:
        raise _malformed(reference) from error


def is_same_site(first: str, second: str) -> bool:
    """Return whether two addresses are of one host, whatever the scheme and a leading www."""
    return _site(first) == _site(second)


def is_front_page(url: str) -> bool:
    """Return whether an address names a site and no page of it."""
    parts = urlsplit(url)
    return parts.path in {"", "/"} and not parts.query


def _site(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _is_tracking(parameter: str) -> bool:
    return _TRACKING.fullmatch(parameter.partition("=")[0]) is not None


def _ascii(host: str, url: str) -> str:
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise _malformed(url) from error


def _malformed(url: str) -> AddressRefusedError:
    return AddressRefusedError(f"{_shown(url)} is no well-formed address; correct it")


def _shown(url: str) -> str:
    line = " ".join(url.split())
    return line if len(line) <= 100 else f"{line[:97]}..."  # noqa: PLR2004 - fits a line
