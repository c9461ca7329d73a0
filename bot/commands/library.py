"""`articles`, `show` and `remove`: look at the library, and take articles out of it."""

from argparse import Namespace
from collections.abc import Sequence

from rich.table import Table

from bot import samples
from bot.article_view import article_to_json, show_article
from bot.commands.lookup import find_article
from bot.commands.run import Run
from bot.erasing import backups_with, begin_erasure, erase_derived
from bot.errors import InputError
from bot.exit_codes import DONE
from bot.story_view import stories_to_json, story_lines
from bot.terminal import Terminal
from bot.terminal_text import printable
from bot.versions_view import (
    compared_versions,
    diff_to_json,
    show_version_diff,
    show_versions,
    summaries,
    version_of,
)
from corpus.articles import Article, Citation
from corpus.store import ArticleStore
from retrieval.answers import citation_to_json, format_time

_HEADINGS = ("collection", "key", "title", "source", "published", "language", "version")


def articles(arguments: Namespace, run: Run) -> int:
    """List the articles that answer: a table on a terminal, else tabs between the columns."""
    if arguments.stories:
        return _stories(arguments, run)
    with run.library() as library:
        citations = library.store.citations(collection=arguments.collection)
    if arguments.json:
        run.terminal.say_json([citation_to_json(citation) for citation in citations])
        return DONE
    console = run.terminal.output()
    if console.is_terminal:
        console.print(_table(citations))
        return DONE
    for citation in citations:
        run.terminal.say("\t".join(_columns(citation)))
    return DONE


def _stories(arguments: Namespace, run: Run) -> int:
    """List the stories that hold more than one article, each with its reports and copies."""
    with run.library() as library, run.progress() as progress:
        found = library.stories(progress).all()
        citations = library.store.citations(collection=arguments.collection)
    cited = {(citation.collection, citation.key): citation for citation in citations}
    shown = [
        story
        for story in found
        if len(story.tellings) > 1 and all(told.name in cited for told in story.tellings)
    ]
    if arguments.json:
        run.terminal.say_json(stories_to_json(shown, cited))
        return DONE
    for story in shown:
        for line in story_lines(story, cited):
            run.terminal.say(line)
    if not shown:
        run.terminal.note("passagebot: no two articles tell one story")
    return DONE


def show(arguments: Namespace, run: Run) -> int:
    """Write one article: as a reader sees it, with what cleaning leaves out, or as JSON.

    Or write its versions, or what changed between two of them.
    """
    with run.library() as library:
        article = find_article(library.store, arguments.key, collection=arguments.collection)
        if arguments.versions or arguments.diff is not None:
            return _show_history(arguments, run, library.store, article)
        name = (article.citation.collection, article.citation.key)
        story = library.stories().of([name]).get(name)
    if arguments.json:
        run.terminal.say_json(article_to_json(article, story))
    else:
        show_article(run.terminal.output(), article, story, cleaning=arguments.cleaning)
    return DONE


def _show_history(arguments: Namespace, run: Run, store: ArticleStore, article: Article) -> int:
    console = run.terminal.output()
    if arguments.versions:
        listed = list(summaries(store, article))
        if arguments.json:
            run.terminal.say_json([one.to_json() for one in listed])
        else:
            show_versions(console, listed)
        return DONE
    numbers = compared_versions(article, arguments.diff)
    one, other = (version_of(store, article, number) for number in numbers)
    if arguments.json:
        run.terminal.say_json(diff_to_json(one, other))
    else:
        show_version_diff(console, one, other)
    return DONE


def remove(arguments: Namespace, run: Run) -> int:
    """Erase articles from the store and from every index; a person is asked first."""
    with run.library() as library:
        doomed = _doomed(library.store, arguments)
        if not doomed:
            run.terminal.note("passagebot: there is nothing to remove")
            return DONE
        if run.terminal.has_typist and not arguments.yes and not _agreed(run, doomed):
            run.terminal.note("passagebot: nothing was removed")
            return DONE
        begin_erasure(library.folder)
        erase(library.store, doomed, run.terminal)
        names = [(citation.collection, citation.key) for citation in doomed]
        with run.progress() as progress:
            held = erase_derived(library, names, progress)
        _tell_what_stays(run, held, backups_with(library.folder, names))
    return DONE


def _tell_what_stays(run: Run, held: Sequence[str], backups: str | None) -> None:
    """Say which files another process kept from being rewritten, and which backups there are."""
    if held:
        run.terminal.note(f"passagebot: {', '.join(held)}: {_NOT_REWRITTEN}")
    if backups is not None:
        run.terminal.note(f"passagebot: {backups}")


_NOT_WIPED = (
    "passagebot: it answers nothing any more, but its bytes stay in the file until no other "
    "process reads the library; the next `passagebot ingest` or `remove` then wipes them"
)

_NOT_REWRITTEN = (
    "deleted bytes stay in the file while another process reads it; the next `passagebot remove` "
    "rewrites it"
)


def _doomed(store: ArticleStore, arguments: Namespace) -> list[Citation]:
    """Return what is to be removed; every key is looked up before anything is erased."""
    if arguments.samples == bool(arguments.keys):
        message = "name the KEYs to remove (`passagebot articles` lists them), or --samples"
        raise InputError(message)
    if arguments.samples:
        return list(store.citations(collection=samples.COLLECTION))
    keys = dict.fromkeys(arguments.keys)
    return [find_article(store, key, collection=arguments.collection).citation for key in keys]


def erase(store: ArticleStore, doomed: Sequence[Citation], terminal: Terminal) -> None:
    """Remove articles; the file is rewritten once, with the last, which tells whether it was."""
    with store.batch():
        for citation in doomed[:-1]:
            store.remove(citation.key, collection=citation.collection)
    last = store.remove(doomed[-1].key, collection=doomed[-1].collection)
    for citation in doomed:
        terminal.say(f"removed: {printable(citation.key)} (from {citation.collection})")
    if not last.wiped:
        terminal.note(_NOT_WIPED)


def _agreed(run: Run, doomed: Sequence[Citation]) -> bool:
    for citation in doomed:
        run.terminal.note(f"  {printable(citation.key)}  {printable(citation.title)}")
    noun = "this article" if len(doomed) == 1 else f"these {len(doomed)} articles"
    return run.terminal.confirms(f"Erase {noun}, with all versions, for good?")


def _columns(citation: Citation) -> tuple[str, ...]:
    return (
        citation.collection,
        printable(citation.key),
        printable(citation.title),
        printable(citation.source or ""),
        format_time(citation.published) or "",
        citation.language,
        str(citation.version),
    )


def _table(citations: Sequence[Citation]) -> Table:
    table = Table(*_HEADINGS, box=None, header_style="bold", pad_edge=False)
    for citation in citations:
        table.add_row(*_columns(citation))
    return table
