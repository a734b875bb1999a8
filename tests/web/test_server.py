import asyncio
import socket
from dataclasses import replace

import aiohttp
import pytest
from aiohttp import web

from bot.errors import ListenError, StoreBusy
from bot.limits import ListenLimits
from bot.web.access import access_for
from bot.web.address import Address
from bot.web.assets import asset_url
from bot.web.guard import COOKIE, read_fields
from bot.web.routes import Route
from bot.web.server import open_private, open_public
from tests.web.serving import ANY_PORT, SHORT, listening, raw

TOKEN = "correct horse battery"
GUARDED = access_for(Address("0.0.0.0", 0), TOKEN)


async def hello(_request: web.Request) -> web.StreamResponse:
    return web.Response(text="<p>hello", content_type="text/html")


async def echo(request: web.Request) -> web.StreamResponse:
    return web.json_response(dict(await read_fields(request)))


async def stuck(_request: web.Request) -> web.StreamResponse:
    await asyncio.Event().wait()
    raise AssertionError


async def broken(_request: web.Request) -> web.StreamResponse:
    raise RuntimeError("insides that nobody should see")


async def busy(_request: web.Request) -> web.StreamResponse:
    raise StoreBusy("The database is in use.", remedy="Wait a moment.")


async def away(_request: web.Request) -> web.StreamResponse:
    raise web.HTTPSeeOther("/")


ROUTES = (
    Route("GET", "/away", away),
    Route("GET", "/", hello),
    Route("GET", "/deep/{name}", hello),
    Route("POST", "/echo", echo),
    Route("GET", "/stuck", stuck),
    Route("GET", "/broken", broken),
    Route("GET", "/busy", busy),
)


async def test_every_answer_carries_the_strict_headers_errors_too() -> None:
    async with listening(ROUTES) as at, aiohttp.ClientSession() as client:
        for path in ("", "nothing-here", "broken", "busy", "away"):
            async with client.get(at.url + path, allow_redirects=False) as answer:
                assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
                assert "unsafe" not in answer.headers["Content-Security-Policy"]
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
                assert answer.headers["X-Frame-Options"] == "DENY"
                assert answer.headers["Referrer-Policy"] == "same-origin"
                assert answer.headers["Cache-Control"] == "no-store"


async def test_errors_are_told_in_words_and_never_show_our_insides() -> None:
    async with listening(ROUTES) as at, aiohttp.ClientSession() as client:
        async with client.get(at.url + "nothing-here") as answer:
            assert answer.status == 404
            assert "There is nothing at this address" in await answer.text()
        async with client.get(at.url + "broken") as answer:
            assert answer.status == 500
            assert "insides" not in await answer.text()
        async with client.get(at.url + "busy") as answer:
            assert answer.status == 503
            assert "Wait a moment." in await answer.text()
        async with client.delete(at.url, headers={"Origin": at.url[:-1]}) as answer:
            assert answer.status == 405
            assert answer.headers["Allow"] == "GET,HEAD"


async def test_a_foreign_host_header_gets_nothing() -> None:
    async with listening(ROUTES) as at:
        foreign = b"GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
        assert b" 403 " in await raw(at, foreign)
        assert b"hello" not in await raw(at, foreign)
    # Host twice: refused by the parser or by us, never answered with the page.
    async with listening(ROUTES) as at:
        twice = b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\nConnection: close\r\n\r\n"
        assert b"hello" not in await raw(at, twice)
        none = b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n"
        assert b"hello" not in await raw(at, none)


async def test_a_form_from_another_page_changes_nothing() -> None:
    async with listening(ROUTES) as at, aiohttp.ClientSession() as client:
        for origin in ("http://evil.example", "null"):
            headers = {"Origin": origin}
            async with client.post(at.url + "echo", data={"a": "1"}, headers=headers) as answer:
                assert answer.status == 403
        async with client.post(at.url + "echo", data={"a": "1"}) as answer:
            assert answer.status == 403
        own = {"Origin": at.url[:-1]}
        async with client.post(at.url + "echo", data={"a": "1\r\n2"}, headers=own) as answer:
            assert await answer.json() == {"a": "1\n2"}


async def test_only_plain_forms_are_read() -> None:
    async with listening(ROUTES) as at, aiohttp.ClientSession() as client:
        own = {"Origin": at.url[:-1]}
        async with client.post(at.url + "echo", json={"a": 1}, headers=own) as answer:
            assert answer.status == 415
        form = own | {"Content-Type": "application/x-www-form-urlencoded"}
        for body in (b"a=\xff", b"a=%ff", b"&".join(b"a=1" for _ in range(200))):
            async with client.post(at.url + "echo", data=body, headers=form) as answer:
                assert answer.status == 400


