"""A real file of each format gives its text and what it says of itself."""

import gzip
import io
import tarfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from corpus.articles import DropReason
from corpus.preparing import prepare
from corpus.readers.documents import Found
from corpus.readers.reading import read_source
from tests.corpus.sample_files import FILES, articles, failures, sample

SENTENCE = "The engineer, Agnes Wray, drew every joint herself."
ACROSS = "In fog the keepers fired a small charge every five minutes. People in the harbour of Lunby set their clocks by it, and the well-known double report could be heard eleven kilometres away on a still night."
WRITTEN = datetime(2024, 5, 14, 8, 30, tzinfo=UTC)
CHANGED = datetime(2024, 5, 16, 17, 5, tzinfo=UTC)


@pytest.mark.parametrize("suffix", ["pdf", "docx", "odt", "rtf"])
def test_one_text_from_four_kinds_of_document(suffix: str) -> None:
    (article,) = articles(FILES / f"lighthouse.{suffix}")
    assert article.title == "The last keeper of Skerry Light"
    assert article.author == "Maren Oldfield"
    assert "By Maren Oldfield\n\nWhen the lamp of Skerry Light was switched over to" in article.text
    assert SENTENCE in article.text
    assert ACROSS in article.text
    assert "the thermometer was read at six, at noon and at eighteen hours;\n" in article.text
    assert "As of spring 2024, according to the harbour office." in article.text
    assert "a kitchen with curved cupboards, a bed that is bent to the wall" in article.text
    assert article.text.endswith("had never forgiven him for the move.") or suffix in {
        "docx",
        "rtf",
    }


@pytest.mark.parametrize("suffix", ["docx", "odt", "rtf"])
def test_documents_say_when_they_were_written_and_changed(suffix: str) -> None:
    (article,) = articles(FILES / f"lighthouse.{suffix}")
    assert (article.published, article.updated) == (WRITTEN, CHANGED)
    assert article.language == (None if suffix == "rtf" else "en")
    assert "\nYear | Visitors\n2019 | 31\n2022 | 44\n2023 | 12\n" in article.text


def test_a_pdf_keeps_its_running_heads_in_the_text_and_the_map_leaves_them_out() -> None:
    (article,) = articles(FILES / "lighthouse.pdf")
    heads = [span.of(article.text) for span in article.furniture]
    assert heads == [
        line for page in (1, 2, 3) for line in ("Lunby Quarterly, spring 2024", f"Page {page}")
    ]
    prepared = prepare(article)
    assert prepared.cleaning.count(DropReason.RUNNING_HEAD) == 6
    quotable = [span.of(article.text) for span in prepared.spans]
    assert any(ACROSS in passage for passage in quotable)
    assert not any("Lunby Quarterly" in passage or "Page 2" in passage for passage in quotable)


def test_words_parted_at_line_ends_of_a_pdf_are_one_again_but_compounds_keep_their_hyphen() -> None:
    (article,) = articles(FILES / "lighthouse.pdf")
    assert "he never expected: climatologists compare the water temperatures he" in article.text
    assert "His forty-four notebooks" in article.text
    assert "for twenty-two years" in article.text


def test_columns_are_read_one_after_the_other() -> None:
    (article,) = articles(FILES / "columns.pdf")
    assert "compare the water temperatures he measured with a brass thermometer on" in article.text
    assert "\nYear Visitors\n2019 31\n2022 44\n2023 12\n" in article.text


def test_a_page_printed_by_a_browser_is_read() -> None:
    (article,) = articles(FILES / "bridge.pdf")
    assert article.title == "A bridge for otters"
    assert "It is eleven metres long and thirty centimetres wide, and it leads" in article.text
    assert article.furniture == ()


def test_a_pdf_without_text_and_one_with_a_password_say_so() -> None:
    (scanned,) = failures(FILES / "scanned.pdf")
    assert scanned.startswith("it is a PDF document of 1 page without text, probably scanned; run")
    assert failures(FILES / "protected.pdf") == [
        "it is a PDF document with a password; save it without one"
    ]


def test_each_chapter_of_a_book_is_an_article() -> None:
    chapters = articles(FILES / "book.epub")
    assert [it.title for it in chapters] == [
        "The harbour at night",
        "The bell that was too loud",
        "What the tide brings",
    ]
    assert {(it.source, it.author, it.language) for it in chapters} == {
        ("Small tales of Lunby", "Tove Lind", "en")
    }
    assert chapters[0].key == "book.epub/OEBPS/sections/section0001.xhtml"
    assert chapters[0].origin.endswith("/book.epub#OEBPS/sections/section0001.xhtml")
    assert chapters[1].raw.startswith(b"<?xml")
    assert "\n\nThe promise is older than the inn. It was given in 1811" in chapters[0].text


