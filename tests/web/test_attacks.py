"""What a page elsewhere, or whoever reaches the port, may try against the real pages: in vain."""

import aiohttp
import pytest

from tests.platforms.web_samples import Site
from tests.web.serving import raw

COMMAND = b"text=unsubscribe+1"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
LENGTH = b"Content-Length: %d\r\n" % len(COMMAND)
OWN = b"Host: localhost\r\nOrigin: http://localhost\r\n"
CLOSE = b"Connection: close\r\n"
POST = b"POST /c/papers/command HTTP/1.1\r\n"


def status(answer: bytes) -> int:
    """Return the status of the first answer; a connection that was cut counts as refused."""
    return int(answer.split(b" ", 2)[1]) if answer else 400


async def sent(request: bytes) -> tuple[bytes, int]:
    """Send bytes to the page; return what came back, and how many commands were run."""
    site = Site()
    async with site.served() as at:
        return await raw(at, request), len(site.asked)


async def test_the_form_as_our_own_page_sends_it_runs_its_command() -> None:
    """So that the refusals below say something."""
    answer, ran = await sent(POST + OWN + FORM + LENGTH + CLOSE + b"\r\n" + COMMAND)
    assert (status(answer), ran) == (200, 1)


@pytest.mark.parametrize(
    "headers",
    [
        b"Host: localhost\r\nOrigin: https://evil.example\r\n",
        b"Host: localhost\r\nOrigin: null\r\n",
        b"Host: localhost\r\n",
        b"Host: localhost\r\nSec-Fetch-Site: cross-site\r\n",
        b"Host: localhost\r\nOrigin: http://localhost\r\nOrigin: https://evil.example\r\n",
        b"Host: localhost\r\nOrigin: http://localhost.evil.example\r\n",
        b"Host: localhost\r\nOrigin: http://localhost:1\r\n",
        b"Host: evil.example\r\nOrigin: http://evil.example\r\n",
        b"Host: localhost\r\nHost: evil.example\r\nOrigin: http://localhost\r\n",
        b"Host: localhost\r\nReferer: http://localhost/c/papers\r\n",
        b"Host: localhost\r\nX-Forwarded-Host: evil.example\r\nOrigin: http://evil.example\r\n",
        b"Origin: http://localhost\r\n",
    ],
)
async def test_a_foreign_page_makes_no_browser_run_a_command(headers: bytes) -> None:
    answer, ran = await sent(POST + headers + FORM + LENGTH + CLOSE + b"\r\n" + COMMAND)
    assert status(answer) in {400, 403}
    assert ran == 0


@pytest.mark.parametrize(
    "kind", [b"text/plain", b"multipart/form-data; boundary=x", b"application/json", b""]
)
async def test_only_the_type_that_our_own_form_has_is_a_command(kind: bytes) -> None:
    typed = b"Content-Type: " + kind + b"\r\n" if kind else b""
    answer, ran = await sent(POST + OWN + typed + LENGTH + CLOSE + b"\r\n" + COMMAND)
    assert status(answer) == 415 or b"cannot be answered" in answer
    assert ran == 0


@pytest.mark.parametrize(
    "request_line",
    [
        b"GET /c/papers/command?text=unsubscribe+1 HTTP/1.1\r\n",
        b"HEAD /c/papers/command HTTP/1.1\r\n",
        b"PUT /c/papers/command HTTP/1.1\r\n",
        b"TRACE /c/papers/command HTTP/1.1\r\n",
        b"OPTIONS /c/papers/command HTTP/1.1\r\n",
        b"CONNECT evil.example:443 HTTP/1.1\r\n",
        b"GET /c/papers/command HTTP/1.1\r\nX-HTTP-Method-Override: POST\r\n",
    ],
)
async def test_no_other_method_is_a_command_nor_is_anything_echoed(request_line: bytes) -> None:
    own = OWN + b"X-Echo: do-not-show-this\r\n"
    answer, ran = await sent(request_line + own + CLOSE + b"\r\n")
    assert status(answer) in {400, 403, 404, 405}
    assert (ran, b"do-not-show-this" in answer) == (0, False)