async def test_beyond_this_machine_nothing_is_shown_without_the_token() -> None:
    async with listening(ROUTES, GUARDED) as at, aiohttp.ClientSession() as client:
        for path in ("", "deep/x", "nothing-here", "broken"):
            async with client.get(at.url + path) as answer:
                assert answer.status == 401
                assert "This page needs its token" in await answer.text()
        async with client.get(at.url, headers={"Authorization": f"Bearer {TOKEN}"}) as answer:
            assert await answer.text() == "<p>hello"
        async with client.get(at.url + asset_url("page.css")[1:]) as answer:
            assert answer.status == 200


async def test_a_link_with_the_token_opens_the_page_for_good() -> None:
    jar = aiohttp.CookieJar(unsafe=True)  # cookies for a number instead of a name
    async with listening(ROUTES, GUARDED) as at, aiohttp.ClientSession(cookie_jar=jar) as client:
        async with client.get(at.url + "deep/x", params={"token": TOKEN}) as answer:
            cookie = answer.headers["Set-Cookie"]
            text = await answer.text()
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        assert TOKEN not in cookie
        assert TOKEN not in text
        assert 'content="0; url=/deep/x"' in text
        async with client.get(at.url) as answer:
            assert await answer.text() == "<p>hello"


async def test_a_link_on_another_site_does_not_ask_for_the_token_again() -> None:
    # The browser holds the strict cookie back on this first step; from our own page it sends it.
    followed = {
        "Sec-Fetch-Site": "cross-site",
        "Sec-Fetch-Mode": "navigate",
        "Sec-Fetch-Dest": "document",
    }
    async with listening(ROUTES, GUARDED) as at, aiohttp.ClientSession() as client:
        async with client.get(at.url + "deep/x?y=1", headers=followed) as answer:
            text = await answer.text()
        assert 'content="0; url=/deep/x?y=1"' in text
        assert "hello" not in text
        own = followed | {"Sec-Fetch-Site": "same-origin"}
        async with client.get(at.url + "deep/x?y=1", headers=own) as answer:
            assert answer.status == 401


async def test_behind_tls_the_cookie_is_kept_to_tls() -> None:
    async with listening(ROUTES, GUARDED) as at, aiohttp.ClientSession() as client:
        headers = {"X-Forwarded-Proto": "https"}
        async with client.get(at.url, params={"token": TOKEN}, headers=headers) as answer:
            assert "Secure" in answer.headers["Set-Cookie"]


async def test_the_token_may_be_typed_into_the_form() -> None:
    async with listening(ROUTES, GUARDED) as at, aiohttp.ClientSession() as client:
        own = {"Origin": at.url[:-1]}
        async with client.post(at.url + "login", data={"token": TOKEN}, headers=own) as answer:
            assert COOKIE in answer.cookies
        async with client.post(at.url + "login", data={"token": "no"}, headers=own) as answer:
            assert answer.status == 403
            assert "That is not the token" in await answer.text()
            assert not answer.cookies


async def test_guessing_is_stopped_and_the_right_token_waits_with_it() -> None:
    limits = replace(ListenLimits(), wrong_tokens=3)
    async with listening(ROUTES, GUARDED, limits) as at, aiohttp.ClientSession() as client:
        statuses = []
        for guess in ("a", "b", "c", "d", TOKEN):
            async with client.get(at.url, params={"token": guess}) as answer:
                statuses.append(answer.status)
        assert statuses == [403, 403, 403, 429, 429]


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example/",
        "/%2f%2fevil.example",
        "/\\evil.example",
        "/..//evil.example",
        "/%0d%0aX:y",
    ],
)
async def test_a_token_link_never_leads_to_another_host(path: str) -> None:
    async with listening(ROUTES, GUARDED) as at:
        request = f"GET {path}?token={TOKEN.replace(' ', '%20')} HTTP/1.1\r\nHost: localhost\r\n"
        text = (await raw(at, f"{request}Connection: close\r\n\r\n".encode())).decode()
    assert "url=//" not in text
    assert "url=/\\" not in text
    assert "\r\nX:y" not in text


async def test_a_proxy_header_is_refused_where_no_token_is_set() -> None:
    proxied = b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 10.0.0.1\r\n"
    async with listening(ROUTES) as at:
        answer = await raw(at, proxied + b"Connection: close\r\n\r\n")
    assert b" 403 " in answer
    assert b"web.token" in answer


@pytest.mark.parametrize(
    "path",
    ["/assets/../page.css", "/assets/%2e%2e/%2e%2e/guard.py", "/assets/..%2f..%2fguard.py",
     "/assets//etc/passwd", "/assets/page.css", "/assets/%00", "/deep/../../../etc/passwd",
     "/assets/....//page.css"],
)  # fmt: skip
async def test_no_path_leads_to_a_file(path: str) -> None:
    async with listening(ROUTES) as at:
        answer = await raw(
            at, f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
        )
    assert answer.split(b" ", 2)[1] in (b"400", b"404")
    assert b"root:" not in answer
    assert b"import" not in answer


async def test_assets_keep_for_ever_under_a_name_with_their_hash() -> None:
    async with listening(ROUTES) as at, aiohttp.ClientSession() as client:
        url = at.url + asset_url("page.css")[1:]
        async with client.get(url) as answer:
            assert answer.content_type == "text/css"
            assert "immutable" in answer.headers["Cache-Control"]
            tag = answer.headers["ETag"]
        async with client.get(url, headers={"If-None-Match": tag}) as answer:
            assert answer.status == 304