@pytest.mark.parametrize("name", ["bridge.html", "bridge.mhtml"])
def test_a_page_as_it_is_and_as_a_browser_saves_it(name: str) -> None:
    (article,) = articles(FILES / name)
    assert article.title == "A bridge for otters"
    assert article.author == "Ida Brandt"
    assert article.source == "Lunby Post"
    assert article.url == "https://post.lunby.example/otters"
    assert article.published == datetime(2024, 6, 2, 5, 15, tzinfo=UTC)
    assert article.language == "en"
    assert "used by four otters, two cats and a hedgehog" in article.text
    assert "Home" not in article.text


def test_a_newsletter_is_its_html_part_under_its_message_id() -> None:
    (article,) = articles(FILES / "newsletter.eml")
    assert article.key == "20240609.letter-23@letter.lunby.example"
    assert article.title == "Der Sturm, die Gans und die Fähre"
    assert (article.source, article.author) == ("Lunby Letter", "Tove Lind")
    assert article.url == "https://letter.lunby.example/23"
    assert article.published == datetime(2024, 6, 9, 6, tzinfo=UTC)
    assert article.language == "de"
    assert "auf der Wiese hinter der Schule, vierzig Meter vom Ufer.\n\nDie Gans" in article.text
    assert "Vorschau" not in article.text


def test_each_message_of_a_mailbox_is_an_article() -> None:
    first, second = articles(FILES / "letters.mbox")
    assert (first.key, second.key) == ("water-0@lunby.example", "water-1@lunby.example")
    assert first.text.endswith("\nFrom now on, says the harbour master, it is marked by two buoys.")
    assert (second.title, second.author) == ("High water", "Harbour master")
    assert second.published == datetime(2024, 1, 11, 6, 30, tzinfo=UTC)


def test_the_entries_of_an_rss_feed() -> None:
    full, short = articles(FILES / "feed.rss")
    assert full.key == "https://post.lunby.example/?p=311"
    assert full.url == "https://post.lunby.example/ferry"
    assert full.title == "Ferry timetable halved & nobody told"
    assert (full.author, full.source, full.language) == ("Owen Tait", "Lunby Post", "en")
    assert full.published == datetime(2024, 6, 4, 4, 45, tzinfo=UTC)
    assert "closed since March.\n\nNo bus either\n\nPupils of the upper" in full.text
    assert short.text == "The goose of the harbour inn finished eleven metres ahead of the vicar."
    warnings = [it.warnings for it in read_source(FILES / "feed.rss") if isinstance(it, Found)]
    assert warnings[0] == ()
    assert "only a summary" in warnings[1][0]


def test_the_entry_of_an_atom_feed() -> None:
    (entry,) = articles(FILES / "feed.atom")
    assert entry.key == "tag:weather.lunby.example,2024:hail"
    assert entry.title == "Hail the size of peas"
    assert (entry.author, entry.source) == ("Sanna Vik", "Notes from the weather station")
    assert entry.published == datetime(2024, 6, 6, 14, 20, tzinfo=UTC)
    assert entry.updated == datetime(2024, 6, 7, 7, tzinfo=UTC)
    assert entry.text.endswith("lies four hundred metres away. It stayed dry.")


def test_the_item_of_a_json_feed() -> None:
    (item,) = articles(FILES / "feed.json")
    assert item.key == item.url == "https://reading.lunby.example/dictionary"
    assert (item.title, item.author) == ("The dictionary that was returned", "Ruth Amsel")
    assert (item.source, item.language) == ("The reading room", "en")
    assert item.published == datetime(2024, 5, 30, 8, 5, tzinfo=UTC)
    assert item.updated == datetime(2024, 5, 31, 6, tzinfo=UTC)
    assert "in a parcel from Canada.\n\nThe fine would be" in item.text


def test_the_published_posts_of_a_wordpress_export() -> None:
    bread, soup = articles(FILES / "wordpress.xml")
    assert bread.key == "https://kitchen.lunby.example/?p=21"
    assert bread.url == "https://kitchen.lunby.example/2024/02/storm-bread/"
    assert (bread.title, bread.author) == ("Bread that keeps for a storm", "Marit Hale")
    assert (bread.source, bread.language) == ("Kitchen of the keeper", "en")
    assert bread.published == datetime(2024, 2, 11, 17, 30, tzinfo=UTC)
    assert bread.updated == datetime(2024, 2, 12, 8, tzinfo=UTC)
    assert bread.text.endswith(
        "nine days.\n\n1. Boil and mash two potatoes.\n2. Knead them with flour, yeast and salt."
    )
    assert soup.published == datetime(2019, 11, 1, 8, tzinfo=UTC)
    assert soup.text.endswith(
        "at five.\n\nThe pot holds thirty litres.\n\nIt is carrots, barley\nand whatever swam by."
    )


