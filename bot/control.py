"""The running bot's private door: a Unix socket beside the database, mode 0600.

Commands typed beside a running bot that need arXiv ask here, so that all requests of one operator
go through the one lane (design, decision 8). Both ends are here: `serve` and `Door`.
"""

import contextlib
import os
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator, Sequence
from http import HTTPStatus
from pathlib import Path

import aiohttp
import msgspec
from aiohttp import web

from bot.commands.services import OlderSearch
from bot.errors import ArxivError, ArxivUnreachable, StoreBusy
from bot.model import Paper

ANSWER_TIMEOUT = 3600.0  # seconds; the lane may be stopped, and says so by answering later
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
async def serve(database: Path, older: OlderSearch) -> AsyncIterator[None]:
    """Answer at the door until the context ends; a left-over socket file is replaced."""
    path = socket_path(database)
    path.unlink(missing_ok=True)
    app = web.Application(client_max_size=1024 * 1024)
    app.router.add_post("/older", _handler(older))
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


def _handler(older: OlderSearch) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(request: web.Request) -> web.Response:
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

    async def _ask(self, ask: Ask) -> Sequence[Paper]:
        timeout = aiohttp.ClientTimeout(total=ANSWER_TIMEOUT)
        try:
            with _within_reach(self._path) as address:
                async with (
                    aiohttp.ClientSession(
                        connector=aiohttp.UnixConnector(address), timeout=timeout
                    ) as session,
                    session.post("http://paperboy/older", data=msgspec.json.encode(ask)) as answer,
                ):
                    body = await answer.read()
        except (OSError, aiohttp.ClientError) as error:
            raise StoreBusy(
                f"The running Paperboy does not answer at {self._path}.",
                remedy="Is it starting or stopping? Try again in a minute.",
            ) from error
        if answer.status != HTTPStatus.OK:
            raise ArxivUnreachable(body.decode(errors="replace"))
        return msgspec.json.decode(body, type=tuple[Paper, ...])
