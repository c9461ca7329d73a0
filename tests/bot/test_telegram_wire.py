"""Over real HTTP: what is noted when."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from telegram.error import NetworkError, TelegramError, TimedOut

from bot.telegram.client import Client, make_client
from bot.telegram.failures import Failure, failure_of
from bot.telegram.wire import Announcement, announced, leave

TOKEN = "123456789:AAE-pretend-token-of-thirty-five-chars"
OK = b'{"ok": true, "result": true}'


class Server:
    """A tiny HTTP server that records what had arrived when."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.body = OK
        self.cut = False
        self.delay = 0.0

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                self.log.append("headers")
                length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
                await reader.readexactly(length)
                self.log.append("body")
                await asyncio.sleep(self.delay)
                if self.cut:
                    break
                answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(self.body)
                writer.write(answer + self.body)
                await writer.drain()
        except asyncio.IncompleteReadError:
            pass
        finally:
            writer.close()


@asynccontextmanager
async def a_server() -> AsyncIterator[tuple[Server, str]]:
    server = Server()
    listening = await asyncio.start_server(server.handle, "127.0.0.1", 0)
    async with listening:
        port = listening.sockets[0].getsockname()[1]
        yield server, f"http://127.0.0.1:{port}"


@asynccontextmanager
async def a_client(url: str) -> AsyncIterator[Client]:
    client = make_client(token=TOKEN, api_url=url)
    yield client
    for request in client._request:
        await request.shutdown()


def noting(server: Server, name: str = "") -> Announcement:
    async def turn() -> None:
        server.log.append(f"turn{name}")
        await asyncio.sleep(0)

    return Announcement(turn=turn, leaving=lambda: server.log.append(f"leaving{name}"))


async def test_a_request_announces_itself_before_its_body_leaves() -> None:
    async with a_server() as (server, url), a_client(url) as client:
        with announced(noting(server)):
            assert await client.send_chat_action(7, "typing")
        assert await client.send_chat_action(7, "typing")
    assert [entry for entry in server.log if entry != "headers"] == [
        "turn",
        "leaving",
        "body",
        "body",
    ]


async def test_many_requests_announce_themselves_once_each() -> None:
    async with a_server() as (server, url), a_client(url) as client:
        server.delay = 0.2
        await asyncio.wait_for(
            asyncio.gather(*(announcing(client, server, number) for number in range(8))), 60
        )
    assert sorted(e for e in server.log if e.startswith("leaving")) == [
        f"leaving{number}" for number in range(8)
    ]
    assert server.log.count("body") == 8


async def announcing(client: Client, server: Server, number: int) -> None:
    with announced(noting(server, str(number))):
        await client.send_chat_action(7, "typing")


@pytest.mark.parametrize("where", ["turn", "leaving"])
async def test_what_fails_before_the_body_lets_others_leave(where: str) -> None:
    async with a_server() as (server, url), a_client(url) as client:

        async def turn() -> None:
            if where == "turn":
                raise OSError

        def leaving() -> None:
            if where == "leaving":
                raise OSError

        with announced(Announcement(turn=turn, leaving=leaving)), pytest.raises(NetworkError) as e:
            await client.send_chat_action(7, "typing")
        assert failure_of(e.value, has_left=False) is Failure.NOT_SENT
        with announced(noting(server)):
            assert await client.send_chat_action(7, "typing")
    assert server.log.count("body") == 1


async def test_a_connection_cut_in_the_answer_leaves_the_fate_unknown() -> None:
    async with a_server() as (server, url), a_client(url) as client:
        server.cut = True
        with announced(noting(server)), pytest.raises(TelegramError) as caught:
            await client.send_chat_action(7, "typing")
    assert failure_of(caught.value, has_left=True) is Failure.UNKNOWN


async def test_a_server_that_is_not_there_was_never_reached() -> None:
    async with a_server() as (_, url):
        pass
    async with a_client(url) as client:
        with pytest.raises(NetworkError) as caught:
            await client.send_chat_action(7, "typing")
    assert failure_of(caught.value, has_left=True) is Failure.NOT_SENT


async def test_a_request_nobody_announces_leaves_at_once() -> None:
    await leave()


async def test_an_answer_that_is_no_list_of_updates_is_none() -> None:
    async with a_server() as (_, url), a_client(url) as client:
        assert await client.raw_updates(offset=None, wait=0) == []


def test_a_client_talks_to_telegram_by_default() -> None:
    client = make_client(token=TOKEN, api_url=None)
    assert client.base_url == f"https://api.telegram.org/bot{TOKEN}"
    assert client.base_file_url == f"https://api.telegram.org/file/bot{TOKEN}"


def test_a_timeout_without_a_known_cause_is_unknown() -> None:
    assert failure_of(TimedOut(), has_left=True) is Failure.UNKNOWN
