import io

import pytest

from corpus.errors import EmptySourceError
from corpus.readers.documents import Failure, Found, Place
from corpus.readers.mail import read_mail, read_mailbox
from corpus.readers.reading import read_data
from corpus.readers.signatures import binary_format
from corpus.readers.sniffing import Format

HEADERS = "From: Nell Ashworth <nell@post.example>\r\nDate: Mon, 3 Jun 2024 10:00:00 +0200\r\nSubject: Rain\r\n"
PLACE = Place(source="m.mbox", key="m.mbox", origin="file:///m.mbox")


def mail(body: str, *headers: str, encoding: str = "utf-8") -> bytes:
    return (HEADERS + "".join(f"{line}\r\n" for line in headers) + "\r\n" + body).encode(encoding)


def multipart(*parts: tuple[str, str], kind: str = "alternative") -> bytes:
    body = "".join(f"--B\r\nContent-Type: {it}\r\n\r\n{text}\r\n" for it, text in parts)
    return mail(
        f"{body}--B--\r\n", "MIME-Version: 1.0", f'Content-Type: multipart/{kind}; boundary="B"'
    )


def test_a_plain_mail_ends_at_its_signature() -> None:
    document = read_mail(mail("It rained.\r\n\r\n**Nobody** was hurt.\r\n-- \r\nNell"))
    assert document.text == "It rained.\n\nNobody was hurt."
    assert (document.title, document.author, document.source) == ("Rain", *["Nell Ashworth"] * 2)
    assert document.key is None


def test_the_part_that_says_more_is_the_letter() -> None:
    long = "It rained for three days and nobody was hurt in it at all."
    html = f"<p>{long}</p>"
    assert read_mail(multipart(("text/plain", "See it online."), ("text/html", html))).text == long
    assert (
        read_mail(multipart(("text/plain", long), ("text/html", "<p>See it online.</p>"))).text
        == long
    )
    assert read_mail(multipart(("text/html", html))).text == long
    assert read_mail(multipart(("text/plain", ""), ("text/html", html))).text == long


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [
        ("windows-1251", "cp1251"),
        ("utf-8", "cp1251"),
        ("x-unknown", "utf-8"),
        ("us-ascii", "utf-8"),
    ],
)
def test_a_charset_is_believed_if_it_is_true(charset: str, encoding: str) -> None:
    text = "Президент объявил вчера, что встреча состоится осенью."
    content = mail(
        text,
        "MIME-Version: 1.0",
        f"Content-Type: text/plain; charset={charset}",
        "Content-Transfer-Encoding: 8bit",
        encoding=encoding,
    )
    assert read_mail(content).text == text


def test_encodings_of_the_body_and_of_headers_are_resolved() -> None:
    content = mail(
        "SXQgcmFpbmVkLg==\r\n",
        "MIME-Version: 1.0",
        "Content-Type: text/plain",
        "Content-Transfer-Encoding: base64",
    )
    content = content.replace(b"Subject: Rain", b"Subject: =?utf-8?b?w5hyc3Rl?= =?utf-8?q?d?=")
    document = read_mail(content)
    assert (document.title, document.text) == ("Ørsted", "It rained.")


def test_a_mail_without_subject_is_called_by_its_first_words() -> None:
    content = mail("It rained. It froze.").replace(b"Subject: Rain\r\n", b"")
    assert read_mail(content).title.startswith("It rained.")


def test_attachments_are_named_in_a_warning() -> None:
    attachment = 'application/pdf\r\nContent-Disposition: attachment; filename="a.pdf"'
    content = multipart(("text/plain", "It rained."), (attachment, "%PDF"), kind="mixed")
    assert read_mail(content).warnings == ("its attachments were not read: a.pdf",)


