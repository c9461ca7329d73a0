import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from py3langid.langid import LanguageIdentifier

from corpus import languages
from corpus.languages import UNDETERMINED, _identifier, detect_language, language_code


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The mayor closed the old bridge on Monday because of the rain."),
        ("de", "Die Bücherei von Oberwiesling verleiht jetzt auch Bohrmaschinen."),
        ("es", "El presidente anunció ayer que la reunión se celebrará en otoño."),
        ("no", "Statsministeren sa i går at møtet skal holdes til høsten på Østlandet."),
        ("ru", "Президент объявил вчера, что встреча состоится осенью."),
        ("ar", "أعلن الرئيس أمس أن الاجتماع سيعقد في الخريف."),
        ("zh", "总统昨天宣布，与邻国的会议将在秋天举行。"),
    ],
)
def test_the_language_of_a_sentence_is_recognised(language: str, text: str) -> None:
    assert detect_language(text) == language


ENGLISH = (
    "The mayor said that the old bridge would be closed on Monday, and that it was not yet known "
    "when it will be open to the public again."
)
QUOTED = (
    "Der Sprecher las vor: \u201eThis is the end of the line, and it was about time.\u201c Danach "
    "sagte er nichts mehr, und alle gingen nach Hause, weil der letzte Bus schon gefahren war."
)


class Loading:
    """Loads the detector, and notes by which thread."""

    def __init__(self) -> None:
        self.threads: list[str] = []
        self.is_done = threading.Event()

    def __call__(self) -> LanguageIdentifier:
        self.threads.append(threading.current_thread().name)
        identifier: LanguageIdentifier = _identifier()
        self.is_done.set()
        return identifier


@pytest.fixture
def loading(monkeypatch: pytest.MonkeyPatch) -> Iterator[Loading]:
    """A detector that is not loaded yet, and what loads it."""
    loading = Loading()
    monkeypatch.setattr(languages, "_identifier", loading)
    languages._detector.cache_clear()
    yield loading
    languages._detector.cache_clear()


def test_a_text_full_of_english_function_words_needs_no_detector(loading: Loading) -> None:
    assert detect_language(ENGLISH) == "en"
    assert loading.threads == []
    assert detect_language(QUOTED) == "de"
    assert detect_language(ENGLISH[:40]) == "en"
    assert loading.threads == ["MainThread"]


def test_after_several_such_texts_it_is_loaded_beside_and_only_once(loading: Loading) -> None:
    assert [detect_language(ENGLISH) for _ in range(8)] == ["en"] * 8
    assert loading.is_done.wait(60)
    assert [detect_language(text) for text in (ENGLISH, QUOTED)] == ["en", "de"]
    assert loading.threads == ["languages"]


def test_what_needs_no_detector_is_what_the_detector_says() -> None:
    assert _identifier().classify(ENGLISH)[0] == "en"


@pytest.mark.parametrize("text", ["", "1, 2, 3.", "🙂🙂", "***\n"])
def test_a_text_without_letters_has_no_language(text: str) -> None:
    assert detect_language(text) == UNDETERMINED


@given(st.text())
def test_any_text_gets_a_short_code_or_none(text: str) -> None:
    code = detect_language(text)
    assert code == UNDETERMINED or (len(code) == 2 and code.islower())


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("en", "en"),
        ("en-US", "en"),
        ("zh_Hans_CN", "zh"),
        ("DE", "de"),
        (" nb-NO ", "no"),
        ("rus", "ru"),
        ("nn", "nn"),
        ("und", None),
        ("English", None),
        ("", None),
        (None, None),
    ],
)
def test_tags_are_shortened_to_the_language(tag: str | None, code: str | None) -> None:
    assert language_code(tag) == code
