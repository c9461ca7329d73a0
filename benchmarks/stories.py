"""How well the stories of a library are found, and what one more article costs.

    python -m benchmarks.stories [--articles N] [--no-cost]

Finds `onestop_news/neardup.jsonl` through SHARED_DIR: news stories, each written for three reading
levels. Of every text two lightly edited copies are made, and a version with one number changed.
All go through the product: stored, and taken up in `stories.sqlite`. Half of the stories may be
used to choose thresholds; what is printed first is of the other half. Intervals of 95 per cent
are drawn over stories. The cost is that of articles added to a library of N.
"""

import argparse
import json
import os
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np

from benchmarks.edited_copies import edited, with_another_number
from corpus.articles import RawArticle
from corpus.preparing import prepare
from corpus.store import ArticleStore
from retrieval.copies import Body, copied
from retrieval.kinships import WORDS
from retrieval.sketches import likeness, sketch
from retrieval.stories import Story
from retrieval.story_index import StoryIndex

COPIES = 2
ADDED = 200
_RESAMPLES = 1_000
_MISLABELLED = 0.3
"""Texts of two groups that share so many 5-word runs are one text under two labels."""

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text of the library: `group` names its story, `original` the text it is a copy of."""

    key: str
    group: str
    original: str
    title: str
    text: str
    is_rewrite: bool


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; return 2 if the data are not there."""
    options = _options(arguments)
    shared = os.environ.get("SHARED_DIR")
    if not shared:
        print("stories: set SHARED_DIR to the folder that holds data/", file=sys.stderr)
        return 2
    originals = _originals(Path(shared) / "data/onestop_news/neardup.jsonl")
    texts = [*originals, *_made(originals, random.Random(5))]  # noqa: S311
    twice = _labelled_twice(originals)
    fitted, held_out = _halves({text.group for text in originals})
    with tempfile.TemporaryDirectory() as folder:
        found = _stories(Path(folder), texts)
    print(f"{len(texts)} articles, {len(found)} stories; labels that share a text: {sorted(twice)}")
    for name, half in (("held out", held_out), ("chosen on", fitted)):
        for left_out, said in ((set(), "as labelled"), (twice, "without those labels")):
            chosen = [text for text in texts if text.group in half - left_out]
            print(f"{name}, {said}: {len({text.group for text in chosen})} stories")
            _report(chosen, found)
    _sweep([text for text in texts if text.group in fitted - twice])
    if not options.no_cost:
        _cost(originals, options.articles)
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--no-cost", action="store_true", help="leave the cost out")
    return parser.parse_args(arguments)


def _originals(path: Path) -> list[Text]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        Text(
            key=row["_id"],
            group=row["group"],
            original=row["_id"],
            title=row["title"],
            text=row["text"],
            is_rewrite=True,
        )
        for row in rows
    ]


def _made(originals: Iterable[Text], chance: random.Random) -> Iterable[Text]:
    """Yield copies of every text, and a version with a number changed where it has one."""
    for text in originals:
        others = [(text.original, *edited(text.title, text.text, chance)) for _ in range(COPIES)]
        if (changed := with_another_number(text.text, chance)) is not None:
            others.append((f"{text.original} changed", text.title, changed))
        for number, (original, title, body) in enumerate(others):
            yield Text(
                key=f"{text.key}-{number}",
                group=text.group,
                original=original,
                title=title,
                text=body,
                is_rewrite=False,
            )


def _labelled_twice(originals: Sequence[Text]) -> set[str]:
    """Return the groups of texts that stand under another group too."""
    runs = {text.key: _five_word_runs(text.text) for text in originals}
    return {
        text.group
        for pair in combinations(originals, 2)
        if pair[0].group != pair[1].group
        and likeness(runs[pair[0].key], runs[pair[1].key]) >= _MISLABELLED
        for text in pair
    }


def _five_word_runs(text: str) -> frozenset[int]:
    words = text.casefold().split()
    return frozenset(hash(tuple(words[at : at + 5])) for at in range(len(words) - 4))


def _halves(groups: Iterable[str]) -> tuple[set[str], set[str]]:
    shuffled = sorted(groups)
    random.Random(11).shuffle(shuffled)  # noqa: S311
    middle = len(shuffled) // 2
    return set(shuffled[:middle]), set(shuffled[middle:])


def _stories(folder: Path, texts: Iterable[Text]) -> list[Story]:
    with ArticleStore.create(folder) as store, StoryIndex(folder) as index:
        _store(store, texts)
        index.bring_up_to_date(store)
        return index.all()


def _store(store: ArticleStore, texts: Iterable[Text]) -> None:
    with store.batch():
        for text in texts:
            raw = RawArticle(
                key=text.key,
                origin=f"bench:{text.key}",
                title=text.title,
                text=text.text,
                raw=text.text.encode(),
                language="en",
            )
            store.put(prepare(raw))


def _report(texts: Sequence[Text], stories: Sequence[Story]) -> None:
    """Print precision and recall of pairs: copies in one report, rewrites in one story."""
    by_key = {text.key: text for text in texts}
    reports = [[told.key for told in one.tellings] for story in stories for one in story.reports]
    wholes = [[told.key for told in story.tellings] for story in stories]
    rewrites = {key: text for key, text in by_key.items() if text.is_rewrite}
    _say("copies", by_key, {text.key: text.original for text in texts}, reports)
    _say("rewrites", rewrites, {key: text.group for key, text in rewrites.items()}, wholes)


