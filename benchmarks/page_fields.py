"""Text and metadata of web pages: our reader beside the library it builds on, field by field.

    python -m benchmarks.page_fields [--wrong]

The pages are written here: four articles in each of the layouts below, which are ways in which
sites tell title, author, dates, their name and their address, with menus, notices, teasers and
comments around the prose. `--wrong` lists what was missed. The text is judged by its runs of four
words (F1), as public benchmarks of extraction do.
"""

import argparse
import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import trafilatura

from corpus.dates import parse_date
from corpus.readers.page import read_page

RUN = 4
FIELDS = ("title", "author", "published", "time of day", "updated", "source", "url", "language")


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One article, and all that is true of it."""

    title: str
    author: str
    published: datetime
    updated: datetime
    source: str
    url: str
    language: str
    by: str
    day: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A way to write a page. `tells` are the fields a reader of it could know."""

    name: str
    head: Callable[[Story], str]
    body: Callable[[Story], str]
    tells: tuple[str, ...]


Read = Mapping[str, str | datetime | None]


def main() -> None:
    parser = argparse.ArgumentParser(description="what is read of web pages")
    parser.add_argument("--wrong", action="store_true", help="list what was missed")
    show = parser.parse_args().wrong
    right: Counter[tuple[str, str]] = Counter()
    asked: Counter[str] = Counter()
    overlap: dict[str, list[float]] = {"ours": [], "trafilatura": []}
    for layout in LAYOUTS:
        for story in STORIES:
            page = _page(layout, story)
            for who, read in (("ours", _ours(page)), ("trafilatura", _theirs(page))):
                overlap[who].append(_f1(str(read["text"] or ""), "\n".join(story.paragraphs)))
                for field in layout.tells:
                    is_right = _is_right(field, read, story)
                    right[who, field] += is_right
                    if show and not is_right:
                        print(
                            f"{who}: {layout.name}, {story.title!r}: {field} is {_said(field, read)!r}"
                        )
            asked.update(layout.tells)
    _tell(overlap, right, asked)


def _tell(
    overlap: Mapping[str, list[float]],
    right: Mapping[tuple[str, str], int],
    asked: Mapping[str, int],
) -> None:
    pages = len(overlap["ours"])
    print(f"{pages} pages in {len(LAYOUTS)} layouts   ours   trafilatura")
    means = {who: sum(values) / len(values) for who, values in overlap.items()}
    print(f"text (F1 of {RUN}-word runs)     {means['ours']:.3f}   {means['trafilatura']:.3f}")
    worse = sum(a < b - 1e-9 for a, b in zip(overlap["ours"], overlap["trafilatura"], strict=True))
    print(f"pages with a lower F1            {worse}")
    for field in FIELDS:
        counts = (f"{right[who, field]}/{asked[field]}" for who in ("ours", "trafilatura"))
        print(f"{field:<28}", *(f"{count:>9}" for count in counts))


def _ours(page: str) -> Read:
    document = read_page(page)
    return {
        "text": document.text,
        "title": document.title,
        "author": document.author,
        "published": document.published,
        "updated": document.updated,
        "source": document.source,
        "url": document.url,
        "language": document.language,
    }


def _theirs(page: str) -> Read:
    found = trafilatura.bare_extraction(page, with_metadata=True, include_comments=False)
    return {
        "text": found.text,
        "title": found.title,
        "author": found.author,
        "published": parse_date(found.date) if found.date else None,
        "updated": None,
        "source": found.sitename,
        "url": found.url,
        "language": found.language,
    }


def _is_right(field: str, read: Read, story: Story) -> bool:
    said = _said(field, read)
    if field == "published":
        return isinstance(said, datetime) and said.date() == story.published.date()
    if field == "time of day":
        return said == story.published
    if field == "updated":
        return said == story.updated
    return said is not None and str(said).strip() == getattr(story, field)


def _said(field: str, read: Read) -> str | datetime | None:
    return read["published" if field == "time of day" else field]


def _f1(found: str, true: str) -> float:
    one, two = _runs(found), _runs(true)
    both = (one & two).total()
    return 2 * both / (one.total() + two.total()) if both else 0.0


def _runs(text: str) -> Counter[tuple[str, ...]]:
    words = text.split()
    return Counter(tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1))


def _page(layout: Layout, story: Story) -> str:
    return (
        f'<!DOCTYPE html><html lang="{story.language}"><head><meta charset="utf-8">'
        f"<title>{story.title} | {story.source}</title>{layout.head(story)}</head><body>"
        '<nav><ul><li><a href="/">Home</a></li><li><a href="/news">News</a></li>'
        '<li><a href="/sport">Sport</a></li><li><a href="/about">About</a></li></ul></nav>'
        '<div class="cookie-banner"><p>We use cookies to improve your visit. Accept all?</p></div>'
        f"{layout.body(story)}"
        '<aside class="related"><h2>Read also</h2><ul><li><a href="/1">Council votes on new '
        'school</a></li><li><a href="/2">Harbour closed after storm</a></li></ul></aside>'
        f"<footer><p>© {story.source}. All rights reserved. Contact the newsroom.</p></footer>"
        "</body></html>"
    )


