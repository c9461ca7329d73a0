"""`verify`: is what was quoted still what the articles say?"""

import json
from argparse import Namespace
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Self

from bot.assembly import Library
from bot.commands.asking import lines_of
from bot.commands.run import Run
from bot.errors import InputError
from bot.exit_codes import DONE, NOT_VERIFIED
from bot.receipt_files import claims_in, to_record
from bot.receipt_search import find_claim
from bot.shown_receipts import ShownReceipts
from bot.terminal_text import printable
from bot.verdict_view import judgement_to_json, show_judgement
from bot.verdicts import Claim, Judgement, Verdict, claim_of, judge, judge_by_file
from corpus.articles import RawArticle
from corpus.readers.documents import Failure
from corpus.readers.reading import read_source
from corpus.store import ArticleStore
from retrieval.answers import SCHEMA
from retrieval.protocols import Progress
from retrieval.receipts import LENGTH, is_receipt, tidy

STDIN = "-"


def verify(arguments: Namespace, run: Run) -> int:
    """Judge receipts and files of them; 4 unless all are exact. Or export receipts to a file."""
    if arguments.article is not None and arguments.export is not None:
        message = "--article and --export do not go together; leave one of them out"
        raise InputError(message)
    codes, files = named(arguments.names)
    if arguments.export is not None:
        return _export(arguments, run, codes, files)
    if not codes and not files:
        message = "name a RECEIPT (ten letters and digits, under every quote), or a FILE of them"
        raise InputError(message)
    if arguments.article is not None:
        return _told(arguments, run, _judged_by_file(arguments, run, codes, files))
    claims = list(_claims(files, run))
    with _Desk(run) as desk:
        return _told(arguments, run, desk.judgements(codes, claims))


def named(names: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the receipts and the files named; the blanks in a receipt may be typed.

    Raise `InputError` for what is neither.
    """
    codes: list[str] = []
    files: list[str] = []
    open_code = ""
    for name in names:
        if not open_code and (name == STDIN or Path(name).exists()):
            files.append(name)
            continue
        open_code += tidy(name)
        if is_receipt(open_code):
            codes.append(open_code)
            open_code = ""
        elif len(open_code) >= LENGTH:
            break
    if open_code:
        message = (
            f"{printable(' '.join(names))!r} is no file and no receipt, "
            "which has ten letters and digits; check what was typed"
        )
        raise InputError(message)
    return list(dict.fromkeys(codes)), files


class _Desk:
    """The open library and the receipts shown from it."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._closing = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as closing:
            library: Library = closing.enter_context(self._run.library())
            self.shown = closing.enter_context(ShownReceipts(library.folder))
            self._progress: Progress = closing.enter_context(self._run.progress())
            self._store: ArticleStore = library.store
            self._closing = closing.pop_all()
        return self

    def __exit__(self, *error: object) -> None:
        self._closing.close()

    def judgements(self, codes: Iterable[str], claims: Iterable[Claim]) -> Iterator[Judgement]:
        """Judge receipts, then those of files, one at a time."""
        yield from map(self.judgement, codes)
        yield from map(self.of_file, claims)

    def judgement(self, code: str) -> Judgement:
        """Judge a receipt alone: what was shown is noted, the rest is looked for."""
        shown = self.shown.find(code)
        claim = claim_of(shown) if shown else find_claim(self._store, code, self._progress)
        if claim is None:
            return Judgement(verdict=Verdict.UNKNOWN, code=code)
        return self.of_claim(claim)

    def of_claim(self, claim: Claim) -> Judgement:
        """Judge a receipt of this library, with the day if it was withdrawn."""
        judgement = judge(self._store, claim)
        if judgement.verdict is not Verdict.WITHDRAWN:
            return judgement
        day = self._store.withdrawn_at(claim.key, collection=claim.collection)
        return replace(judgement, withdrawn_at=day)

    def of_file(self, claim: Claim) -> Judgement:
        """Judge a receipt somebody brings: of an article that was never here, nothing is known."""
        judgement = self.of_claim(claim)
        is_gone = judgement.verdict is Verdict.WITHDRAWN and judgement.current is None
        if is_gone and judgement.withdrawn_at is None and self.shown.find(claim.code) is None:
            return replace(judgement, verdict=Verdict.UNKNOWN)
        return judgement


def _claims(files: Iterable[str], run: Run) -> Iterator[Claim]:
    """Yield the receipts of files; raise `InputError` for a line that is none."""
    for name in files:
        found = False
        for number, claim in claims_in(lines_of(name, run)):
            if isinstance(claim, InputError):
                message = f"{name}, line {number}: {claim}"
                raise InputError(message) from claim
            found = True
            yield claim
        if not found:
            message = f"{name} holds no receipts; `passagebot verify --export FILE` writes some"
            raise InputError(message)


def _judged_by_file(
    arguments: Namespace, run: Run, codes: Sequence[str], files: Sequence[str]
) -> list[Judgement]:
    if codes:
        message = (
            f"the receipt {codes[0]} alone does not say where it stands in an article; "
            "name an exported FILE with --article"
        )
        raise InputError(message)
    articles = _articles_in(arguments.article)
    return [judge_by_file(articles, claim) for claim in _claims(files, run)]


def _articles_in(path: Path) -> list[RawArticle]:
    """Return the articles a file holds; raise `InputError` if none can be read."""
    found = list(read_source(path))
    articles = [one.article for one in found if not isinstance(one, Failure)]
    if not articles:
        reasons = [one.reason for one in found if isinstance(one, Failure)]
        message = f"{path}: {reasons[0] if reasons else 'it holds no article; name another file'}"
        raise InputError(message)
    return articles


def _told(arguments: Namespace, run: Run, judgements: Iterable[Judgement]) -> int:
    """Write judgements as they come; only what is written of them is kept."""
    console = run.terminal.output()
    receipts = []
    code = DONE
    for one in judgements:
        if not one.verdict.holds:
            code = NOT_VERIFIED
        if arguments.json:
            receipts.append(judgement_to_json(one))
        else:
            show_judgement(console, one)
    if arguments.json:
        run.terminal.say_json({"schema": SCHEMA, "receipts": receipts})
    return code


def _export(arguments: Namespace, run: Run, codes: Sequence[str], files: Sequence[str]) -> int:
    """Write receipts, or all that were shown, as JSON lines; 4 if some have no text any more."""
    if files:
        message = f"{files[0]} is a file; name receipts to export, or none for all that were shown"
        raise InputError(message)
    lines: list[str] = []
    code = DONE
    with _Desk(run) as desk:
        shown = () if codes else map(claim_of, desk.shown.all())
        for one in desk.judgements(codes, shown):
            record = None if one.verdict is Verdict.WITHDRAWN else to_record(one)
            if record is None:
                run.terminal.note(f"passagebot: left out: {one.code} is {one.verdict.value}")
                code = NOT_VERIFIED
            else:
                lines.append(f"{json.dumps(record, ensure_ascii=False)}\n")
    if arguments.export == STDIN:
        run.terminal.stdout.writelines(lines)
    else:
        Path(arguments.export).write_text("".join(lines), encoding="utf-8")
        run.terminal.say(f"{len(lines)} receipts in {arguments.export}")
    return code
