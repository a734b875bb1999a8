"""How the stand-in's answers go over the wire: JSON, headers, and lines that are cut."""

import json
import time
from typing import Any

from aiohttp import web

from tests.standins.discord_calls import Answered, Call, route_of
from tests.standins.discord_faults import Fault, Trouble
from tests.standins.discord_pace import Taken
from tests.standins.discord_rules import Refusal

CREATED = "create_thread_from_message"
VIA = {"Via": "1.1 google"}  # discord.py takes a 429 without it for a ban


async def read_call(request: web.Request) -> Call | None:
    """Return what a request asks; None for a route that is not here."""
    found = route_of(request.method, "/" + request.match_info["path"])
    return Call(found[0], found[1], dict(request.query), await _body(request)) if found else None


async def _body(request: web.Request) -> Any:
    """Return the JSON of a request; of a form, that of its `payload_json`."""
    if "multipart" in request.content_type:
        text = str((await request.post()).get("payload_json", "null"))
    else:
        text = await request.text()
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text


def respond(call: Call, answer: Answered, taken: Taken, trouble: Trouble | None) -> web.Response:
    headers = taken.headers(time.time())
    if not isinstance(answer, Refusal):
        status = 204 if answer is None else 201 if call.route == CREATED else 200
        return as_json(status, answer, headers=headers)
    if answer.status != 429:
        return as_json(answer.status, answer.body(), headers=headers)
    wait, everywhere = taken.wait, taken.everywhere
    if trouble and trouble.fault is Fault.RATE:
        wait, everywhere = trouble.retry_after, trouble.everywhere
    headers |= {**VIA, "Retry-After": str(max(1, round(wait)))}
    headers["X-RateLimit-Scope"] = "global" if everywhere else "user"
    if everywhere:
        headers["X-RateLimit-Global"] = "true"
    told = {"message": answer.message, "retry_after": round(wait, 3), "global": everywhere}
    return as_json(429, told, headers=headers)


def as_json(
    status: int, answer: Any, *, text: str | None = None, headers: dict[str, str] | None = None
) -> web.Response:
    """Return a response whose type is exactly application/json, as discord.py wants it."""
    if status == 204:
        return web.Response(status=204, headers=headers)
    body = (json.dumps(answer) if text is None else text).encode()
    return web.Response(
        status=status, body=body, headers={**(headers or {}), "Content-Type": "application/json"}
    )


def cut(request: web.Request) -> web.StreamResponse:
    assert request.transport
    request.transport.abort()
    return web.Response()


async def break_off(request: web.Request, whole: web.Response) -> web.StreamResponse:
    """Send half of an answer that was promised whole, and cut the line."""
    body = (whole.text or "").encode()
    part = web.StreamResponse(
        status=whole.status,
        headers={"Content-Type": "application/json", "Content-Length": str(len(body))},
    )
    await part.prepare(request)
    await part.write(body[: len(body) // 2])
    cut(request)
    return part