@pytest.mark.parametrize(
    "framing",
    [
        LENGTH + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        LENGTH + b"Content-Length: 3\r\n\r\n" + COMMAND,
        b"Content-Length: +18\r\n\r\n" + COMMAND,
        b"Content-Length: 0x12\r\n\r\n" + COMMAND,
        b"Content-Length: -1\r\n\r\n" + COMMAND,
        b"Transfer-Encoding: chunked\r\n\r\nzz\r\n" + COMMAND,
        b"Transfer-Encoding: chunked, identity\r\n\r\n12\r\n" + COMMAND + b"\r\n0\r\n\r\n",
        b"Transfer-Encoding : chunked\r\n\r\n12\r\n" + COMMAND + b"\r\n0\r\n\r\n",
        b"X: a\r\n\tfolded\r\n" + b"Content-Length : 18\r\n\r\n" + COMMAND,
    ],
)
async def test_a_body_whose_end_two_readers_could_see_differently_is_refused(
    framing: bytes,
) -> None:
    answer, ran = await sent(POST + OWN + FORM + CLOSE + framing)
    assert (status(answer), ran) == (400, 0)


@pytest.mark.parametrize(
    "target",
    [
        b"/c/%0d%0aSet-Cookie:%20a=b", b"/c?name=%0d%0aSet-Cookie:%20a=b", b"/c/papers%00",
        b"/c/../../etc/passwd", b"/c/%2e%2e/%2e%2e/etc/passwd", b"/c/..%2f..%2fconfig.toml",
        b"//evil.example/c/papers", b"/c/%ff%fe", b"/c/" + b"a" * 4_000,
        b"/c?name=//evil.example", b"/c?name=https://evil.example",
        b"/c/papers?before=-1%20OR%201=1", b"/c/papers?line=%3Cscript%3Ealert(1)%3C/script%3E",
    ],
)  # fmt: skip
async def test_no_address_leads_elsewhere_or_puts_anything_into_the_answer(target: bytes) -> None:
    answer, _ = await sent(b"GET " + target + b" HTTP/1.1\r\n" + OWN + CLOSE + b"\r\n")
    head, _, body = answer.partition(b"\r\n\r\n")
    assert status(answer) in {200, 303, 400, 404}
    assert b"\nset-cookie" not in head.lower()
    assert b"evil.example" not in head
    assert not {b"root:", b"<script>alert", b"Traceback"} & {
        text for text in (b"root:", b"<script>alert", b"Traceback") if text in body
    }


async def test_no_answer_says_which_version_of_what_it_runs_on() -> None:
    answer, _ = await sent(b"GET /c/papers HTTP/1.1\r\n" + OWN + CLOSE + b"\r\n")
    head, _, _ = answer.partition(b"\r\n\r\n")
    assert b"Server: Paperboy" in head
    assert not {b"aiohttp", b"Python"} & {word for word in (b"aiohttp", b"Python") if word in head}


async def test_an_absolute_address_does_not_get_round_the_check_of_the_host() -> None:
    line = b"GET http://localhost/c/papers HTTP/1.1\r\n"
    answer, _ = await sent(line + b"Host: evil.example\r\n" + CLOSE + b"\r\n")
    assert status(answer) == 403


@pytest.mark.parametrize(
    "start",
    [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\x16\x03\x01\x00\xa5\x01\x00", b"GET /\r\n\r\n",
     b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n", b"\r\n" * 50 + b"x / y\r\n\r\n"],
)  # fmt: skip
async def test_what_is_no_http_1_is_answered_by_nothing_of_ours(start: bytes) -> None:
    answer, _ = await sent(start)
    assert status(answer) in {400, 403, 505}
    assert b"Paperboy</h1>" not in answer


async def test_a_socket_upgrade_gets_an_ordinary_answer() -> None:
    upgrade = b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: eA==\r\n"
    site = Site()
    async with site.served() as at, aiohttp.ClientSession() as client:
        headers = dict(line.split(": ") for line in upgrade.decode().splitlines())
        async with client.get(f"{at.url}c/papers", headers=headers) as answer:
            assert answer.status == 200
            assert "Upgrade" not in answer.headers
