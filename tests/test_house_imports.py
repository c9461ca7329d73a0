"""Who may import whom, what is loaded when, and what is declared."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).parents[1]
LAYERS = ("bot", "retrieval", "corpus")
HEAVY = (
    "faiss",
    "feedparser",
    "lxml",
    "mammoth",
    "matplotlib",
    "numpy",
    "openvino",
    "pydantic",
    "pypdfium2",
    "rich",
    "sentence_transformers",
    "sqlalchemy",
    "tantivy",
    "telegram",
    "torch",
    "trafilatura",
    "transformers",
)
HOMES = {
    "telegram": "bot/telegram/",
    "faiss": "retrieval/vectors/",
    "matplotlib": "retrieval/plots.py",
    "openvino": "retrieval/embedders/",
    "tantivy": "retrieval/keywords.py",
    "tokenizers": "retrieval/embedders/",
    "sentence_transformers": ("retrieval/embedders/", "retrieval/rerankers/"),
    "torch": ("retrieval/embedders/", "retrieval/rerankers/"),
    "trafilatura": "corpus/readers/",
    "feedparser": "corpus/readers/feeds.py",
    "lxml": "corpus/readers/",
    "mammoth": "corpus/readers/word.py",
    "pypdfium2": "corpus/readers/pdf.py",
}
ONLY_INSTALLED = {
    "lxml-html-clean",  # trafilatura needs it and does not say so
    "sniffio",  # httpx and anyio look for it
    "torch",  # pinned: what sentence-transformers runs on
    "tzdata",  # zoneinfo looks for it
}
"""Dependencies no module of ours need import."""


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def project_table() -> dict[str, Any]:
    table: dict[str, Any] = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
    return table["project"]


def declared(requirements: list[str]) -> set[str]:
    return {canonical(re.split(r"[<>=!~\[; ]", line, maxsplit=1)[0]) for line in requirements}


def sources() -> Iterator[tuple[str, ast.Module]]:
    for layer in LAYERS:
        for path in sorted((PROJECT / layer).rglob("*.py")):
            yield path.relative_to(PROJECT).as_posix(), ast.parse(path.read_text("utf-8"))


def imported(tree: ast.Module) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
    return {name.partition(".")[0] for name in names}


def test_the_import_contracts_hold() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run(
        [linter, "--no-cache"], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize("library", HOMES)
def test_an_engine_is_known_at_its_home_only(library: str) -> None:
    strangers = [
        path
        for path, tree in sources()
        if library in imported(tree) and not path.startswith(HOMES[library])
    ]
    assert strangers == []


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['passagebot', '--help']\n"
        "from bot.__main__ import main\n"
        "try: main()\n"
        f"except SystemExit: sys.exit(' '.join(sorted(set(sys.modules) & set({HEAVY}))) or 0)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, f"--help loads {run.stderr}"
    assert run.stdout.startswith("usage: passagebot")


def test_every_library_the_code_imports_is_declared() -> None:
    distributions = packages_distributions()
    needed = {
        canonical(distributions[name][0])
        for _, tree in sources()
        for name in imported(tree) - set(LAYERS)
        if name not in sys.stdlib_module_names
    }
    table = project_table()
    optional = declared(table["optional-dependencies"]["plots"])
    assert needed - declared(table["dependencies"]) - optional == set()


def test_every_declared_dependency_is_used() -> None:
    distributions = packages_distributions()
    used = {
        canonical(distribution)
        for _, tree in sources()
        for name in imported(tree)
        for distribution in distributions.get(name, ())
    }
    assert declared(project_table()["dependencies"]) - used - ONLY_INSTALLED == set()


def test_every_dependency_has_a_tested_version() -> None:
    lines = (PROJECT / "constraints.txt").read_text("utf-8").splitlines()
    pinned = {canonical(line.partition("==")[0]) for line in lines if "==" in line}
    assert declared(project_table()["dependencies"]) - pinned == set()


def test_every_dependency_has_its_line_in_the_docs() -> None:
    table = project_table()
    wanted = declared(table["dependencies"]) | declared(table["optional-dependencies"]["dev"])
    rows = (PROJECT / "docs" / "dependencies.md").read_text("utf-8").splitlines()
    first_columns = [row.split("|")[1] for row in rows if row.startswith("| `")]
    listed = {canonical(name) for cell in first_columns for name in re.findall("`(.+?)`", cell)}
    assert listed == wanted


def test_no_test_uses_mocks() -> None:
    mocking = [
        path.name
        for path in (PROJECT / "tests").rglob("*.py")
        if re.search(r"^\s*(import|from) (unittest|mock)\b", path.read_text("utf-8"), re.MULTILINE)
    ]
    assert mocking == []
