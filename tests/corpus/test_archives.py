import io
import tarfile
import zipfile

import pytest

from corpus.readers.documents import Failure, Found, Place
from corpus.readers.reading import read_data

TEXT = b"It rained for three days."


def lines(data: bytes, **options: int) -> dict[str, str]:
    """Return what became of each member: its text, or why it was not read."""
    place = Place(source="a.zip", key="a.zip", origin="file:///a.zip")
    found = list(read_data(data, place, name="a.zip", **options))  # type: ignore[arg-type]
    return {
        item.source: item.article.text if isinstance(item, Found) else item.reason for item in found
    }


def zipped(*names: str, content: bytes = TEXT) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        for name in names:
            packed.writestr(name, content)
    return target.getvalue()


def tarred(*members: tuple[tarfile.TarInfo, bytes]) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as packed:
        for member, content in members:
            member.size = len(content)
            packed.addfile(member, io.BytesIO(content))
    return target.getvalue()


def member(name: str, kind: bytes = tarfile.REGTYPE) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type = kind
    info.linkname = "/etc/passwd" if kind in {tarfile.SYMTYPE, tarfile.LNKTYPE} else ""
    return info


@pytest.mark.parametrize(
    "name", ["../up.txt", "/etc/a.txt", "a/../../b.txt", "C:\\a.txt", "..\\a.txt"]
)
def test_names_that_lead_out_are_refused_and_others_are_read(name: str) -> None:
    told = lines(zipped("fine.txt", name))
    assert told["a.zip (fine.txt)"] == TEXT.decode()
    assert len(told) == 2
    assert "leads out of the archive" in " ".join(told.values())
    assert told == lines(tarred((member("fine.txt"), TEXT), (member(name), TEXT)))


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE])
def test_links_and_pipes_are_not_followed(kind: bytes) -> None:
    told = lines(tarred((member("a.txt"), TEXT), (member("b.txt", kind), b"")))
    assert told["a.zip (a.txt)"] == TEXT.decode()
    assert "a link, which is not followed" in told["a.zip (b.txt)"]


def test_a_link_in_a_zip_archive_is_not_followed() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        info = zipfile.ZipInfo("a.txt")
        info.external_attr = 0o120777 << 16
        packed.writestr(info, "/etc/passwd")
    assert "a link" in lines(target.getvalue())["a.zip (a.txt)"]


def test_hidden_files_and_the_parts_of_saved_pages_are_passed_over() -> None:
    names = ["./b.txt", "a/.git/x.txt", "__MACOSX/._b.txt", "p.html", "p_files/menu.txt", "dir/"]
    told = lines(zipped(*names, content=b"<p>It rained for one whole week.</p>"))
    assert set(told) == {"a.zip (b.txt)", "a.zip (p.html)"}


def test_of_two_members_with_one_name_the_last_counts() -> None:
    twice = tarred((member("a.txt"), b"It froze."), (member("a.txt"), TEXT))
    assert lines(twice) == {"a.zip (a.txt)": TEXT.decode()}


def test_folders_are_no_members() -> None:
    told = lines(tarred((member("a", tarfile.DIRTYPE), b""), (member("a/b.txt"), TEXT)))
    assert told == {"a.zip (a/b.txt)": TEXT.decode()}


def test_archives_deeper_than_two_are_refused() -> None:
    data = TEXT
    for level in range(3):
        data = zipped(f"level{level}.{'zip' if level else 'txt'}", content=data)
    (reason,) = lines(data).values()
    assert reason == "it is an archive 2 archives deep; unpack it first"


def test_too_many_members_are_refused() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        for number in range(20_001):
            packed.writestr(f"{number}.txt", b"")
    (reason,) = lines(target.getvalue()).values()
    assert reason.startswith("it holds more than 20000 files")


def test_a_large_member_is_refused_in_either_kind() -> None:
    long = b"It rained. " * 300_000
    small = zipped("a.txt") + b""
    assert lines(small) == {"a.zip (a.txt)": TEXT.decode()}
    told = lines(tarred((member("a.txt"), long), (member("b.txt"), TEXT)), limit=2 * 1024 * 1024)
    assert told["a.zip (b.txt)"] == TEXT.decode()
    assert told["a.zip (a.txt)"] == "it has more than 2 MB; split it"


def test_an_archive_with_a_password_is_refused() -> None:
    data = bytearray(zipped("a.txt"))
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + at] |= 1
    (reason,) = lines(bytes(data)).values()
    assert reason == "it is a ZIP archive with a password; unpack it first"


def test_an_archive_that_declares_gigabytes_is_refused() -> None:
    data = bytearray(zipped("a.txt"))
    at = data.index(b"PK\x01\x02") + 24
    data[at : at + 4] = (2**31).to_bytes(4, "little")
    (reason,) = lines(bytes(data)).values()
    assert reason == "it unpacks to more than 1 GB; unpack it, and give the folder"


def test_a_damaged_member_is_a_failure_of_its_own() -> None:
    data = bytearray(zipped("a.txt", "b.txt"))
    data[data.index(TEXT)] ^= 1
    told = lines(bytes(data))
    assert "damaged or cut off" in told["a.zip (a.txt)"]
    assert told["a.zip (b.txt)"] == TEXT.decode()


def test_places_within_places_are_named() -> None:
    place = Place(source="a.zip", key="a.zip", origin="file:///a.zip").inside("b c.zip")
    inner = place.inside("d.txt")
    assert inner.key == "a.zip/b c.zip/d.txt"
    assert inner.origin == "file:///a.zip#b%20c.zip/d.txt"
    assert inner.failure("x\ny", "line 3") == Failure(
        source="a.zip (b c.zip) (d.txt)", reason="line 3: x y"
    )
