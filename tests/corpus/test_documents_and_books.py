"""Word, OpenDocument, rich text, books and WordPress: what their real files do not show."""

import io
import zipfile
from datetime import UTC, datetime

import pytest

from corpus.errors import EmptySourceError, SourceError, UnreadableSourceError
from corpus.readers.book import read_book
from corpus.readers.documents import Failure, Found, Place
from corpus.readers.open_document import read_open_document
from corpus.readers.rich_text import read_rich_text
from corpus.readers.word import read_word
from corpus.readers.wordpress import read_wordpress
from tests.corpus.sample_files import FILES

PLACE = Place(source="b.epub", key="b.epub", origin="file:///b.epub")


def zipped(**members: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return target.getvalue()


def changed(name: str, part: str, old: bytes, new: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(FILES / name) as packed, zipfile.ZipFile(target, "w") as out:
        for member in packed.namelist():
            content = packed.read(member)
            assert member != part or old in content
            out.writestr(member, content.replace(old, new) if member == part else content)
    return target.getvalue()


ODT = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0">'
    "<office:body><office:text>{}</office:text></office:body></office:document-content>"
)


def odt(body: str) -> str:
    return read_open_document(zipped(**{"content.xml": ODT.format(body)})).text


def test_an_open_document_without_metadata_is_read() -> None:
    content = ODT.format("<text:h> </text:h><text:h>Rain</text:h><text:p>It rained.</text:p>")
    document = read_open_document(zipped(**{"content.xml": content}))
    assert (document.title, document.text) == ("Rain", "Rain\n\nIt rained.")
    assert (document.author, document.published, document.updated) == (None, None, None)


def test_spaces_breaks_and_what_was_struck_out_of_an_open_document() -> None:
    assert odt("<text:p>a<text:s/>b<text:tab/>c<text:line-break/>d</text:p>") == "a b c\nd"
    assert (
        odt("<text:tracked-changes><text:p>no</text:p></text:tracked-changes><text:p>yes</text:p>")
        == "yes"
    )
    assert odt("<!-- x --><text:p>a<!-- no -->b</text:p>") == "ab"
    nested = "<text:list><text:list-item><text:p>a</text:p><text:list><text:list-item><text:p>b</text:p></text:list-item></text:list></text:list-item></text:list><text:p>c</text:p>"
    assert odt(nested) == "a\nb\n\nc"
    assert odt("<text:section><text:p>in a section</text:p></text:section>") == "in a section"


def test_an_open_document_without_a_body_is_empty() -> None:
    document = read_open_document(zipped(**{"content.xml": "<a/>"}))
    assert document.text == ""


def test_an_open_document_with_a_password_says_so() -> None:
    manifest = "<m><file-entry><encryption-data/></file-entry></m>"
    data = zipped(**{"content.xml": "x", "META-INF/manifest.xml": manifest})
    with pytest.raises(UnreadableSourceError, match="password"):
        read_open_document(data)


def test_a_word_document_without_metadata_is_called_by_its_first_heading() -> None:
    data = changed("lighthouse.docx", "docProps/core.xml", b"dc:title", b"dc:subject")
    assert read_word(data).title == "The last keeper of Skerry Light"
    target = io.BytesIO()
    with zipfile.ZipFile(FILES / "lighthouse.docx") as packed, zipfile.ZipFile(target, "w") as out:
        for member in packed.namelist():
            if member != "docProps/core.xml":
                out.writestr(member, packed.read(member))
    document = read_word(target.getvalue())
    assert (document.author, document.published, document.language) == (None, None, None)


def test_a_word_document_in_utf16_may_not_declare_entities_either() -> None:
    evil = "<?xml version='1.0' encoding='utf-16'?><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        packed.writestr("word/document.xml", evil.encode("utf-16"))
    with pytest.raises(UnreadableSourceError, match="entities"):
        read_word(target.getvalue())


def rtf(body: str, head: str = "\\ansi\\ansicpg1252") -> str:
    return read_rich_text(f"{{\\rtf1{head} {body}}}".encode("latin-1")).text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("a\\par b\\line c\\tab d", "a\n\nb\nc d"),
        ("caf\\'e9 \\u8364?5 \\u-3913?x", "café €5 \uf0b7x"),
        ("{\\uc0\\u9731 x}\\uc2\\u9731??y", "☃x☃y"),
        ("\\u55357?\\u56832?!", "😀!"),
        ("a\\~b\\_c\\\\ \\{d\\}", "a\xa0b-c\\ {d}"),
        ("\\lquote a\\rquote  \\ldblquote b\\rdblquote  \\emdash \\bullet", "‘a’ “b” —•"),
        ("{\\*\\unknown no}{\\header no}{\\pict 00ff}yes", "yes"),
        ("{\\field{\\*\\fldinst HYPERLINK x}{\\fldrslt link}}", "link"),
        ("{\\fonttbl{\\f0\\fcharset0 A;}{\\f1\\fcharset204 B;}}\\f1 \\'cf\\'f0\\f0 \\'e9", "Прé"),
        ("{\\fonttbl{\\f1\\fcharset128 A;}}{\\f1 \\'93\\'fa\\'96\\'7b}{\\plain x}", "日本x"),
        ("\\trowd a\\cell b\\cell\\row c\\cell d\\cell\\row after", "a | b\nc | d\n\nafter"),
        ("word\\super 2\\nosuper  next", "word2 next"),
        ("a\r\nb\n c", "ab c"),
        ("a{\\super\\chftn{\\footnote\\chftn  the note}} b", "a b\n\nthe note"),
        ("a\\\nb", "a\n\nb"),
        ("x\\uc99\\u9731 123456789y", "x☃y"),
    ],
)
def test_rich_text_is_resolved(body: str, text: str) -> None:
    assert rtf(body) == text


