"""The few files that our pages load, read once, served under names that hold their hash.

A browser keeps such a file for ever and asks anew when the name changes; nothing is looked up in a
folder at request time, so no path can lead out of one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files

from aiohttp import web

from bot.web.routes import Route

_TYPES: Mapping[str, str] = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
_PATH = "/assets/"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file: `name` carries its hash."""

    name: str
    body: bytes
    etag: str


@cache
def assets() -> Mapping[str, Asset]:
    """Return our files by their plain names ("page.css")."""
    folder = files("bot.web") / "assets"
    found = (entry for entry in folder.iterdir() if entry.name.rpartition(".")[2] in _TYPES)
    return {entry.name: _asset(entry.name, entry.read_bytes()) for entry in found}


def _asset(name: str, body: bytes) -> Asset:
    digest = sha256(body).hexdigest()[:16]
    stem, _, kind = name.rpartition(".")
    return Asset(f"{stem}.{digest}.{kind}", body, digest)


def asset_url(name: str) -> str:
    """Return where a page finds one of our files; raises KeyError for an unknown one."""
    return _PATH + assets()[name].name


def asset_route() -> Route:
    """Return the route of all assets; open, since the login page needs them."""
    return Route("GET", _PATH + "{name}", _serve, open=True)


async def _serve(request: web.Request) -> web.StreamResponse:
    wanted = request.match_info["name"]
    for asset in assets().values():
        if asset.name == wanted:
            return _answer(request, asset)
    raise web.HTTPNotFound


def _answer(request: web.Request, asset: Asset) -> web.Response:
    kept = any(tag.value == asset.etag for tag in request.if_none_match or ())
    kind = _TYPES[asset.name.rpartition(".")[2]]
    response = (
        web.Response(status=304)
        if kept
        else web.Response(body=asset.body, content_type=kind, charset="utf-8")
    )
    response.etag = asset.etag
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
