"""What the sample articles promise: the states real articles arrive in, read by the real ingest."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.articles import Article, DropReason
from corpus.ingest import IngestReport, ingest
from corpus.sentences import sentence_spans
from corpus.store import ArticleStore

SAMPLES = Path(__file__).parents[2] / "corpus" / "samples"

GERMAN = ("de/igel.html", "de/werkzeugbuecherei.txt", "de/ziegelbruecke.txt")
SPANISH = ("es/lince-iberico.html", "es/tortilla.md", "letra-enye")
COPIES = ("tram-line-4.html", "coast-daily-tram-4")
FLOOD = ("sallow-flood-tuesday.html", "courier-2026-10-14-sallow", "sallow-flood-friday.html")
WITHOUT_DATE = (
    "octopus-three-hearts.md",
    "crystal-palace.txt",
    "sourdough.txt",
    "tulip-mania.html",
    "de/werkzeugbuecherei.txt",
    "de/ziegelbruecke.txt",
    "es/tortilla.md",
    "letra-enye",
)
TITLES = {
    "arctic-tern.html": "The bird that lives in two summers",
    "coast-daily-tram-4": "Tram line 4 is back in Harlow Bridge after 51 years",
    "courier-2026-10-14-sallow": "Five houses emptied as the Sallow keeps rising",
    "crystal-palace.txt": "A palace that a gardener drew on blotting paper",
    "de/igel.html": "Fünf Grad Celsius und acht Herzschläge",
    "de/werkzeugbuecherei.txt": "Die Bücherei von Oberwiesling verleiht jetzt auch Bohrmaschinen",
    "de/ziegelbruecke.txt": "Eine Brücke aus sechsundzwanzig Millionen Ziegeln",
    "es/lince-iberico.html": "El lince ibérico pasa de cien a más de dos mil",
    "es/tortilla.md": "La tortilla de patatas, con o sin cebolla",
    "letra-enye": "La letra que nació para ahorrar pergamino",
    "notebook-marathon-distance": "Why a marathon is 385 yards too long",
    "octopus-three-hearts.md": "Why an Octopus Has Three Hearts and Prefers to Walk",
    "qr-code.md": "How a board game gave us the QR code",
    "sallow-flood-friday.html": "Nine houses emptied before the Sallow turns",
    "sallow-flood-tuesday.html": "Two houses emptied in Mill Lane as the Sallow spills over",
    "sourdough.txt": "A first loaf of sourdough, without mystery",
    "tram-line-4.html": "Tram line 4 is back in Harlow Bridge after 51 years",
    "tulip-mania.html": "What a tulip really cost",
}


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[IngestReport, ArticleStore]]:
    with ArticleStore.create(tmp_path_factory.mktemp("library")) as store:
        yield ingest(store, [SAMPLES]), store


@pytest.fixture(scope="module")
def articles(read: tuple[IngestReport, ArticleStore]) -> dict[str, Article]:
    _, store = read
    return {citation.key: store.article(citation.key) for citation in store.citations()}


def test_every_sample_is_read_and_nothing_fails(read: tuple[IngestReport, ArticleStore]) -> None:
    report, _ = read
    assert report.failed == ()
    assert report.added == len(TITLES)


def test_reading_the_samples_again_changes_nothing(
    read: tuple[IngestReport, ArticleStore],
) -> None:
    _, store = read
    again = ingest(store, [SAMPLES])
    assert (again.added, again.updated, again.revised) == (0, 0, 0)
    assert again.unchanged == len(TITLES)


def test_titles_are_the_headlines_without_stars_and_outlet_names(
    articles: dict[str, Article],
) -> None:
    assert {key: article.citation.title for key, article in articles.items()} == TITLES


def test_languages_are_named_right(articles: dict[str, Article]) -> None:
    expected = dict.fromkeys(TITLES, "en") | dict.fromkeys(GERMAN, "de")
    expected |= dict.fromkeys(SPANISH, "es")
    assert {key: article.citation.language for key, article in articles.items()} == expected


def test_dates_are_there_where_the_document_has_one_and_nowhere_else(
    articles: dict[str, Article],
) -> None:
    without = {key for key, article in articles.items() if article.citation.published is None}
    # qr-code.md names no day either: a Markdown page has no place for one
    assert without == {*WITHOUT_DATE, "qr-code.md"}


@pytest.mark.parametrize(
    ("key", "source", "author", "url"),
    [
        (
            "sallow-flood-tuesday.html",
            "Harlow Bridge Courier",
            "Nell Ashworth",
            "https://courier.example/town/2026/10/13/sallow-mill-lane",
        ),
        (
            "tram-line-4.html",
            "Valley Herald",
            "Samir Holt",
            "https://herald.example/2026/09/tram-line-4-returns",
        ),
        (
            "coast-daily-tram-4",
            "Coast Daily",
            None,
            "https://coast-daily.example/region/tram-line-4-returns",
        ),
        (
            "de/igel.html",
            "Wieslinger Tagblatt",
            "Gerlinde Aumann",
            "https://tagblatt.example/natur/igel-winterschlaf",
        ),
        (
            "es/lince-iberico.html",
            "Crónica del Sur",
            "Lucía Robledo",
            "https://cronica.example/naturaleza/lince-iberico-censo",
        ),
    ],
)
def test_a_reader_is_told_where_an_article_comes_from(
    articles: dict[str, Article], key: str, source: str, author: str | None, url: str
) -> None:
    citation = articles[key].citation
    assert (citation.source, citation.author, citation.url) == (source, author, url)


def test_repeats_are_counted_and_shown_once(articles: dict[str, Article]) -> None:
    octopus = articles["octopus-three-hearts.md"]
    assert octopus.cleaning.count(DropReason.REPEATED_HEADLINE) == 1
    assert octopus.cleaning.count(DropReason.REPEATED_PARAGRAPH) == 3
    assert octopus.text.count("The blood itself is blue.") == 2
    assert octopus.view().count("The blood itself is blue.") == 1


@pytest.mark.parametrize(
    ("key", "reason", "count"),
    [
        ("sourdough.txt", DropReason.MENU, 7),
        ("sourdough.txt", DropReason.NOTICE, 1),
        ("sourdough.txt", DropReason.REPEATED_HEADLINE, 1),
        ("de/werkzeugbuecherei.txt", DropReason.MENU, 5),
        ("de/ziegelbruecke.txt", DropReason.REPEATED_HEADLINE, 1),
        ("courier-2026-10-14-sallow", DropReason.SHARE, 2),
        ("notebook-marathon-distance", DropReason.SHARE, 2),
    ],
)
def test_what_belongs_to_the_page_is_left_out_of_the_view(
    articles: dict[str, Article], key: str, reason: DropReason, count: int
) -> None:
    assert articles[key].cleaning.count(reason) == count


FURNITURE = (
    "cookie",
    "read also",
    "read more:",
    "lesen sie auch",
    "lee también",
    "subscribe",
    "share on",
    "log in",
    "impressum",
    "unsubscribe",
    "compartir",
    "aviso legal",
    "©",
    "copyright the ledger",
    "**",
    "<p>",
    "](",
)


@pytest.mark.parametrize("words", FURNITURE)
def test_no_passage_holds_the_furniture_of_its_page(
    articles: dict[str, Article], words: str
) -> None:
    holding = [
        key
        for key, article in articles.items()
        for span in article.spans
        if words in span.of(article.text).casefold()
    ]
    assert holding == []


def test_every_passage_is_worth_quoting(articles: dict[str, Article]) -> None:
    short = [
        (key, span.of(article.text))
        for key, article in articles.items()
        for span in article.spans
        if len(span.of(article.text).split()) < 10  # a teaser is the shortest there is
    ]
    assert short == []


def test_encodings_are_found_by_themselves(articles: dict[str, Article]) -> None:
    bridge = articles["de/ziegelbruecke.txt"].text
    assert "„Saxonia“" in bridge
    assert "für die Ziegel – und für den Mann" in bridge
    assert "\r" not in bridge
    assert not articles["de/werkzeugbuecherei.txt"].text.startswith("\ufeff")


def _sentences(article: Article) -> list[str]:
    spans = sentence_spans(article.text, article.citation.language)
    return [span.of(article.text) for span in spans]


def test_the_two_copies_share_their_sentences_but_for_the_dateline_and_one_paragraph(
    articles: dict[str, Article],
) -> None:
    herald, coast = (set(_sentences(articles[key])) for key in COPIES)
    (dateline,) = coast - herald
    assert "Coast Daily" in dateline
    assert len(coast & herald) == len(coast) - 1 >= 15
    dropped = {"Not everyone was pleased.", "A meeting with the mayor is set for 17 September."}
    assert dropped <= herald - coast


def test_the_flood_is_told_on_three_days_with_three_numbers(
    articles: dict[str, Article],
) -> None:
    stories = [articles[key] for key in FLOOD]
    days = [story.citation.published for story in stories]
    assert all(day is not None for day in days)
    assert [day.day for day in days if day] == [13, 14, 16]
    for story, number in zip(stories, ("Two", "Five", "Nine"), strict=True):
        assert f"{number} houses in Mill Lane" in story.text
        others = {"Two", "Five", "Nine"} - {number}
        assert not any(f"{other} houses in Mill Lane" in story.text for other in others)