def _prose(story: Story) -> str:
    return "".join(f"<p>{paragraph}</p>" for paragraph in story.paragraphs)


def _article(story: Story, above: str = "") -> str:
    return f"<main><article><h1>{story.title}</h1>{above}{_prose(story)}</article></main>"


def _plain(story: Story) -> str:
    return _article(story)


def _with_time(story: Story) -> str:
    above = (
        f'<p class="byline">{story.by} {story.author}</p>'
        f'<time datetime="{story.published.isoformat()}">{story.day}</time>'
    )
    return _article(story, above)


def _microdata(story: Story) -> str:
    return (
        '<div itemscope itemtype="https://schema.org/NewsArticle">'
        f'<h1 itemprop="headline">{story.title}</h1>'
        f'<span itemprop="author" itemscope><span itemprop="name">{story.author}</span></span>'
        f'<meta itemprop="datePublished" content="{story.published.isoformat()}">'
        f'<meta itemprop="dateModified" content="{story.updated.isoformat()}">'
        f'<div itemprop="articleBody">{_prose(story)}</div></div>'
    )


def _rel_author(story: Story) -> str:
    above = (
        f'<div class="meta"><a rel="author" href="/people/x">{story.author}</a>'
        f"<span class='date'>{story.day}</span></div>"
    )
    return _article(story, above)


def _divs(story: Story) -> str:
    return (
        f'<div id="wrap"><div class="hd"><h1>{story.title}</h1>'
        f'<div class="author-name">{story.author}</div><div class="pub">{story.day}</div></div>'
        f'<div class="content">{_prose(story)}</div>'
        '<div class="share"><a href="#">Share on social media</a></div>'
        '<div class="comments"><h3>Comments</h3><p>What a good article this was!</p></div></div>'
    )


def _linked(kind: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(kind)}</script>'


def _schema(story: Story) -> dict[str, object]:
    return {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": story.title,
        "datePublished": story.published.isoformat(),
        "dateModified": story.updated.isoformat(),
        "author": {"@type": "Person", "name": story.author},
        "publisher": {"@type": "Organization", "name": story.source},
        "mainEntityOfPage": story.url,
        "inLanguage": story.language,
    }


def _json_ld(story: Story) -> str:
    return _linked(_schema(story))


def _json_graph(story: Story) -> str:
    site = {"@type": "WebSite", "name": story.source, "url": "https://site.example/"}
    crumbs = {"@type": "BreadcrumbList", "itemListElement": []}
    return _linked({"@context": "https://schema.org", "@graph": [site, crumbs, _schema(story)]})


def _json_list(story: Story) -> str:
    schema = {**_schema(story), "author": [{"@type": "Person", "name": story.author}]}
    return _linked([{"@type": "Organization", "name": story.source}, schema])


def _open_graph(story: Story) -> str:
    return _metas(
        "property",
        {
            "og:title": story.title,
            "og:site_name": story.source,
            "og:url": story.url,
            "article:published_time": story.published.isoformat(),
            "article:modified_time": story.updated.isoformat(),
            "article:author": story.author,
        },
    )


def _author_address(story: Story) -> str:
    """Open Graph wants the address of a profile for the author; the name stands elsewhere."""
    return _open_graph(story).replace(
        f'"article:author" content="{story.author}"',
        '"article:author" content="https://site.example/people/x"',
    ) + _metas("name", {"author": story.author})


def _dublin_core(story: Story) -> str:
    return _metas(
        "name",
        {
            "DC.title": story.title,
            "DC.creator": story.author,
            "DC.date.issued": story.published.isoformat(),
            "DC.publisher": story.source,
        },
    )


def _trackers(story: Story) -> str:
    return _metas(
        "name",
        {
            "parsely-title": story.title,
            "parsely-author": story.author,
            "parsely-pub-date": story.published.isoformat(),
        },
    )


def _canonical(story: Story) -> str:
    return f'<link rel="canonical" href="{story.url}">' + _metas(
        "name", {"author": story.author, "date": story.published.isoformat()}
    )


def _nothing(_story: Story) -> str:
    return ""


def _metas(name: str, values: Mapping[str, str]) -> str:
    return "".join(f'<meta {name}="{key}" content="{value}">' for key, value in values.items())


_ALL = ("title", "author", "published", "time of day", "updated", "source", "language")
_SHOWN = ("title", "author", "published", "language")

