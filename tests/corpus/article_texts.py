"""Hypothesis strategies for texts shaped like articles, already normalised."""

from hypothesis import strategies as st

from corpus.normalising import normalise

_SOME_WORDS = (
    "the river rose before dawn while seven boats lay near Harlow bridge and nobody spoke of "
    "Tuesday until a bell rang twice über Straße café año вода река мост шла лодка ночь"
)
WORDS = _SOME_WORDS.split()
FURNITURE = (
    "Home",
    "News",
    "Sport",
    "Home | News | Sport",
    "Read also: Why the trams are yellow",
    "Share this article",
    "Follow us on Twitter",
    "We use cookies to improve your experience.",
    "LES OGSÅ: Broen er stengt",
    "The bridge is closed",
    "**The bridge is closed**",
    "Yes.",
    "***",
    "1. Stir the dough",
    "- a list item",
    "新闻",
)

words = st.sampled_from(WORDS)
sentences = st.lists(words, min_size=2, max_size=15).map(lambda found: " ".join(found) + ".")
paragraphs = st.lists(sentences, min_size=1, max_size=4).map(" ".join)
hard_wrapped = st.lists(words, min_size=20, max_size=60).map(
    lambda found: "\n".join(_wrapped(" ".join(found) + ".", 60))
)
long_runs = st.tuples(st.sampled_from("aб文🙂"), st.integers(min_value=900, max_value=2_500)).map(
    lambda pair: pair[0] * pair[1]
)
lines = st.one_of(paragraphs, paragraphs, st.sampled_from(FURNITURE), hard_wrapped, st.text())
articles = st.lists(
    st.tuples(lines, st.sampled_from(["\n", "\n\n", "\n \n"])), min_size=1, max_size=10
).map(lambda parts: normalise("".join(line + end for line, end in parts)))
articles_with_long_runs = st.tuples(articles, long_runs, articles).map(
    lambda parts: normalise("\n\n".join(parts))
)


def _wrapped(text: str, width: int) -> list[str]:
    found: list[str] = [""]
    for word in text.split():
        if len(found[-1]) + 1 + len(word) > width:
            found.append(word)
        else:
            found[-1] = f"{found[-1]} {word}".strip()
    return found
