"""What goes over the wire, and every way an answer can come or not."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.parser import BytesParser
from email.policy import HTTP

import pytest
from telegram import InputFile
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.telegram.client import Client, make_client
from bot.telegram.failures import Failure, failure_of
from bot.telegram.transport import AiohttpRequest, proxy_for
from bot.telegram.wire import Announcement, announced

TOKEN = "123456789:AAE-pretend-token-of-thirty-five-chars"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
TRUE = b'{"ok":true,"result":true}'


def ok(body: bytes = TRUE, *headers: str) -> bytes:
    lines = ["HTTP/1.1 200 OK", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


class Script:
    """A server that answers with the bytes it was given, one piece a request.

    An empty piece closes the connection; None leaves the request unanswered.
    """

    def __init__(self, *pieces: bytes | None) -> None:
        self.pieces = list(pieces)
        self.requests: list[tuple[bytes, bytes]] = []
        self.connections = 0
        self._asked = asyncio.Condition()

    async def asked(self, times: int) -> None:
        """Return once so many requests came."""
        async with self._asked:
            await self._asked.wait_for(lambda: len(self.requests) >= times)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
                self.requests.append((head, await reader.readexactly(length)))
                async with self._asked:
                    self._asked.notify_all()
                piece = self.pieces.pop(0) if self.pieces else ok()
                if piece is not None:
                    await self._answer(piece, writer)
                    if not piece or piece.endswith(b"<end>"):
                        break
        except (asyncio.IncompleteReadError, ConnectionResetError):
            pass
        finally:
            writer.close()

    async def _answer(self, piece: bytes, writer: asyncio.StreamWriter) -> None:
        for part in piece.removesuffix(b"<end>").split(b"<pause>"):
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(0)


@asynccontextmanager
async def a_client(script: Script, *, seconds: float = 20.0) -> AsyncIterator[Client]:
    listening = await asyncio.start_server(script.handle, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    request = AiohttpRequest(connections=4, seconds=seconds, connect_seconds=5)
    client = make_client(token=TOKEN, api_url=url, request=request)
    async with listening:
        yield client
        await request.shutdown()


async def types(client: Client) -> bool:
    return await client.send_chat_action(7, "typing")


async def test_parameters_travel_as_json_with_the_host_and_the_method() -> None:
    script = Script(ok(b'{"ok":true,"result":{"message_id":12}}'))
    async with a_client(script) as client:
        assert await client.post_text("Grüße", chat_id=7, message_thread_id=None) == 12
    head, body = script.requests[0]
    assert head.startswith(b"POST /bot%b/sendMessage HTTP/1.1\r\nHost: 127.0.0.1:" % TOKEN.encode())
    assert json.loads(body) == {
        "chat_id": 7,
        "text": "Grüße",
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
    }


async def test_a_file_travels_as_a_form_beside_the_parameters() -> None:
    script = Script()
    async with a_client(script) as client:
        file = InputFile(b"\x00\r\nline", filename="a b.txt")
        await client._post("setWebhook", {"url": "x", "certificate": file})
    head, body = script.requests[0]
    form = BytesParser(policy=HTTP).parsebytes(head.split(b"\r\n", 1)[1] + body)
    first, second = form.iter_parts()
    assert first.get_param("name", header="content-disposition") == "url"
    assert first.get_content() == "x"
    assert second.get_param("name", header="content-disposition") == "certificate"
    assert second.get_filename() == "a b.txt"
    assert second.get_payload(decode=True) == b"\x00\r\nline"


async def test_a_file_of_the_server_is_fetched_whole() -> None:
    content = bytes(range(256)) * 4000
    script = Script(ok(content))
    async with a_client(script) as client:
        assert await client.request.retrieve(f"{client.base_file_url}/a b.pdf?x=1") == content
    assert b"/a%20b.pdf?x=1 HTTP/1.1" in script.requests[0][0]


async def test_a_connection_is_used_again_until_the_server_closes_it() -> None:
    script = Script(ok(), ok(TRUE, "Connection: close"), ok())
    async with a_client(script) as client:
        for _ in range(3):
            assert await types(client)
    assert script.connections == 2


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{<end>",
        CHUNKED + b"5\r\n{}<end>",
        CHUNKED + b"long\r\n",
        b"SSH-2.0-OpenSSH\r\n\r\n",
        b"HTTP/1.1 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000,
        ok(b'{"ok":true,"result":{"mess'),
    ],
    ids=[
        "cut", "cut in the body", "cut in a chunk", "no chunk", "no HTTP", "no status",
        "no length", "endless head", "half JSON",
    ],
)  # fmt: skip
async def test_an_answer_that_breaks_off_or_is_none_leaves_the_fate_unknown(answer: bytes) -> None:
    script = Script(answer)
    async with a_client(script) as client:
        with pytest.raises(TelegramError) as caught:
            await types(client)
        assert failure_of(caught.value, has_left=True) is Failure.UNKNOWN
        assert await types(client), "the next request is not harmed"


async def test_a_server_that_says_nothing_is_given_up_and_its_connection_closed() -> None:
    script = Script(None)
    async with a_client(script, seconds=0.05) as client:
        with pytest.raises(TimedOut) as caught:
            await types(client)
        assert failure_of(caught.value, has_left=True) is Failure.UNKNOWN
        assert await types(client)
    assert script.connections == 2


async def test_what_the_server_refuses_is_told_by_its_status() -> None:
    refusal = b'{"ok":false,"description":"Bad Request: chat not found"}'
    wait = b'{"ok":false,"description":"Too Many","parameters":{"retry_after":3}}'
    script = Script(
        ok(refusal).replace(b"200 OK", b"400 Bad Request"), ok(wait).replace(b"200", b"429")
    )
    async with a_client(script) as client:
        with pytest.raises(BadRequest, match="Chat not found"):
            await types(client)
        with pytest.raises(RetryAfter):
            await types(client)


async def test_too_many_requests_without_a_pause_are_waited_out_as_well() -> None:
    script = Script(ok(b'{"ok":false,"description":"Too Many Requests"}').replace(b"200", b"429"))
    async with a_client(script) as client:
        with pytest.raises(NetworkError) as caught:
            await types(client)
    assert failure_of(caught.value, has_left=True) is Failure.TOO_FAST


async def test_no_more_connections_are_opened_than_allowed_and_waiting_has_an_end() -> None:
    script = Script(None, None, None, None)
    async with a_client(script) as client:
        waiting = [asyncio.create_task(types(client)) for _ in range(4)]
        await script.asked(4)
        with pytest.raises(NetworkError) as caught:
            await client.send_chat_action(7, "typing", pool_timeout=0.01)
        assert failure_of(caught.value, has_left=True) is Failure.NOT_SENT
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        assert await types(client), "what was cancelled gave its connection back"


async def test_an_idle_connection_on_which_something_comes_is_not_used_again() -> None:
    script = Script(ok() + b"HTTP/1.1 408 Request Timeout\r\n\r\n", ok())
    async with a_client(script) as client:
        assert await types(client)
        assert await types(client)
    assert script.connections == 2


async def test_a_message_that_comes_back_without_an_id_is_an_error() -> None:
    async with a_client(Script()) as client:
        with pytest.raises(TelegramError, match="which message"):
            await client.post_text("x", chat_id=7)


async def test_a_proxy_is_used_where_the_environment_names_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    script = Script()
    listening = await asyncio.start_server(script.handle, "127.0.0.1", 0)
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}")
    request = AiohttpRequest(connections=1, seconds=20, connect_seconds=5)
    client = make_client(token=TOKEN, api_url="http://far-away.example", request=request)
    async with listening:
        assert await types(client)
        await request.shutdown()
    assert script.requests[0][0].startswith(b"POST http://far-away.example/bot")


async def test_the_token_is_in_no_error() -> None:
    request = AiohttpRequest(connections=1, seconds=20, connect_seconds=5)
    client = make_client(token=TOKEN, api_url="http://no host", request=request)
    with pytest.raises(NetworkError) as caught:
        await types(client)
    await request.shutdown()
    assert TOKEN not in str(caught.value)


async def test_what_travels_in_several_pieces_announces_itself_once() -> None:
    script, told = Script(), []

    async def turn() -> None:
        told.append("turn")

    departing = Announcement(turn=turn, leaving=lambda: told.append("leaving"))
    async with a_client(script) as client:
        file = InputFile(bytes(1 << 20), filename="a.txt")
        with announced(departing):
            await client._post("setWebhook", {"url": "x", "certificate": file})
    assert told == ["turn", "leaving"]


@pytest.mark.parametrize(
    ("environment", "server", "proxy"),
    [
        ({}, "https://api.telegram.org", None),
        ({"https_proxy": "http://proxy:8"}, "https://api.telegram.org", "http://proxy:8"),
        ({"all_proxy": "http://proxy:8"}, "https://api.telegram.org", "http://proxy:8"),
        ({"http_proxy": "http://proxy:8"}, "https://api.telegram.org", None),
        ({"https_proxy": "http://p:8", "no_proxy": "example.org"}, "https://example.org", None),
    ],
)
def test_the_proxy_of_a_server_is_the_one_the_environment_names_for_it(
    environment: dict[str, str], server: str, proxy: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http", "https", "all", "no"):
        monkeypatch.delenv(f"{name}_proxy", raising=False)
        monkeypatch.delenv(f"{name.upper()}_PROXY", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert proxy_for(server) == proxy
