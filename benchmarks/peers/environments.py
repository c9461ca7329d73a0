"""One virtual environment for each peer, made from its pinned requirements."""

import hashlib
import subprocess
import sys
from pathlib import Path

REQUIREMENTS = Path(__file__).parent / "requirements"
_STAMP = "requirements.sha256"


def interpreter(name: str, work: Path) -> Path:
    """Return the Python of a peer's environment, made or made anew if its requirements changed."""
    wanted = REQUIREMENTS / f"{name}.txt"
    folder = work / name / "environment"
    python = folder / "bin" / "python"
    stamp = work / name / _STAMP
    digest = hashlib.sha256(wanted.read_bytes()).hexdigest()
    if not stamp.is_file() or stamp.read_text(encoding="ascii") != digest:
        print(f"peers: installing {name} into {folder} ...", file=sys.stderr, flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "-r", wanted], check=True, stdout=sys.stderr)
        stamp.write_text(digest, encoding="ascii")
    return python


def pinned(name: str) -> dict[str, str]:
    """Return the versions a peer's requirements name, by package."""
    lines = (REQUIREMENTS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.partition("==") for line in lines)
    return {package: version for package, equal, version in pairs if equal}
