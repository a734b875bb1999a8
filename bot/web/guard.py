"""What surrounds every answer: who may come in, how long and how large, headers, errors in words.

aiohttp middlewares, outermost first: `headers`, `errors`, then `Door` (private listener only), then
`measured`. What is decided stands in `access` (pure); this is the shell around it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from aiohttp import web
from aiohttp.typedefs import Middleware

from bot.errors import PaperboyError
from bot.limits import ListenLimits
from bot.ports import Elapsed
from bot.web.access import (
    Access,
    Asked,
    Verdict,
    cookie_value,
    judge,
    same_token,
)
from bot.web.html import plain_page, templates
from bot.web.routes import CLOSING, Handler, Route

T = TypeVar("T")

log = logging.getLogger(__name__)

COOKIE = "paperboy"
_FIELDS = 100
_YEAR = 365 * 24 * 3600
_BODILESS = frozenset({"GET", "HEAD"})
# Own files only; nothing inline, nothing framed, nothing from elsewhere. `same-origin` for the
# referrer keeps arXiv from seeing our addresses but lets our forms carry their Origin.
HEADERS = {
    "Server": "Paperboy",  # else aiohttp tells its version, and Python's
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_REFUSED = {
    Verdict.WRONG_HOST: (
        "This is not the address of this page",
        "The request names another host than this machine.",
        "Open the address that Paperboy printed, or set web.public_url to the one you use.",
    ),
    Verdict.WRONG_ORIGIN: (
        "This did not come from this page",
        "Nothing was done.",
        "Open the page itself and try it there.",
    ),
    Verdict.NO_TOKEN_SET: (
        "This page needs a token here",
        "It is reached through a proxy, and no token is set.",
        "Set web.token in the config (openssl rand -hex 16) and restart Paperboy.",
    ),
}
_WORDS = {
    404: ("There is nothing at this address", "", "Go to the page's start."),
    405: ("This cannot be asked for like that", "Nothing was done.", ""),
    408: ("The request took too long to arrive", "Nothing was done.", "Try again."),
    413: ("That is too much text", "Nothing was done.", "Send it in smaller pieces."),
    429: ("Too many wrong tokens", "None is looked at for a minute.", "Try again later."),
    503: ("This takes longer than it should", "", "Try again in a moment."),
}


def _page(status: int, title: str, text: str = "", remedy: str = "") -> web.Response:
    body = plain_page(title, text, remedy)
    return web.Response(text=body, content_type="text/html", status=status)


@web.middleware
async def headers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give every answer the headers that keep browsers strict, errors included."""
    response = await handler(request)
    if not response.prepared:
        add_headers(response)
    return response


def add_headers(response: web.StreamResponse) -> None:
    """Set the strict headers; streams call this before they begin."""
    response.headers.update(HEADERS)
    response.headers.setdefault("Cache-Control", "no-store")


@web.middleware
async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Say in words what went wrong; what is our defect goes to the log, not to the reader."""
    try:
        return await handler(request)
    except web.HTTPRedirection as there:
        return web.Response(status=there.status, headers={"Location": there.headers["Location"]})
    except web.HTTPException as error:
        words = _WORDS.get(error.status, ("This request cannot be answered", "", ""))
        answer = _page(error.status, *words)
        if "Allow" in error.headers:
            answer.headers["Allow"] = error.headers["Allow"]
        return answer
    except PaperboyError as error:
        log.warning("a page could not be made: %s", error, extra={"action": "web.failed"})
        return _page(503, "This cannot be shown now", str(error), error.remedy)
    except Exception:  # the edge: a defect in one page neither ends the listener nor shows itself
        log.exception("a page could not be made", extra={"action": "web.defect"})
        return _page(500, "That is a defect of Paperboy", "It is written in the log.", "")


class Work:
    """What the routes of one listener are doing; `close`, then `cancel` end it."""

    def __init__(self, limits: ListenLimits) -> None:
        self._limits = limits
        self._tasks: set[asyncio.Task[web.StreamResponse]] = set()
        self._closing = asyncio.Event()

    def measured(self, route: Route) -> Handler:
        """Return the route's handler, given its whole body in time and timed itself."""
        limits = self._limits

        async def answer(request: web.Request) -> web.StreamResponse:
            await _within(limits.body_timeout, request.read(), web.HTTPRequestTimeout)
            if route.stream:
                request[CLOSING] = self._closing
                return await route.handler(request)
            work = _within(
                limits.answer_timeout, route.handler(request), web.HTTPServiceUnavailable
            )
            return await (work if request.method in _BODILESS else self._to_its_end(work))

        return answer

    async def _to_its_end(
        self, work: Coroutine[Any, Any, web.StreamResponse]
    ) -> web.StreamResponse:
        """A reader who leaves ends what was only for their eyes, never a command half-way."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return await asyncio.shield(task)

    def _ended(self, task: asyncio.Task[web.StreamResponse]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.debug("a command ended with %s", error, extra={"action": "web.command_failed"})

    def close(self) -> None:
        """Tell the streams to end."""
        self._closing.set()

    async def cancel(self) -> None:
        """Cancel what is still under way, and wait for it."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _within(seconds: float, work: Awaitable[T], late: Callable[[], web.HTTPException]) -> T:
    try:
        async with asyncio.timeout(seconds) as timer:
            return await work
    except TimeoutError:
        if timer.expired():
            raise late() from None
        raise


