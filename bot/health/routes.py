"""The addresses that probes ask: `/healthz`, `/readyz`, `/metrics`.

The private listener has all three; `/readyz` and `/metrics` say names, numbers and reasons, so they
need the token wherever the page does (Prometheus sends it as a bearer). `public.listen` has only
`/healthz` and the bare verdict of `/readyz`: a probe from elsewhere needs no more, and what an
organisation reads, and how much, is nobody else's business.
"""

from aiohttp import web

from bot.health.looking import Sources, look
from bot.health.ready import Check, checks
from bot.web.routes import Route


def private_routes(sources: Sources) -> tuple[Route, ...]:
    """Return what the private listener answers."""

    async def ready(_request: web.Request) -> web.StreamResponse:
        found = checks(await look(sources))
        reasons = {one.name: {"ok": one.ok, "reason": one.reason} for one in found}
        return _verdict(found, {"checks": reasons})

    async def metrics(_request: web.Request) -> web.StreamResponse:
        from bot.health.metrics import CONTENT_TYPE, exposition  # noqa: PLC0415 - at a scrape only

        body = exposition(await look(sources), sources.meter)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE})

    return (
        Route("GET", "/healthz", _alive, open=True),
        Route("GET", "/readyz", ready),
        Route("GET", "/metrics", metrics),
    )


def public_routes(sources: Sources) -> tuple[Route, ...]:
    """Return what the public listener answers."""

    async def ready(_request: web.Request) -> web.StreamResponse:
        return _verdict(checks(await look(sources)), {})

    return (Route("GET", "/healthz", _alive), Route("GET", "/readyz", ready))


async def _alive(_request: web.Request) -> web.StreamResponse:
    return web.Response(text="alive\n")


def _verdict(found: tuple[Check, ...], more: dict[str, object]) -> web.Response:
    ready = all(one.ok for one in found)
    return web.json_response({"ready": ready, **more}, status=200 if ready else 503)
