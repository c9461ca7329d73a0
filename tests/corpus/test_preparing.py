from corpus.articles import DropReason, RawArticle
from corpus.preparing import prepare
from corpus.splitting import SplitOptions

GERMAN = (
    "Die Brücke über die Sallow ist seit Montag gesperrt. Niemand weiß, wann sie wieder geöffnet "
    "wird. Der Bürgermeister bat alle Fahrer, die Fähre zu nehmen."
)


def raw(text: str, *, title: str = "Gesperrt", language: str | None = None) -> RawArticle:
    return RawArticle(
        key="a", origin="file:///a", title=title, text=text, raw=b"", language=language
    )


def test_an_article_gets_its_language_cleaning_and_passages() -> None:
    prepared = prepare(raw(f"Gesperrt\n\n{GERMAN}"))
    assert prepared.language == "de"
    assert prepared.cleaning.headline is not None
    assert [span.of(prepared.raw.text) for span in prepared.spans] == [GERMAN]


def test_the_language_given_wins() -> None:
    assert prepare(raw(GERMAN, language="en")).language == "en"


def test_what_is_left_out_has_no_say_in_the_language() -> None:
    notices = "We use cookies to improve your experience.\nShare this article\n" * 8
    prepared = prepare(raw(f"{notices}{GERMAN}\n{notices}"))
    assert prepared.language == "de"
    assert prepared.cleaning.count(DropReason.NOTICE) == 16


def test_a_long_text_is_told_by_its_beginning() -> None:
    rest = "The bridge was closed. Nobody was hurt in the town that day. " * 40
    paragraphs = "\n".join([GERMAN, *([GERMAN + " Und so weiter."] * 3), "Anzeige", rest])
    assert prepare(raw(paragraphs)).language == "de"


def test_the_sizes_of_passages_can_be_chosen() -> None:
    small = SplitOptions(target_words=8, max_words=12)
    assert len(prepare(raw(GERMAN), small).spans) == 3
    assert len(prepare(raw(GERMAN)).spans) == 1