def test_the_posts_of_a_telegram_channel() -> None:
    crane, seals, fog = articles(FILES / "telegram.json")
    assert crane.key == "telegram/1598402217/2"
    assert crane.url == "https://t.me/lunby_harbour/2"
    assert crane.title == "Crane out of service"
    assert (crane.source, crane.author) == ("Lunby Harbour News", "Owen Tait")
    assert crane.published == datetime(2024, 5, 2, 8, 15, tzinfo=UTC)
    assert crane.updated == datetime(2024, 5, 2, 9, tzinfo=UTC)
    assert "A bearing broke, and the spare part comes from Trieste." in crane.text
    assert seals.url == "https://t.me/lunby_harbour/4"
    assert seals.author is None
    assert fog.author == "Coast Guard South"


def test_tables_are_read_by_the_names_of_their_columns() -> None:
    otters, goose = articles(FILES / "articles.csv")
    assert (otters.key, otters.title, otters.author) == (
        "otter-1",
        "A bridge for otters",
        "Ida Brandt",
    )
    assert otters.text.endswith("meant to use.\n\nIt leads otters under the coast road.")
    assert otters.published == datetime(2024, 6, 2, 5, 15, tzinfo=UTC)
    assert (goose.source, goose.url) == ("Lunby Post", "https://post.lunby.example/goose")
    assert goose.title == "Goose, swimming, wins"
    (tides,) = articles(FILES / "articles.tsv")
    assert tides.key == tides.title == "Tide table misprinted"
    assert tides.published == datetime(2024, 4, 9, tzinfo=UTC)


def test_markdown_with_toml_above_it() -> None:
    (article,) = articles(FILES / "note.md")
    assert article.title == "Why the clock stops at noon"
    assert article.author == "Ruth Amsel, Owen Tait"
    assert article.published == datetime(2024, 3, 20, 11, tzinfo=UTC)
    assert article.updated == datetime(2024, 3, 22, tzinfo=UTC)
    assert (article.url, article.language) == ("https://reading.lunby.example/clock", "en")
    assert article.text.startswith("The clock of St Olaf's has stopped")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("feeds.opml", "it is a list of 2 feeds, not an article; give the addresses as sources"),
        ("sitemap.xml", "it is a list of 2 pages and 0 sitemaps, not an article"),
        ("sitemap_index.xml", "it is a list of 0 pages and 2 sitemaps, not an article"),
    ],
)
def test_a_list_of_addresses_is_no_article(name: str, reason: str) -> None:
    (said,) = failures(FILES / name)
    assert said.startswith(reason)


MEMBERS = ("note.md", "lighthouse.docx", "articles.csv", "letters.mbox")
WANTED = {
    "note.md": "Why the clock stops at noon",
    "lighthouse.docx": "The last keeper of Skerry Light",
    "otter-1": "A bridge for otters",
    "goose-1": "Goose, swimming, wins",
    "water-0@lunby.example": "Low water",
    "water-1@lunby.example": "High water",
}


def zipped(names: tuple[str, ...] = MEMBERS) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in names:
            packed.writestr(f"all/{name}", sample(name))
    return target.getvalue()


def tarred(mode: str) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode=mode) as packed:  # type: ignore[call-overload]
        for name in MEMBERS:
            packed.add(FILES / name, arcname=f"all/{name}")
    return target.getvalue()


@pytest.mark.parametrize("content", [zipped(), tarred("w:gz"), tarred("w")])
@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz", "a.txt"])
def test_an_archive_gives_what_its_files_give(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    found = articles(path)
    assert {it.key.removeprefix(f"{name}/all/"): it.title for it in found} == WANTED
    origins = {it.origin for it in found if it.key.endswith("note.md")}
    assert origins == {f"{path.resolve().as_uri()}#all/note.md"}


def test_an_archive_in_an_archive_and_a_packed_file_are_read(tmp_path: Path) -> None:
    inner = zipped(("note.md",))
    outer = io.BytesIO()
    with zipfile.ZipFile(outer, "w") as packed:
        packed.writestr("inner.zip", inner)
        packed.writestr("clock.md.gz", gzip.compress(sample("note.md")))
    path = tmp_path / "outer.zip"
    path.write_bytes(outer.getvalue())
    found = articles(path)
    assert [it.title for it in found] == ["Why the clock stops at noon"] * 2
    assert [it.key for it in found] == ["outer.zip/clock.md.gz", "outer.zip/inner.zip/all/note.md"]


def test_the_name_of_a_file_does_not_decide(tmp_path: Path) -> None:
    for number, source in enumerate(sorted(FILES.iterdir())):
        lying = tmp_path / f"{number}.txt"
        lying.write_bytes(source.read_bytes())
        honest = [getattr(it, "reason", None) or it.article.title for it in read_source(source)]  # type: ignore[union-attr]
        told = [getattr(it, "reason", None) or it.article.title for it in read_source(lying)]  # type: ignore[union-attr]
        assert told == honest, source.name
