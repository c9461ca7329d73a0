"""What can be typed: the commands and their options. Light: it is all `--help` needs."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from bot.argument_values import columns, end_of_day, hits, moment

_Commands = argparse._SubParsersAction  # noqa: SLF001 -- argparse gives its type no public name


class OneLineParser(argparse.ArgumentParser):
    """A parser whose errors are one line, as every error of this program."""

    def error(self, message: str) -> NoReturn:
        """Write the line and exit with 2: the user must act."""
        sys.stderr.write(f"passagebot: {message}; see `{self.prog} --help`\n")
        raise SystemExit(2)


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version  # noqa: PLC0415 -- slow, and only for --version

        sys.stdout.write(f"passagebot {version('passagebot')}\n")
        parser.exit()


def parse(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """Return the arguments of one command; exit with 2 and one line if they are wrong."""
    return build_parser().parse_args(argv)


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = OneLineParser(
        prog="passagebot",
        description="Ask your articles: exact, cited passages, or an honest 'nothing found'.",
        epilog="Exit codes: 0 done; 1 some sources failed or a check fell short; "
        "2 you must act (one line says how); 3 no answer found; 4 a quote is not exact any more; 130 interrupted.",
    )
    _add_global(parser, parents=False)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_ingest(commands)
    _add_sync(commands)
    _add_sources(commands)
    _add_ask(commands)
    _add(commands, "chat", "ask in a conversation; also answers piped lines, one a line")
    _add(commands, "serve", "run the Telegram bot")
    _add_articles(commands)
    _add_show(commands)
    _add_remove(commands)
    _add_export(commands)
    _add_import(commands)
    _add_backup(commands)
    _add_restore(commands)
    _add_verify(commands)
    _add_status(commands)
    _add_doctor(commands)
    _add_engines(commands)
    _add_reindex(commands)
    _add_calibrate(commands)
    _add_evaluate(commands)
    _add_feedback(commands)
    return parser


def _add_global(parser: argparse.ArgumentParser, *, parents: bool) -> None:
    """Add the global options; on a command they must not reset what stood before it."""
    hidden = argparse.SUPPRESS
    parser.add_argument(
        "--library",
        type=Path,
        metavar="DIR",
        default=hidden if parents else None,
        help="the library's folder (default: PASSAGEBOT_LIBRARY, else the platform's data folder)",
    )
    parser.add_argument(
        "--verbose",
        action="store_true",
        default=hidden if parents else False,
        help="write the log, tracebacks included, to stderr",
    )
    if not parents:
        parser.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")


def _add(commands: "_Commands[OneLineParser]", name: str, does: str) -> OneLineParser:
    command = commands.add_parser(name, help=does, description=f"{does[0].upper()}{does[1:]}.")
    _add_global(command, parents=True)
    return command


def _add_ingest(commands: "_Commands[OneLineParser]") -> None:
    command = _add(
        commands,
        "ingest",
        "add or update articles from files, folders and the web, and follow them",
    )
    command.add_argument(
        "sources",
        nargs="+",
        metavar="SOURCE",
        help="a file, a folder, or the address of a page, a feed, a list of feeds or a sitemap",
    )
    command.add_argument("--json", action="store_true", help="the report as one JSON document")
    command.add_argument("--dry-run", action="store_true", help="report, but store nothing")
    command.add_argument(
        "--collection", metavar="C", default="main", help="the part of the library (default: main)"
    )
    command.add_argument(
        "--replace", action="store_true", help="take over keys that another source used"
    )
    command.add_argument(
        "--no-embed", action="store_true", help="store now, index with the next command that asks"
    )
    command.add_argument(
        "--watch", action="store_true", help="then go on with what changes, until interrupted"
    )
    command.add_argument(
        "--map",
        dest="columns",
        type=columns,
        metavar="FIELD=COLUMN,...",
        help="what tables and JSON call our fields, such as title=headline,text=body",
    )


def _add_sync(commands: "_Commands[OneLineParser]") -> None:
    command = _add(commands, "sync", "bring what is followed up to date, deletions included")
    command.add_argument(
        "sources",
        nargs="*",
        metavar="SOURCE",
        help="only these, also while they wait (default: all)",
    )
    command.add_argument("--json", action="store_true", help="the report as one JSON document")
    command.add_argument(
        "--due", action="store_true", help="ask for less, as the running bot does by itself"
    )
    command.add_argument("--watch", action="store_true", help="go on until it is interrupted")
    command.add_argument(
        "--no-embed", action="store_true", help="store now, index with the next command that asks"
    )


def _add_sources(commands: "_Commands[OneLineParser]") -> None:
    command = _add(commands, "sources", "list what is followed and how it goes")
    command.add_argument("--json", action="store_true", help="as one JSON document")
    command.add_argument(
        "--forget", nargs="+", metavar="SOURCE", help="stop following these; their articles stay"
    )


def _add_ask(commands: "_Commands[OneLineParser]") -> None:
    command = _add(commands, "ask", "answer a question with exact, cited passages")
    command.add_argument("question", nargs="*", metavar="QUESTION")
    command.add_argument(
        "-k", dest="hits", type=hits, metavar="N", help="how many passages (default: 5)"
    )
    command.add_argument("--json", action="store_true", help="the answer as one JSON document")
    command.add_argument(
        "--batch",
        metavar="FILE",
        help='a JSON-lines file of {"_id", "text", "history"}, or - for stdin; one JSON answer a line',
    )
    command.add_argument(
        "--why", action="store_true", help="also what the answer rests on, and how sure it is"
    )
    command.add_argument("--since", type=moment, metavar="D", help="published on or after D")
    command.add_argument("--until", type=moment, metavar="D", help="published before D")
    command.add_argument(
        "--asof",
        type=end_of_day,
        metavar="D",
        help="as the library stood at the end of the day D, or at the time D (UTC)",
    )
    command.add_argument("--source", metavar="S", help="only articles of this source")
    command.add_argument("--language", metavar="L", help="only articles in this language, as: en")
    _add_collections(command)


def _add_articles(commands: "_Commands[OneLineParser]") -> None:
    command = _add(commands, "articles", "list the articles that answer questions")
    command.add_argument("--json", action="store_true", help="one JSON document a line")
    command.add_argument(
        "--stories", action="store_true", help="only what several articles tell: reports and copies"
    )
    _add_collection(command)


def _add_show(commands: "_Commands[OneLineParser]") -> None:
    command = _add(commands, "show", "show one article as a reader sees it")
    command.add_argument("key", metavar="KEY")
    command.add_argument(
        "--cleaning", action="store_true", help="the whole text, with what the view leaves out"
    )
    command.add_argument(
        "--versions", action="store_true", help="its versions, and what changed in numbers"
    )
    command.add_argument(
        "--diff",
        nargs="?",
        const="",
        metavar="N[..M]",
        help="what changed between two versions, word by word (default: the last two)",
    )
    command.add_argument("--json", action="store_true", help="the same as one JSON document")
    _add_collection(command)


def _add_remove(commands: "_Commands[OneLineParser]") -> None:
    command = _add(commands, "remove", "erase articles: text, source bytes, passages and vectors")
    command.add_argument("keys", nargs="*", metavar="KEY")
    command.add_argument("--samples", action="store_true", help="erase the sample articles")
    command.add_argument("--yes", action="store_true", help="do not ask")
    _add_collection(command)


def _add_export(commands: "_Commands[OneLineParser]") -> None:
    command = _add(commands, "export", "write articles with all versions as JSON lines")
    command.add_argument(
        "file", nargs="?", type=Path, metavar="FILE", help="where to (default: stdout)"
    )
    command.add_argument(
        "--raw", action="store_true", help="also the documents the versions were read from"
    )
    _add_collections(command)


def _add_import(commands: "_Commands[OneLineParser]") -> None:
    command = _add(commands, "import", "take up what `export` wrote, with all versions")
    command.add_argument("file", type=Path, metavar="FILE")
    command.add_argument(
        "--no-embed", action="store_true", help="store now, index with the next command that asks"
    )


def _add_backup(commands: "_Commands[OneLineParser]") -> None:
    command = _add(commands, "backup", "write the whole library into one file, while it is used")
    command.add_argument("file", type=Path, metavar="FILE")


def _add_restore(commands: "_Commands[OneLineParser]") -> None:
    command = _add(commands, "restore", "make the library anew from a backup")
    command.add_argument("file", type=Path, metavar="FILE")
    command.add_argument(
        "--replace", action="store_true", help="move a library that is there aside, undeleted"
    )


def _add_verify(commands: "_Commands[OneLineParser]") -> None:
    command = _add(commands, "verify", "tell whether quotes are still exact, by their receipts")
    command.add_argument(
        "names",
        nargs="*",
        metavar="RECEIPT|FILE",
        help="a receipt, or a file of exported ones or of answers as `ask --json` prints them",
    )
    command.add_argument(
        "--article",
        type=Path,
        metavar="PATH",
        help="judge a FILE by this article's own file alone, without a library",
    )
    command.add_argument(
        "--export",
        metavar="FILE",
        help="write the receipts there as JSON lines; without any, all that Telegram has shown",
    )
    command.add_argument("--json", action="store_true", help="as one JSON document")


def _add_collection(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--collection", metavar="C", help="look only in this part of the library (default: in all)"
    )


def _add_collections(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--collection",
        action="append",
        metavar="C",
        help="only this part of the library; may be given again (default: all)",
    )


def _add_status(commands: "_Commands[OneLineParser]") -> None:
    command = _add(commands, "status", "show counts, ages, sizes, and which model built the index")
    command.add_argument("--json", action="store_true", help="as one JSON document")


def _add_doctor(commands: "_Commands[OneLineParser]") -> None:
    command = _add(commands, "doctor", "say what is wrong, and the command that mends it")
    command.add_argument("--json", action="store_true", help="as one JSON document")


def _add_engines(commands: "_Commands[OneLineParser]") -> None:
    command = _add(commands, "engines", "show what embeds for this library, and what it costs")
    command.add_argument(
        "--make",
        action="store_true",
        help="make the quickest one now, also for a small library; some seconds to a minute",
    )
    command.add_argument("--json", action="store_true", help="as one JSON document")


def _add_reindex(commands: "_Commands[OneLineParser]") -> None:
    command = _add(commands, "reindex", "build the indexes anew from the stored vectors")
    command.add_argument(
        "--model", metavar="M", help="embed with another model; the old index serves until the end"
    )


def _add_calibrate(commands: "_Commands[OneLineParser]") -> None:
    command = _add(commands, "calibrate", "fit how sure an answer is to a model and to questions")
    command.add_argument(
        "folders",
        nargs="+",
        type=Path,
        metavar="DIR",
        help="with corpus.jsonl, queries.jsonl and qrels.tsv",
    )
    command.add_argument("--model", metavar="M", help="for this model (default: the library's own)")
    command.add_argument("--json", action="store_true", help="the report as one JSON document")
    command.add_argument("--dry-run", action="store_true", help="report, but write nothing")


def _add_evaluate(commands: "_Commands[OneLineParser]") -> None:
    command = _add(
        commands, "evaluate", "measure quality on a folder of articles and questions, or compare"
    )
    command.add_argument(
        "folder",
        type=Path,
        nargs="?",
        metavar="DIR",
        help="with corpus.jsonl, queries.jsonl and qrels.tsv",
    )
    command.add_argument(
        "--json", action="store_true", help="everything, each outcome too, as one JSON document"
    )
    command.add_argument(
        "--plots", type=Path, metavar="FOLDER", help="write four pictures there (PNG)"
    )
    command.add_argument(
        "--compare",
        nargs=2,
        metavar=("A", "B"),
        help="instead of DIR: two files that --json wrote; show what changed from A to B",
    )


def _add_feedback(commands: "_Commands[OneLineParser]") -> None:
    command = _add(commands, "feedback", "readers' votes, and what nothing answered")
    kinds = command.add_subparsers(dest="feedback_command", required=True, metavar="WHAT")
    export = _add(kinds, "export", "write readers' votes as a folder for `evaluate`")
    export.add_argument(
        "folder", type=Path, metavar="DIR", help="a new folder, or an earlier export"
    )
    gaps = _add(kinds, "gaps", "list the questions that nothing answered, most asked first")
    gaps.add_argument("--json", action="store_true", help="the list as one JSON document")