@pytest.mark.parametrize(
    ("head", "text"),
    [("\\mac", "é"), ("\\ansi\\ansicpg1251", "О"), ("\\ansi\\ansicpg99999", "Ž"), ("\\pc", "Ä")],
)
def test_the_code_page_of_rich_text_is_the_one_it_names(head: str, text: str) -> None:
    assert rtf("\\'8e" if head != "\\ansi\\ansicpg1251" else "\\'ce", head) == text


def test_utf8_is_a_code_page_too() -> None:
    assert rtf("\\'c3\\'a9", "\\ansi\\ansicpg65001") == "é"


def test_rich_text_says_of_itself_what_it_knows() -> None:
    body = "{\\info{\\title A \\'e9}{\\author Nell}{\\author Nell}{\\creatim\\yr2024\\mo5\\dy14\\hr8\\min30}{\\revtim\\yr0}{\\company X}}It rained."
    document = read_rich_text(f"{{\\rtf1\\ansi{body}}}".encode("latin-1"))
    assert (document.title, document.author, document.text) == ("A é", "Nell", "It rained.")
    assert document.published == datetime(2024, 5, 14, 8, 30, tzinfo=UTC)
    assert document.updated is None


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"{\\rtf1 cut", "cut off"),
        (b"{\\rtf1 " + b"{" * 6_000, "nested too deeply"),
        (b"{\\rtf1 \\bin5 \0\0\0\0\0 x}", "binary pictures"),
    ],
)
def test_broken_rich_text_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableSourceError, match=reason):
        read_rich_text(data)


def test_what_follows_rich_text_is_left() -> None:
    assert read_rich_text(b"{\\rtf1 It rained.}}}rubbish").text == "It rained."


OPF = """<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>{about}</metadata>
<manifest>{items}</manifest><spine>{spine}</spine></package>"""
CONTAINER = '<container><rootfiles><rootfile full-path="in/book.opf"/></rootfiles></container>'


def book(*pages: str, about: str = "", extra: str = "", **members: str) -> list[Found | Failure]:
    """Return what is read of a book of `pages`; `extra` goes into its manifest."""
    items = "".join(
        f'<item id="p{n}" href="p%20{n}.xhtml" media-type="application/xhtml+xml"/>'
        for n in range(len(pages))
    )
    spine = "".join(f'<itemref idref="p{n}"/>' for n in range(len(pages)))
    opf = OPF.format(about=about, items=items + extra, spine=spine + '<itemref idref="gone"/>')
    parts = {f"in/p {n}.xhtml": page for n, page in enumerate(pages)}
    data = zipped(**{"META-INF/container.xml": CONTAINER, "in/book.opf": opf, **parts, **members})
    return list(read_book(data, PLACE))


def chapters(found: list[Found | Failure]) -> list[tuple[str, str, str]]:
    articles = [item.article for item in found if isinstance(item, Found)]
    return [(it.key, it.title, it.text) for it in articles]


def test_a_book_of_one_chapter_is_one_article_under_its_own_name() -> None:
    about = "<dc:title>Tales</dc:title><dc:creator>Nell</dc:creator><dc:creator>Owen</dc:creator><dc:publisher>Quay Press</dc:publisher><dc:date>2020-05-01</dc:date>"
    (found,) = book("<p>It rained.</p>", about=about)
    assert isinstance(found, Found)
    article = found.article
    assert (article.key, article.title, article.source) == ("b.epub", "Tales", "Quay Press")
    assert article.author == "Nell, Owen"
    assert article.published == datetime(2020, 5, 1, tzinfo=UTC)
    assert article.raw.startswith(b"PK")


def test_without_contents_each_page_with_words_is_a_chapter() -> None:
    found = book("<h1>Rain</h1><p>It rained.</p>", "<img src='a.png'/>", " ", "<p>It froze.</p>")
    assert chapters(found) == [
        ("b.epub/in/p 0.xhtml", "Rain", "Rain\n\nIt rained."),
        ("b.epub/in/p 3.xhtml", "It froze…", "It froze."),
    ]