class Door:
    """The middleware of the private listener: judges, and lets people show the token once."""

    def __init__(self, access: Access, limits: ListenLimits, elapsed: Elapsed) -> None:
        self._access = access
        self._limits = limits
        self._elapsed = elapsed
        self._wrong: list[float] = []

    def middleware(self, open_routes: frozenset[web.AbstractRoute]) -> Middleware:
        """Return the middleware; `open_routes` need no token (they still check Host, Origin)."""

        @web.middleware
        async def door(request: web.Request, handler: Handler) -> web.StreamResponse:
            verdict = judge(asked(request), self._access)
            if verdict in _REFUSED:
                log.warning("refused: %s", verdict.value, extra={"action": "web.refused"})
                return _page(403, *_REFUSED[verdict])
            if request.method in _BODILESS and "token" in request.query:
                return self._enter(request, request.query["token"], _own_path(request))
            if verdict is Verdict.WELCOME or request.match_info.route in open_routes:
                return await handler(request)
            if _followed_from_elsewhere(request):
                return _go_on(_own_path(request, query=True))
            return _login(401)

        return door

    def routes(self) -> tuple[Route, ...]:
        """Return the form's address, for people who have the token but not the link."""
        return (Route("POST", "/login", self._login, open=True),)

    async def _login(self, request: web.Request) -> web.StreamResponse:
        fields = await read_fields(request)
        return self._enter(request, fields.get("token", ""), "/")

    def _enter(self, request: web.Request, token: str, path: str) -> web.StreamResponse:
        now = self._elapsed.now()
        self._wrong = [at for at in self._wrong if now - at < self._limits.wrong_window]
        if len(self._wrong) >= self._limits.wrong_tokens:
            raise web.HTTPTooManyRequests
        if self._access.token and not same_token(token.strip(), self._access):
            self._wrong.append(now)
            log.warning("a wrong token", extra={"action": "web.wrong_token"})
            return _login(403, wrong=True)
        return self._welcome(request, path)

    def _welcome(self, request: web.Request, path: str) -> web.Response:
        answer = _go_on(path)
        if self._access.token:
            secure = request.secure or request.headers.get("X-Forwarded-Proto") == "https"
            answer.set_cookie(
                COOKIE, cookie_value(self._access), max_age=_YEAR, path="/",
                httponly=True, samesite="Strict", secure=secure,
            )  # fmt: skip
        return answer


def _login(status: int, *, wrong: bool = False) -> web.Response:
    page = templates().get_template("login.html").render(wrong=wrong)
    return web.Response(text=page, content_type="text/html", status=status)


def _go_on(path: str) -> web.Response:
    """Return a page that goes on to `path` by itself.

    Not a redirect: after a link on another site, browsers hold a strict cookie back from
    everything that a redirect leads to. From a page of ours they send it.
    """
    page = templates().get_template("welcome.html").render(path=path)
    return web.Response(text=page, content_type="text/html")


def _followed_from_elsewhere(request: web.Request) -> bool:
    """Whether the cookie may be missing only because another site's link led here."""
    site = request.headers.get("Sec-Fetch-Site")
    return request.method == "GET" and site in ("cross-site", "same-site")


def _own_path(request: web.Request, *, query: bool = False) -> str:
    """Return the path to go on to; never one that leads to another host ("//host")."""
    url = request.rel_url
    path = "/" + url.raw_path.lstrip("/\\")
    return f"{path}?{url.raw_query_string}" if query and url.raw_query_string else path


async def read_fields(request: web.Request) -> Mapping[str, str]:
    """Return the fields of a form that was sent; lines end in newlines alone.

    Raises `HTTPUnsupportedMediaType` for anything but a plain form, `HTTPBadRequest` for one that
    cannot be read.
    """
    if request.content_type != "application/x-www-form-urlencoded":
        raise web.HTTPUnsupportedMediaType
    try:
        text = (await request.read()).decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_FIELDS)
    except ValueError as error:
        raise web.HTTPBadRequest from error
    return {name: value.replace("\r\n", "\n") for name, value in pairs}


def asked(request: web.Request) -> Asked:
    """Return what the rules look at."""
    names = {name.casefold() for name in request.headers}
    peer = request.transport.get_extra_info("peername") if request.transport else None
    return Asked(
        method=request.method,
        headers={name: tuple(request.headers.getall(name)) for name in names},
        peer=str(peer[0]) if peer else "",
        cookie=request.cookies.get(COOKIE, ""),
    )