LAYOUTS = (
    Layout(name="JSON-LD", head=_json_ld, body=_plain, tells=(*_ALL, "url")),
    Layout(name="JSON-LD in a graph", head=_json_graph, body=_plain, tells=(*_ALL, "url")),
    Layout(name="JSON-LD in a list", head=_json_list, body=_divs, tells=(*_ALL, "url")),
    Layout(name="Open Graph", head=_open_graph, body=_plain, tells=(*_ALL, "url")),
    Layout(name="address as author", head=_author_address, body=_plain, tells=(*_ALL, "url")),
    Layout(name="Dublin Core", head=_dublin_core, body=_plain, tells=_ALL[:4]),
    Layout(name="trackers", head=_trackers, body=_plain, tells=_ALL[:4]),
    Layout(name="canonical link", head=_canonical, body=_plain, tells=(*_ALL[:4], "url")),
    Layout(name="microdata", head=_nothing, body=_microdata, tells=_ALL[:5]),
    Layout(name="time element", head=_nothing, body=_with_time, tells=(*_SHOWN, "time of day")),
    Layout(name="author link", head=_nothing, body=_rel_author, tells=_SHOWN),
    Layout(name="classes alone", head=_nothing, body=_divs, tells=_SHOWN),
)

STORIES = (
    Story(
        title="Ferry stops for a week as pier is mended",
        author="Nora Lindqvist",
        published=datetime(2026, 3, 9, 6, 45, tzinfo=UTC),
        updated=datetime(2026, 3, 9, 11, 20, tzinfo=UTC),
        source="The Sound Courier",
        url="https://courier.example/2026/03/ferry-stops",
        language="en",
        by="By",
        day="9 March 2026",
        paragraphs=(
            (
                "The ferry between Oster and the mainland will not sail for seven days from Monday, "
                "because the pier it lands at must be mended before the spring tides."
            ),
            (
                "Divers found in February that two of the eleven piles had been hollowed by worms. "
                "“We could have waited until autumn, but nobody would have slept,” said the harbour "
                "master, Elin Dahl."
            ),
            (
                "A smaller boat for forty people will run three times a day instead. Lorries have to "
                "take the long way round by the bridge at Kell, which adds ninety minutes."
            ),
            "The work costs 2.3 million crowns, which the county and the company share.",
        ),
    ),
    Story(
        title="Alte Weberei wird zum Haus für Vereine",
        author="Jonas Brandt",
        published=datetime(2025, 11, 21, 15, 5, tzinfo=UTC),
        updated=datetime(2025, 11, 22, 8, 0, tzinfo=UTC),
        source="Talblick",
        url="https://talblick.example/weberei-vereine",
        language="de",
        by="Von",
        day="21. November 2025",
        paragraphs=(
            (
                "Die alte Weberei am Mühlbach, seit neun Jahren leer, soll bis zum Sommer 2027 ein Haus "
                "für Vereine werden. Das beschloss der Gemeinderat am Donnerstag mit elf zu vier Stimmen."
            ),
            (
                "Im Erdgeschoss ziehen die Musikschule und die Werkstatt für Fahrräder ein, darüber "
                "entstehen ein Saal für 180 Gäste und zwei Räume für Proben."
            ),
            (
                "Der Umbau kostet nach einer ersten Schätzung 4,1 Millionen Euro. Die Hälfte kommt vom "
                "Land, wenn die Arbeiten vor dem 1. Mai beginnen."
            ),
            (
                "Gegen den Plan stimmte, wer die Straße davor für zu eng hält. Ein Gutachten über den "
                "Verkehr soll im Januar vorliegen."
            ),
        ),
    ),
    Story(
        title="Una biblioteca presta semillas a los vecinos",
        author="Carmen Ruiz",
        published=datetime(2026, 4, 2, 9, 30, tzinfo=UTC),
        updated=datetime(2026, 4, 3, 7, 10, tzinfo=UTC),
        source="Diario del Valle",
        url="https://valle.example/semillas",
        language="es",
        by="Por",
        day="2 de abril de 2026",
        paragraphs=(
            (
                "La biblioteca de Robledo presta desde esta semana semillas además de libros. Quien se "
                "lleva un sobre promete devolver otro después de la cosecha."
            ),
            (
                "En los cajones hay 64 variedades de tomate, judía y lechuga que los vecinos habían "
                "guardado durante años en sus casas."
            ),
            (
                "La idea es de Lucía Ortega, bibliotecaria desde 1998, que la vio en un pueblo de "
                "Portugal y pidió ayuda a la escuela agraria."
            ),
            "El primer día se prestaron 112 sobres, más que libros en todo el mes de marzo.",
        ),
    ),
    Story(
        title="Night buses return to the hill villages",
        author="Samuel Okoro",
        published=datetime(2026, 1, 15, 18, 0, tzinfo=UTC),
        updated=datetime(2026, 1, 16, 9, 45, tzinfo=UTC),
        source="Hill & Dale News",
        url="https://hillanddale.example/night-buses",
        language="en",
        by="Words by",
        day="January 15, 2026",
        paragraphs=(
            (
                "Night buses will run again between Carrow and the hill villages from the first of "
                "February, four years after the last one was cut."
            ),
            (
                "Two buses leave the station at half past eleven and at one in the morning, from Thursday "
                "to Saturday. A ticket costs three pounds; those under eighteen ride free."
            ),
            (
                "The council found the money by selling its old depot. Drivers had asked for a second "
                "person on board, and got cameras and a button that calls the police."
            ),
            "“My mother can stop pretending she is not awake,” said a student at the hearing.",
        ),
    ),
)


if __name__ == "__main__":
    main()
