"""The running bot's private door: a Unix socket beside the database, mode 0600.

Commands typed beside a running bot that write, or need arXiv, ask here: all requests of one
operator go through the one lane, and one program writes (design, decision 8). Both ends are here:
`serve` and `Door`.
"""

import contextlib
import io
import os
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator, Sequence
from http import HTTPStatus
from pathlib import Path

import aiohttp
import msgspec
from aiohttp import web

from bot.commands.services import OlderSearch
from bot.errors import (
    ArxivError,
    ArxivUnreachable,
    NotTaken,
    OperatorError,
    StoreBusy,
    UserError,
)
from bot.model import Paper

ANSWER_TIMEOUT = 3600.0  # seconds; the lane may be stopped, and says so by answering later
MOST = 64 * 1024 * 1024  # bytes of one question: a file of 100,000 subscriptions has about 30
Take = Callable[[str], Awaitable[str]]
LONGEST_ADDRESS = 100  # bytes; Linux takes 107, macOS 103
SHORT_FOLDER = "/tmp"  # noqa: S108 - a private folder is made in it; TMPDIR may be long, too


class Ask(msgspec.Struct, frozen=True):
    """What is asked: a search in arXiv's syntax, or papers by identifier."""

    query: str = ""
    size: int = 0
    ids: tuple[str, ...] = ()


def socket_path(database: Path) -> Path:
    """Return where the door of the bot that holds this database is."""
    return database.with_name(database.name + ".sock")


@contextlib.asynccontextmanager
async def serve(database: Path, older: OlderSearch | None, take: Take) -> AsyncIterator[None]:
    """Answer at the door until the context ends; a left-over socket file is replaced.

    `older` None: without network (replay). `take` brings in a file of subscriptions.
    """
    path = socket_path(database)
    path.unlink(missing_ok=True)
    app = web.Application(client_max_size=MOST)
    app.router.add_post("/older", _handler(older))
    app.router.add_post("/import", _taker(take))
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    before = os.umask(0o177)
    try:
        with _within_reach(path) as address:
            await web.UnixSite(runner, address).start()
    finally:
        os.umask(before)
    try:
        yield
    finally:
        await runner.cleanup()
        path.unlink(missing_ok=True)


@contextlib.contextmanager
def _within_reach(path: Path) -> Iterator[str]:
    """Yield an address of the socket that the kernel takes: a link to its folder if it is long."""
    if len(os.fsencode(path)) <= LONGEST_ADDRESS:
        yield str(path)
        return
    with tempfile.TemporaryDirectory(prefix="paperboy-", dir=SHORT_FOLDER) as folder:
        link = Path(folder, "to")
        link.symlink_to(path.parent.absolute())
        yield str(link / path.name)


def _taker(take: Take) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(request: web.Request) -> web.Response:
        try:
            return web.Response(text=await take((await request.read()).decode()))
        except UserError as error:
            return web.Response(status=HTTPStatus.UNPROCESSABLE_ENTITY, text=str(error))
        except OperatorError as error:
            text = f"{error} {error.remedy}".strip()
            return web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE, text=text)

    return answer


def _handler(older: OlderSearch | None) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(request: web.Request) -> web.Response:
        if older is None:
            text = "This Paperboy replays saved days: it does not ask arXiv."
            return web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE, text=text)
        try:
            ask = msgspec.json.decode(await request.read(), type=Ask)
            papers = await (older.by_ids(ask.ids) if ask.ids else older.search(ask.query, ask.size))
        except msgspec.MsgspecError as error:
            return web.Response(status=HTTPStatus.BAD_REQUEST, text=str(error))
        except ArxivError as error:
            text = f"{error} {error.remedy}".strip()
            return web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE, text=text)
        return web.Response(body=msgspec.json.encode(papers), content_type="application/json")

    return answer


class Door:
    """Asks the running bot; the same port as asking arXiv itself."""

    def __init__(self, database: Path) -> None:
        self._path = socket_path(database)

    async def search(self, query: str, size: int) -> Sequence[Paper]:
        """Return up to `size` papers, newest first. Raises `StoreBusy`, `ArxivError`."""
        return await self._ask(Ask(query=query, size=size))

    async def by_ids(self, ids: Collection[str]) -> Sequence[Paper]:
        """Return the papers with these identifiers. Raises `StoreBusy`, `ArxivError`."""
        return await self._ask(Ask(ids=tuple(ids)))

    async def bring_in(self, text: str) -> str:
        """Let the running bot take a file of subscriptions; return what became of them.

        Raises `NotTaken` as `exchange.form` does, `StoreBusy`.
        """
        status, body = await self._post("/import", text.encode())
        if status == HTTPStatus.UNPROCESSABLE_ENTITY:
            raise NotTaken(body.decode())
        if status != HTTPStatus.OK:
            raise StoreBusy(body.decode(errors="replace"))
        return body.decode()

    async def _ask(self, ask: Ask) -> Sequence[Paper]:
        status, body = await self._post("/older", msgspec.json.encode(ask))
        if status != HTTPStatus.OK:
            raise ArxivUnreachable(body.decode(errors="replace"))
        return msgspec.json.decode(body, type=tuple[Paper, ...])

    async def _post(self, path: str, content: bytes) -> tuple[int, bytes]:
        timeout = aiohttp.ClientTimeout(total=ANSWER_TIMEOUT)
        try:
            with _within_reach(self._path) as address:
                async with (
                    aiohttp.ClientSession(
                        connector=aiohttp.UnixConnector(address), timeout=timeout
                    ) as session,
                    session.post(f"http://paperboy{path}", data=io.BytesIO(content)) as answer,
                ):
                    return answer.status, await answer.read()
        except (OSError, aiohttp.ClientError) as error:
            raise StoreBusy(
                f"The running Paperboy does not answer at {self._path}.",
                remedy="Is it starting or stopping? Try again in a minute.",
            ) from error
