"""The engine of a library, loaded beside the rest of the start: half of it is not Python's work."""

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from bot.settings import Settings

if TYPE_CHECKING:
    from retrieval.protocols import Embedder

ASKING = {"ask": 1, "chat": 1, "serve": None}
"""Commands that embed questions, whatever else they do, and how many of them side by side: `None`
is as many as suits many askers."""


class EarlyLoading:
    """Loads the engine of a library's own model in a thread, if one is kept there.

    Nothing is written, and no model is loaded on torch. What fails here is tried again by whoever
    needs the model, and told there.
    """

    def __init__(self, settings: Settings, *, at_once: int | None = None) -> None:
        """Begin now. `at_once` is how many questions are embedded side by side."""
        with_one = ThreadPoolExecutor(1, thread_name_prefix="early loading")
        self._found = with_one.submit(_engine, settings, at_once)
        with_one.shutdown(wait=False)

    def take(self, model: str) -> "Embedder | None":
        """Return the engine if it is of `model` and can serve; wait for it if need be."""
        if self._found.exception() is not None:
            return None
        name, embedder = self._found.result()
        return embedder if name == model else None


def _engine(settings: Settings, at_once: int | None) -> tuple[str, "Embedder | None"]:
    """Return a library's model and its engine, after a first run that makes the next ones quick."""
    # All of it is imported here, while the caller imports the rest.
    from retrieval.embedders.engines import Engines  # noqa: PLC0415
    from retrieval.embedders.openvino_runtime import questions_at_once  # noqa: PLC0415
    from retrieval.manifest import FOLDER, read_manifest  # noqa: PLC0415

    manifest = read_manifest(settings.library / FOLDER)
    model = settings.model or (manifest.space.model if manifest else "")
    engines = Engines(
        settings.library,
        device=settings.device,
        threads=settings.threads,
        at_once=at_once or questions_at_once(settings.threads),
    )
    embedder = engines.kept(model) if model else None
    if embedder is not None:
        embedder.embed_question(model)
    return model, embedder
