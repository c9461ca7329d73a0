"""The documents speak of files, commands and settings that exist."""

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
DOCUMENTS = [
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "docs/architecture.md",
    "docs/evaluating.md",
    "docs/models.md",
    "docs/languages.md",
    "docs/privacy.md",
]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_link_leads_to_a_file(name: str) -> None:
    document = PROJECT / name
    targets = re.findall(r"\]\((?!https?:)([^)#]+)\)", document.read_text("utf-8"))
    assert [t for t in targets if not (document.parent / t).exists()] == []


def test_every_path_the_architecture_names_exists() -> None:
    text = (PROJECT / "docs" / "architecture.md").read_text("utf-8")
    paths = re.findall(r"`((?:bot|retrieval|corpus)/[\w/.]+)`", text)
    assert len(paths) > 20
    assert [path for path in paths if not (PROJECT / path).exists()] == []
