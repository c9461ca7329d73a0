"""How a story looks on the command line: which reports there are, and which copies of them."""

from collections.abc import Iterable, Mapping
from typing import Any

from bot.terminal_text import printable
from corpus.articles import Citation
from retrieval.answers import citation_to_json, format_time
from retrieval.stories import Name, Report, Story, Telling


def story_line(story: Story, own: Name) -> str:
    """Return one line: "3 reports, 2 copies; first: flood.txt (2026-10-30)".

    Empty for a story of one article. The first seen is "this" if it is the article `own`.
    """
    if len(story.tellings) == 1:
        return ""
    first = story.first
    who = "this" if first.name == own else first.key
    return f"{_counted(story)}; first: {who} ({_seen(first)})"


def story_to_json(story: Story) -> dict[str, Any]:
    """Return the outside form of a story; articles by collection and key, first seen first."""
    return {
        "reports": [[_telling_to_json(one) for one in report.tellings] for report in story.reports],
        "report_count": len(story.reports),
        "copy_count": story.copies,
        "first": _telling_to_json(story.first),
    }


def stories_to_json(
    stories: Iterable[Story], cited: Mapping[Name, Citation]
) -> list[dict[str, Any]]:
    """Return the outside form of stories, with what is told of each of their articles."""
    return [
        {
            **story_to_json(story),
            "articles": [citation_to_json(cited[told.name]) for told in story.tellings],
        }
        for story in stories
    ]


def story_lines(story: Story, cited: Mapping[Name, Citation]) -> list[str]:
    """Return a line for the story, one for each report, and one for each copy under it."""
    lines = [f"{_counted(story)}: {printable(cited[story.first.name].title)}"]
    for report in story.reports:
        lines.extend(_report_lines(report, cited, first=story.first))
    return lines


def _report_lines(report: Report, cited: Mapping[Name, Citation], *, first: Telling) -> list[str]:
    lines = []
    for place, told in enumerate(report.tellings):
        where = printable(" · ".join(filter(None, (told.key, cited[told.name].source))))
        mark = "    copy: " if place else "  report: "
        seen = ", first seen" if told == first else ""
        lines.append(f"{mark}{where} ({_seen(told)}{seen})")
    return lines


def _counted(story: Story) -> str:
    reports, copies = len(story.reports), story.copies
    said = f"{reports} report{'' if reports == 1 else 's'}"
    return f"{said}, {copies} {'copy' if copies == 1 else 'copies'}"


def _seen(told: Telling) -> str:
    return f"{told.seen:%Y-%m-%d}" if told.is_dated else f"stored {told.seen:%Y-%m-%d}"


def _telling_to_json(told: Telling) -> dict[str, Any]:
    return {
        "collection": told.collection,
        "key": told.key,
        "seen": format_time(told.seen),
        "dated": told.is_dated,
    }
