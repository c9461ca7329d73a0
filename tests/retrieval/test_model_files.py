"""How a model is fetched: what is kept here first, then the hub if it answers, else one line."""

import socket
from collections.abc import Iterator

import huggingface_hub.constants
import pytest

from retrieval.embedders.model_files import ModelPlace, loaded
from retrieval.errors import ModelError

ON_THE_HUB = ModelPlace(source="some/model", name="some/model", revision=None)
IN_A_FOLDER = ModelPlace(source="/models/some", name="/models/some", revision="0123")


class Loading:
    """Loads "the model", kept here or not; `asked` tells which calls kept to what is here."""

    def __init__(self, *, kept: bool, fetched: bool = True, error: str = "not here") -> None:
        self._kept = kept
        self._fetched = fetched
        self._error = error
        self.asked: list[bool] = []

    def __call__(self, *, local_files_only: bool) -> str:
        self.asked.append(local_files_only)
        if self._kept if local_files_only else self._fetched:
            return "the model"
        raise OSError(self._error)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """A hub on this machine that accepts connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", address)
        yield server


@pytest.fixture
def silent_hub(hub: socket.socket) -> None:
    hub.close()


def load(loading: Loading, place: ModelPlace = ON_THE_HUB) -> str:
    return loaded(loading, place, kind="a model", setting="PASSAGEBOT_MODEL")


def refusal(loading: Loading, place: ModelPlace = ON_THE_HUB) -> str:
    with pytest.raises(ModelError) as caught:
        load(loading, place)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("place", [ON_THE_HUB, IN_A_FOLDER])
@pytest.mark.usefixtures("silent_hub")
def test_a_model_that_is_kept_is_loaded_without_the_network(place: ModelPlace) -> None:
    loading = Loading(kept=True)
    assert load(loading, place) == "the model"
    assert loading.asked == [True]


@pytest.mark.usefixtures("hub")
def test_a_model_that_is_not_kept_is_fetched_from_a_hub_that_answers() -> None:
    loading = Loading(kept=False)
    assert load(loading) == "the model"
    assert loading.asked == [True, False]


@pytest.mark.usefixtures("silent_hub")
def test_nothing_is_tried_at_a_hub_that_does_not_answer() -> None:
    loading = Loading(kept=False)
    assert "nor reachable on the model hub" in refusal(loading)
    assert loading.asked == [True]


@pytest.mark.usefixtures("hub")
def test_nothing_is_fetched_when_the_user_works_offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    loading = Loading(kept=False)
    assert "check PASSAGEBOT_MODEL and the network" in refusal(loading)
    assert loading.asked == [True]


@pytest.mark.usefixtures("silent_hub")
def test_behind_a_proxy_only_the_client_can_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    loading = Loading(kept=False)
    assert load(loading) == "the model"
    assert loading.asked == [True, False]


@pytest.mark.usefixtures("hub")
def test_a_model_the_hub_does_not_have_is_one_line() -> None:
    loading = Loading(kept=False, fetched=False, error="401 Client Error\nmore of it")
    assert "401 Client Error" in refusal(loading)
    assert loading.asked == [True, False]


@pytest.mark.usefixtures("hub")
def test_code_that_may_not_run_and_damaged_folders_are_not_looked_for_elsewhere() -> None:
    coded = Loading(kept=False, error="please pass trust_remote_code=True")
    assert "PASSAGEBOT_TRUST_MODEL_CODE" in refusal(coded)
    damaged = Loading(kept=False, error="header too small")
    assert "cannot be loaded (header too small)" in refusal(damaged, IN_A_FOLDER)
    assert coded.asked == damaged.asked == [True]