async def test_an_oversized_body_is_refused_declared_or_not() -> None:
    limits = replace(SHORT, body_max=1_000)
    async with listening(ROUTES, limits=limits) as at:
        head = f"POST /echo HTTP/1.1\r\nHost: localhost\r\nOrigin: {'http://localhost'}\r\n"
        declared = f"{head}Connection: close\r\nContent-Length: 5000\r\n\r\n{'x' * 5000}"
        assert b" 413 " in await raw(at, declared.encode())
        chunk = f"3e8\r\n{'x' * 1000}\r\n" * 5 + "0\r\n\r\n"
        chunked = f"{head}Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n{chunk}"
        assert b" 413 " in await raw(at, chunked.encode())


async def test_overlong_lines_and_too_many_headers_are_refused() -> None:
    async with listening(ROUTES) as at:
        long = f"GET /{'a' * 20_000} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        assert b" 400 " in await raw(at, long.encode())
        many = "".join(f"X-{number}: y\r\n" for number in range(500))
        crowded = f"GET / HTTP/1.1\r\nHost: localhost\r\n{many}Connection: close\r\n\r\n"
        assert b" 400 " in await raw(at, crowded.encode())


async def test_a_body_that_drips_is_not_waited_for() -> None:
    async with listening(ROUTES, limits=SHORT) as at:
        head = "POST /echo HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n"
        answer = await raw(at, f"{head}Content-Length: 100\r\n\r\na=".encode())
    assert b" 408 " in answer


@pytest.mark.parametrize("start", [b"", b"GET / HTTP/1.1\r\nHost: local"])
async def test_a_connection_that_never_finishes_asking_is_closed(start: bytes) -> None:
    async with listening(ROUTES, limits=SHORT) as at:
        assert await raw(at, start) == b""


async def test_an_answer_that_takes_too_long_says_so() -> None:
    async with listening(ROUTES, limits=SHORT) as at:
        answer = await raw(
            at, b"GET /stuck HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        )
    assert b" 503 " in answer


async def test_too_many_connections_are_turned_away_and_room_comes_back() -> None:
    limits = replace(SHORT, connections=2, idle_timeout=30.0)
    async with listening(ROUTES, limits=limits) as at:
        held = [await asyncio.open_connection("127.0.0.1", at.address.port) for _ in range(2)]
        assert b" 503 " in await raw(at, b"")
        for _, writer in held:
            writer.close()
            await writer.wait_closed()
        request = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        answers = [await raw(at, request) for _ in range(20)]
        assert b" 200 " in answers[-1]


async def test_a_command_is_finished_even_if_the_reader_leaves() -> None:
    begun, go_on, done = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def command(_request: web.Request) -> web.StreamResponse:
        begun.set()
        await go_on.wait()
        done.set()
        return web.Response(text="done")

    async with listening([Route("POST", "/do", command)]) as at:
        _, writer = await asyncio.open_connection("127.0.0.1", at.address.port)
        writer.write(b"POST /do HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n\r\n")
        await asyncio.wait_for(begun.wait(), 5)
        writer.close()
        await writer.wait_closed()
        go_on.set()
        await asyncio.wait_for(done.wait(), 5)


async def test_closing_ends_streams_at_once() -> None:
    begun = asyncio.Event()

    async def stream(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        begun.set()
        await asyncio.Event().wait()
        return answer

    listener = await open_private(
        ANY_PORT, [Route("GET", "/s", stream, stream=True)], access_for(ANY_PORT), SHORT
    )
    async with aiohttp.ClientSession() as client:
        waiting = asyncio.create_task(client.get(listener.url + "s"))
        await asyncio.wait_for(begun.wait(), 5)
        async with asyncio.timeout(2):
            await listener.close()
        (await waiting).close()


async def test_a_taken_port_is_told_with_the_remedy() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = Address("127.0.0.1", taken.getsockname()[1])
        with pytest.raises(ListenError, match=address.written) as caught:
            await open_private(address, ROUTES, access_for(address), ListenLimits())
        assert "Another program listens there" in caught.value.remedy


async def test_an_address_of_another_machine_is_told_with_the_remedy() -> None:
    with pytest.raises(ListenError) as caught:
        await open_public(Address("192.0.2.1", 0), ROUTES, ListenLimits())
    assert "does not have that address" in caught.value.remedy


async def test_the_public_listener_has_its_routes_and_nothing_else() -> None:
    listener = await open_public(ANY_PORT, [Route("GET", "/healthz", hello)], ListenLimits())
    try:
        async with aiohttp.ClientSession() as client:
            async with client.get(listener.url + "healthz") as answer:
                assert answer.status == 200
            for path in ("", "login", asset_url("page.css")[1:]):
                async with client.get(listener.url + path) as answer:
                    assert answer.status == 404
    finally:
        await listener.close()