NCX = '<ncx><navMap><navPoint><navLabel><text>Part one</text></navLabel><content src="p%200.xhtml"/></navPoint><navPoint><navLabel><text>Part two</text></navLabel><content src="p%202.xhtml#x"/></navPoint><navPoint/></navMap></ncx>'
NAV = '<html><nav type="page-list"><a href="p%201.xhtml">7</a></nav><nav type="toc"><a href="p%200.xhtml">Part one</a><a href="p%202.xhtml#x">Part two</a></nav></html>'


@pytest.mark.parametrize(
    ("item", "name", "content"),
    [
        ('<item id="n" href="toc.ncx" media-type="application/x-dtbncx+xml"/>', "in/toc.ncx", NCX),
        (
            '<item id="n" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>',
            "in/nav.xhtml",
            NAV,
        ),
    ],
)
def test_a_page_the_contents_do_not_name_goes_on_with_the_chapter_before(
    item: str, name: str, content: str
) -> None:
    found = book(
        "<p>It rained.</p>", "<p>And rained.</p>", "<p>It froze.</p>", extra=item, **{name: content}
    )
    assert chapters(found) == [
        ("b.epub/in/p 0.xhtml", "Part one", "It rained.\n\nAnd rained."),
        ("b.epub/in/p 2.xhtml", "Part two", "It froze."),
    ]


def test_a_book_with_broken_contents_is_read_all_the_same() -> None:
    item = '<item id="n" href="toc.ncx" media-type="application/x-dtbncx+xml"/>'
    found = book("<p>It rained.</p>", "<p>It froze.</p>", extra=item, **{"in/toc.ncx": "<ncx>"})
    assert len(chapters(found)) == 2


def test_a_chapter_that_is_missing_is_a_failure_of_its_own() -> None:
    gone = '<item id="gone" href="gone.xhtml" media-type="text/html"/>'
    first, second = book("<p>It rained.</p>", extra=gone)
    assert {type(first), type(second)} == {Found, Failure}
    assert "without its part in/gone.xhtml" in str((first, second))


def test_a_book_without_text_and_a_protected_one_say_so() -> None:
    with pytest.raises(EmptySourceError, match="only pictures"):
        book("<img src='a.png'/>")
    rights = '<e><EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/></e>'
    with pytest.raises(UnreadableSourceError, match="copy protection"):
        book("<p>x</p>", **{"META-INF/encryption.xml": rights})
    fonts = '<e><EncryptionMethod Algorithm="http://www.idpf.org/2008/embedding#font"/></e>'
    fonts = fonts.replace("#font", "-font-obfuscation")
    assert book("<p>It rained.</p>", **{"META-INF/encryption.xml": fonts})


def test_a_book_without_a_package_is_damaged() -> None:
    with pytest.raises(SourceError, match="without its part"):
        list(read_book(zipped(**{"META-INF/container.xml": "<a/>"}), PLACE))


WXR = (
    '<rss xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>Kitchen</title>{}</channel></rss>'
)


def post(content: str, *, kind: str = "post", status: str = "publish", more: str = "") -> str:
    return f"<item><title>Soup</title>{more}<content:encoded><![CDATA[{content}]]></content:encoded><wp:status>{status}</wp:status><wp:post_type>{kind}</wp:post_type></item>"


def posts(*items: str) -> list[Found | Failure]:
    return list(read_wordpress(WXR.format("".join(items)).encode(), PLACE))


def test_only_what_is_published_is_read_of_an_export() -> None:
    found = posts(
        post("It rained.", kind="page"),
        post("no", status="draft"),
        post("no", status="private"),
        post("no", kind="nav_menu_item"),
        post("[gallery ids='1,2']"),
        post("It froze.", more="<link>https://a.example/ice</link><dc:creator>nell</dc:creator>"),
    )
    first, empty, last = found
    assert isinstance(first, Found)
    assert (first.article.key, first.article.text) == ("b.epub/item 1", "It rained.")
    assert empty == Failure(source="b.epub", reason="item 5: no text; remove it from the export")
    assert isinstance(last, Found)
    assert (last.article.key, last.article.author) == ("https://a.example/ice", "nell")
    assert b"It froze." in last.article.raw


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("One.\n\nTwo\nlines.", "One.\n\nTwo\nlines."),
        ("One.\n\n<blockquote>Two.</blockquote>\n\nThree.", "One.\n\nTwo.\n\nThree."),
        ("[caption id='x']<img src='y'/> A pot.[/caption] Soup [[code]].", "A pot. Soup [[code]]."),
        ("Array [0] and [1, 2] stay. [sic]", "Array [0] and [1, 2] stay. [sic]"),
        ("[gallery] [youtube id=7] [box]It rained.[/box]", "It rained."),
    ],
)
def test_posts_are_shown_as_the_site_shows_them(content: str, text: str) -> None:
    (found,) = posts(post(content))
    assert isinstance(found, Found)
    assert found.article.text == text


def test_an_export_without_posts_says_so() -> None:
    with pytest.raises(EmptySourceError, match="no published post"):
        posts()