def test_the_name_of_a_list_is_the_source() -> None:
    named = mail("It rained.", 'List-Id: "Lunby News" <news.lunby.example>')
    assert read_mail(named).source == "Lunby News"
    bare = mail("It rained.", "List-Id: <news.lunby.example>")
    assert read_mail(bare).source == "Nell Ashworth"


def test_a_mail_without_words_says_so() -> None:
    with pytest.raises(EmptySourceError, match="no words"):
        read_mail(mail("---"))
    with pytest.raises(EmptySourceError, match="no words"):
        read_mail(multipart(("image/png", "x")))


def test_a_mailbox_keeps_what_looks_like_an_envelope_within_a_letter() -> None:
    envelope = b"From nell@post.example Mon Jun  3 10:00:00 2024\n"
    letter = mail(">From the quay it looked calm.\n\n>>From is quoted twice.\n").replace(
        b"\r\n", b"\n"
    )
    empty = mail("--\n").replace(b"\r\n", b"\n")
    content = envelope + letter + b"\n" + envelope + empty + b"\n" + envelope + letter
    first, second, third = read_mailbox(io.BytesIO(content), PLACE, limit=10_000)
    assert isinstance(first, Found)
    assert first.article.text == "From the quay it looked calm.\n\n>From is quoted twice."
    assert (first.article.key, first.names_itself) == ("m.mbox/message 1", False)
    assert isinstance(second, Failure)
    assert second.reason.startswith("message 2: the mail holds no words")
    assert isinstance(third, Found)
    assert third.article.origin == "file:///m.mbox#message%203"


def test_a_letter_that_is_too_long_is_a_failure_and_the_others_are_read() -> None:
    envelope = b"From nell@post.example Mon Jun  3 10:00:00 2024\n"
    letter = mail("It rained.\n").replace(b"\r\n", b"\n")
    content = envelope + letter + b"x" * 3_000 + b"\n\n" + envelope + letter
    first, second = read_mailbox(io.BytesIO(content), PLACE, limit=1_000)
    assert isinstance(first, Failure)
    assert "longer than" in first.reason
    assert isinstance(second, Found)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (mail("It rained."), Format.MAIL),
        (
            b"Received: from a\r\n\tby b\r\nFrom: a@b.example\r\nTo: c@d.example\r\n\r\nx",
            Format.MAIL,
        ),
        (b"Received: " + b"x: y\nFrom: a\nTo: b\nReceived: z\n" * 500, Format.MAIL),
        (
            b"From: <Saved by Blink>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n",
            Format.WEB_ARCHIVE,
        ),
        (b"Title: A flood\nAuthor: Nell\n\nIt rained.", None),
        (b"From: the editor\nTo: everyone\n\nIt rained.", None),
        (b"From here on it rained.\nDate: unknown\n", None),
        (b"From Lunby, 2024\nit is far.", None),
        (b"Subject: rain\nit came down, and so\nDate: x\nFrom: y\n", None),
    ],
)
def test_mail_is_known_by_its_headers(head: bytes, expected: Format | None) -> None:
    assert binary_format(head) is expected


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b"Content-Type: text/html", b"Content-Type: text/css", "without a page in it"),
        (b"charset=x", b"charset=unknown", None),
    ],
)
def test_a_saved_page_needs_a_page(old: bytes, new: bytes, reason: str | None) -> None:
    page = "<html><body><p>It rained for one whole week, and nobody was hurt.</p></body></html>"
    content = (
        (
            "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://a.example/rain\r\nMIME-Version: 1.0\r\n"
            'Content-Type: multipart/related; boundary="B"\r\n\r\n--B\r\nContent-Type: text/html; charset=x\r\n\r\n'
            f"{page}\r\n--B--\r\n"
        )
        .encode()
        .replace(old, new)
    )
    (line,) = read_data(content, PLACE, name="a.mhtml")
    if reason is None:
        assert isinstance(line, Found)
        assert line.article.url == "https://a.example/rain"
    else:
        assert isinstance(line, Failure)
        assert reason in line.reason
