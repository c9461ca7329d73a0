"""What a draft looks like in chat: its preview, its cleaned text, what became of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.administration.keeping import How, Tally, Undone
from bot.drafts import Draft
from bot.speech import Speech
from bot.telegram.callbacks import Press, Verb
from bot.telegram.markup import Markup, in_one_line, utf16_units
from bot.telegram.messages import NAME_LIMIT, TITLE_LIMIT, Button, Drawn, Row, Sheet, plain
from bot.telegram.texts import adding as adding_texts
from bot.telegram.texts import administration as common_texts
from bot.telegram.texts import drafting as texts
from bot.telegram.texts.answers import button_next, button_previous
from corpus.articles import MAIN_COLLECTION, DropReason
from corpus.reports import Result
from retrieval.copies import Kinship

PAGE_UNITS = 3_000
"""UTF-16 units of a cleaned text on one page."""

_REASON_UNITS = 300
_WARNINGS = 3


def title_of_draft(draft: Draft, speech: Speech) -> str:
    """Return what a draft is called, in one line."""
    titles = draft.summary["titles"]
    title = draft.edits.title or (titles[0] if titles else "")
    line = in_one_line(title, longest=TITLE_LIMIT) or texts.untitled(speech)
    more = draft.summary["articles"] - 1
    return f"{line}, {texts.and_more(speech, number=more)}" if more > 0 else line


def reason_in_line(reason: str) -> str:
    """Return the reason of a failure as it fits a message."""
    return in_one_line(reason, longest=_REASON_UNITS)


def preview(draft: Draft, speech: Speech, *, problem: str | None = None) -> Drawn:
    """Return the preview of a draft that waits; `problem` says why adding it failed just now."""
    sheet = Sheet()
    if problem is not None:
        sheet.markup.text(f"{texts.not_added(speech, reason=reason_in_line(problem))}\n\n")
    sheet.markup.bold(texts.not_added_yet(speech)).text("\n\n")
    facts = draft.summary.get("facts")
    if facts is None:
        _put_many(sheet.markup, draft, speech)
        return sheet.drawn(*_many_rows(draft, speech))
    _put_one(sheet.markup, draft, facts, speech)
    return sheet.drawn(*_one_rows(draft, facts, speech))


def _put_one(markup: Markup, draft: Draft, facts: Mapping[str, Any], speech: Speech) -> None:
    markup.bold(title_of_draft(draft, speech)).text("\n")
    markup.join(_origin(facts, speech))
    parts = [
        texts.language(speech, code=facts["language"]),
        texts.words(speech, number=facts["words"]),
        texts.passages(speech, number=facts["passages"]),
    ]
    markup.text(" · ".join(parts) + "\n")
    if draft.collection != MAIN_COLLECTION:
        markup.text(texts.collection(speech, name=_short(draft.collection)) + "\n")
    markup.text(_left_out(facts["left_out"], speech) + "\n")
    for line in _duplicates(facts, speech):
        markup.text(line + "\n")
    for warning in facts["warnings"][:_WARNINGS]:
        markup.text(texts.warning(speech, warning=reason_in_line(warning)) + "\n")
    _put_failures(markup, draft, speech)


def _origin(facts: Mapping[str, Any], speech: Speech) -> Markup:
    """Return the line with author, source, day and address, as far as they are known."""
    named = (_short(facts[name]) for name in ("source", "author") if facts[name])
    parts = [Markup().text(speech.isolated(name)) for name in named]
    if facts["published"]:
        moment = datetime.fromisoformat(facts["published"])
        parts.append(Markup().date(moment, words=speech.day(moment)))
    line = Markup()
    for place, part in enumerate(parts):
        line.text(" · " if place else "").join(part)
    line.text("\n" if parts else "")
    return (
        line.text(in_one_line(facts["url"], longest=TITLE_LIMIT) + "\n") if facts["url"] else line
    )


def _left_out(counts: Mapping[str, int], speech: Speech) -> str:
    if not counts:
        return texts.nothing_left_out(speech)
    ranges = (
        texts.ranges_left_out(speech, reason=DropReason(reason), number=number)
        for reason, number in counts.items()
    )
    return texts.left_out(speech, ranges=tuple(ranges))


def _duplicates(facts: Mapping[str, Any], speech: Speech) -> list[str]:
    lines: list[str] = []
    known = facts["known"]
    if known is not None:
        say = texts.known_word_for_word if known["is_same_text"] else texts.known
        lines.append(say(speech, version=known["version"], title=_title(known["title"])))
    lines += [texts.same_text(speech, title=_title(title)) for title in facts["same"]]
    for kin in facts["kin"]:
        title, share = _title(kin["title"]), round(100 * kin["share"])
        match Kinship(kin["kind"]):
            case Kinship.COPY:
                lines.append(texts.near_copy(speech, share=share, title=title))
            case Kinship.VARIANT:
                lines.append(texts.changed_number(speech, title=title))
            case Kinship.REPORT:
                lines.append(texts.same_event(speech, title=title))
    return lines


def _put_many(markup: Markup, draft: Draft, speech: Speech) -> None:
    summary = draft.summary
    number, name = summary["articles"], _short(summary.get("name", ""))
    markup.bold(texts.articles_found(speech, number=number, name=name)).text("\n")
    for title in summary["titles"]:
        markup.text(f"• {_title(title)}\n")
    if number > len(summary["titles"]):
        markup.text(texts.and_more(speech, number=number - len(summary["titles"])) + "\n")
    if draft.collection != MAIN_COLLECTION:
        markup.text(texts.collection(speech, name=_short(draft.collection)) + "\n")
    told = outcomes_in_words(
        {Result(name): count for name, count in summary["outcomes"].items()}, speech
    )
    markup.text("\n" + texts.foretold(speech, outcomes=told) + "\n")
    _put_failures(markup, draft, speech)


def _put_failures(markup: Markup, draft: Draft, speech: Speech) -> None:
    summary = draft.summary
    if summary["failures"]:
        reason = reason_in_line(summary["reasons"][0])
        line = texts.not_readable_in_it(speech, number=summary["failures"], reason=reason)
        markup.text(line + "\n")


def outcomes_in_words(counts: Mapping[Result, int], speech: Speech) -> str:
    """Return "3 new, 1 unchanged"."""
    found = [(result, counts.get(result, 0)) for result in Result]
    return speech.joined(
        [
            common_texts.outcome(speech, result=result, number=number)
            for result, number in found
            if number
        ]
    )


def _one_rows(draft: Draft, facts: Mapping[str, Any], speech: Speech) -> tuple[Row, ...]:
    discard = _button(texts.button_discard(speech), Verb.DISCARD, draft)
    look = (
        _button(texts.button_cleaned(speech), Verb.VIEW, draft, 0),
        _button(texts.button_modify(speech), Verb.MODIFY, draft),
    )
    known = facts["known"]
    if known is None:
        add = _button(texts.button_add(speech), Verb.ADD, draft, How.ADD)
        return ((add, discard), look)
    label = texts.button_replace(speech, version=known["version"])
    again = _button(label, Verb.ADD, draft, How.REPLACE)
    both = _button(texts.button_keep_both(speech), Verb.ADD, draft, How.KEEP_BOTH)
    return ((again, both), (discard,), look)


def _many_rows(draft: Draft, speech: Speech) -> tuple[Row, ...]:
    label = texts.button_add_all(speech, number=draft.summary["articles"])
    add = _button(label, Verb.ADD, draft, How.ADD)
    return ((add, _button(texts.button_discard(speech), Verb.DISCARD, draft)),)


def _button(label: str, verb: Verb, draft: Draft, *numbers: int) -> Button:
    press = Press(verb=verb, token=draft.token, numbers=tuple(map(int, numbers)))
    return Button(label=label, press=press)


def cleaned_page(draft: Draft, text: str, number: int, speech: Speech) -> Drawn:
    """Return a page, counted from 0, of the text of a draft as cleaning leaves it."""
    pages = in_pages(text)
    number = min(number, len(pages) - 1)
    turns = [
        _button(label, Verb.VIEW, draft, to)
        for label, to in ((button_previous(), number - 1), (button_next(), number + 1))
        if 0 <= to < len(pages)
    ]
    back = _button(texts.button_back(speech), Verb.OVERVIEW, draft)
    sheet = Sheet()
    sheet.markup.bold(title_of_draft(draft, speech)).text(f" · {number + 1} / {len(pages)}\n\n")
    sheet.markup.text(pages[number])
    return sheet.drawn(tuple(turns), (back,))


def in_pages(text: str) -> list[str]:
    """Return a text in pages of at most `PAGE_UNITS`, cut between lines or words where it can be."""
    pages: list[str] = []
    rest = text.strip()
    while utf16_units(rest) > PAGE_UNITS:
        cut = _cut(rest)
        pages.append(rest[:cut].strip())
        rest = rest[cut:].strip()
    return [page for page in (*pages, rest) if page] or ["…"]


def _cut(text: str) -> int:
    """Return where a page of a longer text ends: after at least half a page."""
    end = PAGE_UNITS
    while (excess := utf16_units(text[:end]) - PAGE_UNITS) > 0:
        end -= (excess + 1) // 2  # a character has two units at most
    for separator in ("\n\n", "\n", " "):
        at = text.rfind(separator, end // 2, end)
        if at > 0:
            return at
    return end


def modify_form(draft: Draft, speech: Speech) -> Drawn:
    """Return the message that says how title, date and source are changed."""
    facts = draft.summary["facts"]
    text = adding_texts.modify_how(
        speech,
        title=title_of_draft(draft, speech),
        date=(facts["published"] or "2026-01-31")[:10],
        source=_short(facts["source"] or "…"),
    )
    collection = adding_texts.modify_collection(speech, name=_short(draft.collection))
    back = _button(texts.button_back(speech), Verb.OVERVIEW, draft)
    return plain(f"{text}\n{collection}", (back,))


def added(draft: Draft, tally: Tally, speech: Speech) -> Drawn:
    """Return what adding did, with a button that undoes it if it did anything."""
    title = title_of_draft(draft, speech)
    if draft.summary["articles"] > 1:
        text = texts.added_many(speech, outcomes=outcomes_in_words(tally.counts, speech))
    elif tally.counts.get(Result.ADDED):
        text = texts.added(speech, title=title)
    elif tally.counts.get(Result.UPDATED):
        text = texts.added_version(speech, title=title)
    elif tally.counts.get(Result.REVISED):
        text = texts.revised(speech, title=title)
    else:
        text = texts.was_there(speech, title=title)
    if not tally.changed:
        return plain(text)
    number = texts.passages(speech, number=tally.passages)
    lines = [text, texts.answers_now(speech, passages=number)]
    lines += [texts.warning(speech, warning=reason_in_line(one)) for one in tally.reasons]
    undo = _button(texts.button_undo(speech), Verb.UNDO, draft)
    return plain("\n".join(lines), (undo,))


def undone(draft: Draft, done: Undone, speech: Speech) -> Drawn:
    """Return what undoing did."""
    lines = [texts.undone(speech, title=title_of_draft(draft, speech))]
    if done.changed_since:
        lines.append(texts.changed_since(speech, number=done.changed_since))
    return plain("\n".join(lines))


def discarded(draft: Draft, speech: Speech) -> Drawn:
    """Return what is left of a draft that was discarded."""
    return plain(texts.discarded(speech, title=title_of_draft(draft, speech)))


def _title(title: str) -> str:
    return in_one_line(title, longest=TITLE_LIMIT)


def _short(name: str) -> str:
    return in_one_line(name, longest=NAME_LIMIT)
