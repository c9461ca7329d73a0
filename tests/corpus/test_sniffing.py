import pytest

from corpus.errors import UnreadableSourceError
from corpus.readers.sniffing import Format, format_of


@pytest.mark.parametrize(
    ("text", "suffix", "expected"),
    [
        ("<!DOCTYPE html><p>It rained.</p>", ".txt", Format.HTML),
        ("\n<!-- saved --><HTML><body>It rained.</body>", ".txt", Format.HTML),
        ('<?xml version="1.0"?>\n<html><body/></html>', ".xml", Format.HTML),
        ("<p>It rained.</p>", ".md", Format.HTML),
        ("Rain <b>fell</b>.", ".html", Format.HTML),
        ("Rain fell.", ".html", Format.PLAIN),
        ('{"_id": 1, "text": "It rained."}\n{"_id"', ".txt", Format.JSON_LINES),
        ('{"_id": 1, "text": "It rained."}', ".json", Format.JSON_LINES),
        ('{\n  "_id": 1,\n  "text": "x"\n}', ".txt", Format.JSON),
        ('[{"_id": 1}]', ".json", Format.JSON),
        ("not json", ".json", Format.JSON),
        ("not json", ".jsonl", Format.JSON_LINES),
        ("{braces} open this text", ".txt", Format.PLAIN),
        ("{" * 100_000, ".txt", Format.PLAIN),
        ("# A heading\n\nIt rained.", ".txt", Format.MARKDOWN),
        ("See [a](https://a.org) and [b](https://b.org).", "", Format.MARKDOWN),
        ("```\ncode\n```\n", ".txt", Format.MARKDOWN),
        ("---\ntitle: A flood\n---\nIt rained.", ".txt", Format.MARKDOWN),
        ("A heading\n=========\n\nIt rained.", ".txt", Format.MARKDOWN),
        ("=====\n=====\nIt rained.", ".txt", Format.PLAIN),
        ("It rained.", ".md", Format.MARKDOWN),
        ("It rained.", ".MARKDOWN", Format.MARKDOWN),
        ("**A headline**\nIt rained.", ".txt", Format.PLAIN),
        ("#1 hit: it rained.", ".txt", Format.PLAIN),
        ("See [a](https://a.org).", ".txt", Format.PLAIN),
        ("1 < 2 and <p> is a tag.", ".txt", Format.PLAIN),
    ],
)
def test_the_content_decides_before_the_suffix(text: str, suffix: str, expected: Format) -> None:
    assert format_of(text, suffix) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('<?xml version="1.0"?><rss version="2.0">', Format.FEED),
        ("<!-- made by hand -->\n<feed xmlns='x'>", Format.PLAIN),
        ("<feed xmlns='x'>", Format.FEED),
        (
            "<?xml version='1.0'?><!-- a --><?xml-stylesheet href='a'?><rdf:RDF xmlns:rdf='x'>",
            Format.FEED,
        ),
        ("<rss xmlns:wp='http://wordpress.org/export/1.2/'>", Format.WORDPRESS),
        ("<?xml version='1.0'?><opml version='2.0'>", Format.OPML),
        ("<urlset xmlns='x'>", Format.SITEMAP),
        ("<sitemapindex xmlns='x'>", Format.SITEMAP),
        ('{"version": "https://jsonfeed.org/version/1", "items": []}', Format.JSON_FEED),
        ('{"name": "A", "type": "private_group", "id": 1, "messages": [', Format.TELEGRAM),
        ('{"about": "x", "chats": {"about": "y", "list": [', Format.TELEGRAM),
        ('{"_id": "a", "type": "private_group", "text": "x"}', Format.JSON_LINES),
        ("title,text\nA,B", Format.TABLE),
        ("Title,she said,text\nA,B,C", Format.TABLE),
        ("I came, the text was there\nand I went.", Format.PLAIN),
        ("+++\ntitle = 'x'\n+++\nIt rained.", Format.MARKDOWN),
        ("---\ntitle: x\ntags:\n  - a\n---\nIt rained.", Format.MARKDOWN),
    ],
)
def test_the_root_or_the_first_line_tells_the_format(text: str, expected: Format) -> None:
    assert format_of(text, ".txt") is expected


@pytest.mark.parametrize("text", ["<svg/>", "<?xml version='1.0'?><book/>"])
def test_xml_that_is_no_page_is_refused(text: str) -> None:
    with pytest.raises(UnreadableSourceError, match="XML"):
        format_of(text, ".html")
