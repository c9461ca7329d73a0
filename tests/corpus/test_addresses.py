from ipaddress import ip_address

import pytest

from corpus.addresses import PUBLIC, Reach, is_public, resolve
from corpus.errors import AddressRefusedError, UnreachableError
from corpus.urls import (
    is_address,
    is_front_page,
    is_same_site,
    is_web,
    joined,
    parse_address,
    tidy,
)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",  # noqa: S104 - an address to refuse, not to listen at
        "10.1.2.3",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:c0a8:101::1",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1",
    ],
)
def test_addresses_not_open_to_everyone_are_refused(address: str) -> None:
    assert not is_public(ip_address(address))
    with pytest.raises(AddressRefusedError, match="no public address"):
        PUBLIC.checked("x.example", 443, [address])


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1",
        "93.184.216.34",
        "100.63.255.255",
        "172.32.0.1",
        "192.0.1.1",
        "2606:4700::1111",
        "::ffff:1.1.1.1",
        "64:ff9b::101:101",
        "2002:101:101::1",
    ],
)
def test_public_addresses_may_be_reached(address: str) -> None:
    assert PUBLIC.checked("x.example", 443, [address]) == [address]


def test_a_host_with_one_private_address_is_refused_as_a_whole() -> None:
    with pytest.raises(AddressRefusedError, match=r"10\.0\.0\.1"):
        PUBLIC.checked("x.example", 80, ["1.1.1.1", "10.0.0.1"])


@pytest.mark.parametrize("address", ["fe80::1%eth0", "2606:4700::1%lo", "not an address", ""])
def test_what_is_no_plain_address_is_refused(address: str) -> None:
    with pytest.raises(AddressRefusedError):
        PUBLIC.checked("x.example", 80, [address])


def test_a_host_without_an_address_is_unreachable() -> None:
    with pytest.raises(UnreachableError, match="has no address"):
        PUBLIC.checked("x.example", 80, [])


def test_other_ports_than_those_of_the_web_need_a_setting() -> None:
    PUBLIC.require_port(443)
    with pytest.raises(AddressRefusedError, match="port 22 is not fetched from; only 80, 443"):
        PUBLIC.require_port(22)
    Reach(ports=frozenset({8080})).require_port(8080)


def test_trust_is_in_one_port_of_one_address() -> None:
    reach = Reach(trusted=frozenset({("127.0.0.1", 4711)}))
    assert reach.checked("x.example", 4711, ["127.0.0.1"]) == ["127.0.0.1"]
    for address, port in (("127.0.0.1", 80), ("127.0.0.2", 4711), ("1.1.1.1", 4711)):
        with pytest.raises(AddressRefusedError):
            reach.checked("x.example", port, [address])


def test_numbers_are_resolved_to_the_addresses_they_hide() -> None:
    assert resolve("127.0.0.1", 80) == ["127.0.0.1"]
    with pytest.raises(AddressRefusedError):
        PUBLIC.checked("2130706433", 80, resolve("2130706433", 80))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("HTTP://News.Example:80/A?b=1#c", "http://news.example/A?b=1"),
        ("https://news.example:443", "https://news.example/"),
        ("https://news.example:8443/x", "https://news.example:8443/x"),
        (
            "https://n.example/a?utm_source=x&id=7&UTM_Medium=y&fbclid=z&gclid=q&page=2",
            "https://n.example/a?id=7&page=2",
        ),
        ("https://n.example/a?&&", "https://n.example/a"),
        ("https://bücher.example/straße?q=ö", "https://xn--bcher-kva.example/stra%C3%9Fe?q=%C3%B6"),
        ("https://n.example/100%25?a=%26", "https://n.example/100%25?a=%26"),
        ("http://[2606:4700::1111]:8080/", "http://[2606:4700::1111]:8080/"),
    ],
)
def test_an_address_has_one_form(given: str, kept: str) -> None:
    assert tidy(given) == kept
    assert tidy(kept) == kept


@pytest.mark.parametrize(
    "url",
    [
        "ftp://news.example/a",
        "file:///etc/passwd",
        "gopher://news.example/",
        "javascript:alert(1)",
        "//news.example/a",
        "http://",
        "http:///path",
        "http://user@news.example/",
        "http://user:word@news.example/",
        "http://:word@news.example/",
        "http://news.example:port/",
        "http://news.example:99999/",
        "http://news.example/a b",
        "http://news.example\\@10.0.0.1/",
        "http://news.example/\r\nHost: x",
        "http://[::1",
        "http://" + "ü" * 100 + ".example/",
        "http://news.example/" + "a" * 2_000,
    ],
)
def test_addresses_that_are_no_plain_ones_of_the_web_are_refused(url: str) -> None:
    with pytest.raises(AddressRefusedError):
        parse_address(url)


def test_a_refusal_is_one_line_that_shows_no_password() -> None:
    with pytest.raises(AddressRefusedError) as caught:
        parse_address("http://user:word@news.example/")
    assert "word" not in str(caught.value)
    with pytest.raises(AddressRefusedError) as caught:
        parse_address("http://news.example/\n" + "x" * 500)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 200


def test_references_are_read_on_their_page() -> None:
    assert joined("http://a.example/x/y", " ../z ") == "http://a.example/z"
    assert joined("http://a.example/x", "//b.example/z") == "http://b.example/z"
    with pytest.raises(AddressRefusedError):
        joined("http://a.example/x", "http://[::1")


def test_what_is_an_address_and_what_a_path() -> None:
    assert is_address("https://n.example")
    assert is_address("ftp://n.example")
    assert not is_address("file:///tmp/a")
    assert not is_address("notes/a.txt")
    assert is_web("HTTPS://n.example")
    assert not is_web("ftp://n.example")


def test_one_site_has_several_addresses() -> None:
    assert is_same_site("http://www.n.example/a", "https://n.example/b")
    assert not is_same_site("http://a.n.example/", "http://b.n.example/")
    assert is_front_page("http://n.example")
    assert not is_front_page("http://n.example/?p=1")