def _say(
    name: str, texts: Mapping[str, Text], truth: Mapping[str, str], found: Iterable[Sequence[str]]
) -> None:
    right = {pair for keys in _gathered(truth).values() for pair in combinations(sorted(keys), 2)}
    known = ([key for key in keys if key in texts] for keys in found)
    claimed = {pair for keys in known for pair in combinations(sorted(keys), 2)}
    ends = {key: text.group for key, text in texts.items()}
    precision, recall = _intervals(right, claimed, ends)
    print(f"  {name}: precision {precision}, recall {recall} ({len(right)} pairs)")


def _gathered(truth: Mapping[str, str]) -> dict[str, list[str]]:
    gathered: dict[str, list[str]] = {}
    for key, name in truth.items():
        gathered.setdefault(name, []).append(key)
    return gathered


def _intervals(right: set[Pair], claimed: set[Pair], group: Mapping[str, str]) -> tuple[str, str]:
    """Return precision and recall with intervals from drawing stories with replacement."""
    numbers = {name: at for at, name in enumerate(sorted(set(group.values())))}
    counts = Counter(
        (numbers[group[one]], numbers[group[two]], (one, two) in right, (one, two) in claimed)
        for one, two in right | claimed
    )
    table = np.array([(*key, count) for key, count in counts.items()])
    chance = np.random.default_rng(3)
    weights = [np.ones(len(numbers))]
    weights += [
        np.bincount(chance.integers(0, len(numbers), len(numbers)), minlength=len(numbers))
        for _ in range(_RESAMPLES)
    ]
    drawn = np.array([_shares(table, weight) for weight in weights])
    low, high = np.percentile(drawn[1:], (2.5, 97.5), axis=0)
    said = [f"{drawn[0][at]:.3f} [{low[at]:.3f}, {high[at]:.3f}]" for at in (0, 1)]
    return said[0], said[1]


def _shares(table: np.ndarray, weight: np.ndarray) -> tuple[float, float]:
    one, two = table[:, 0], table[:, 1]
    drawn = np.where(one == two, weight[one], weight[one] * weight[two]) * table[:, 4]
    both = drawn[(table[:, 2] & table[:, 3]) == 1].sum()
    return both / drawn[table[:, 3] == 1].sum(), both / drawn[table[:, 2] == 1].sum()


def _sweep(texts: Sequence[Text]) -> None:
    """Print precision and recall of pairs by threshold, on the half to choose them on."""
    originals = [text for text in texts if text.is_rewrite]
    made = {text.key: sketch(text.text, language="en", part="main") for text in originals}
    alike = [
        (likeness(made[one.key].names, made[two.key].names), one.group == two.group)
        for one, two in combinations(originals, 2)
        if likeness(made[one.key].words, made[two.key].words) >= WORDS
    ]
    whole = sum(one.group == two.group for one, two in combinations(originals, 2))
    _by_threshold("names of rewrites", alike, whole, (0.15, 0.2, 0.25, 0.3, 0.35, 0.4))
    bodies = {text.key: Body(text.text) for text in texts}
    pairs = [pair for group in _by_group(texts) for pair in combinations(group, 2)]
    shares = [
        (copied(bodies[one.key], bodies[two.key])[1], _same_wording(one, two)) for one, two in pairs
    ]
    whole = sum(_same_wording(one, two) for one, two in pairs)
    _by_threshold("contained in copies", shares, whole, (0.6, 0.65, 0.7, 0.75, 0.8, 0.85))


def _same_wording(one: Text, two: Text) -> bool:
    """Whether both are made from one text, numbers aside: what the share contained is to tell."""
    return one.original.split()[0] == two.original.split()[0]


def _by_group(texts: Sequence[Text]) -> Iterable[list[Text]]:
    by_key = {text.key: text for text in texts}
    for keys in _gathered({text.key: text.group for text in texts}).values():
        yield [by_key[key] for key in keys]


def _by_threshold(
    name: str, pairs: Sequence[tuple[float, bool]], whole: int, thresholds: Iterable[float]
) -> None:
    for threshold in thresholds:
        kept = [is_right for value, is_right in pairs if value >= threshold]
        precision = sum(kept) / max(len(kept), 1)
        print(f"  {name} >= {threshold}: precision {precision:.3f}, recall {sum(kept) / whole:.3f}")


def _cost(originals: Sequence[Text], articles: int) -> None:
    """Print the time of one more article in a library of so many, and the memory used."""
    chance = random.Random(13)  # noqa: S311
    pool = [line for text in originals for line in text.text.split("\n") if line]
    made = [_mixed(number, pool, chance) for number in range(articles + 2 * ADDED)]
    with tempfile.TemporaryDirectory() as name, ArticleStore.create(Path(name)) as store:
        with StoryIndex(Path(name)) as index:
            _store(store, made[:articles])
            first = _seconds(index, store)
            _store(store, made[articles:-ADDED])
            together = _seconds(index, store)
            alone = []
            for text in made[-ADDED:]:
                _store(store, [text])
                alone.append(_seconds(index, store))
        size = sum(path.stat().st_size for path in Path(name).glob("stories.sqlite*"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{articles} articles: {1000 * first / articles:.1f} ms of CPU each; then {ADDED} more in "
        f"one run: {1000 * together / ADDED:.1f} ms each; each in a run of its own: median "
        f"{1000 * float(np.median(alone)):.1f} ms; file {size / 1e6:.0f} MB, peak {peak} MB"
    )


def _mixed(number: int, pool: Sequence[str], chance: random.Random) -> Text:
    """Return an article of paragraphs from everywhere, about 600 words."""
    lines = chance.sample(pool, 9)
    return Text(
        key=f"mixed-{number}",
        group="",
        original="",
        title=f"Mixed {number}",
        text="\n".join(lines),
        is_rewrite=False,
    )


def _seconds(index: StoryIndex, store: ArticleStore) -> float:
    start = time.process_time()
    index.bring_up_to_date(store)
    return time.process_time() - start


if __name__ == "__main__":
    sys.exit(main())
