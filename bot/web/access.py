"""Who may come in through the private listener: what a request says → a verdict. PURE.

Decision 11: on this machine's own addresses the page is open to whoever sits there; any other bind,
or any header that a proxy adds, demands the token. `Host` is checked against rebinding (a foreign
name that resolves to this machine), `Origin` against forms of foreign pages.
"""

import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from urllib.parse import urlsplit

from bot.errors import ConfigError
from bot.web.address import Address, is_loopback, literal

TOKEN_LENGTH = 16  # shorter ones can be guessed over the network
_HOST = re.compile(
    r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<host>[A-Za-z0-9._-]+))(?::(?P<port>\d{1,5}))?"
)
_SAFE = frozenset({"GET", "HEAD"})
_OWN = frozenset({"same-origin", "none"})
_FORWARDED = re.compile(
    r"forwarded|via|(x-)?forwarded-.*|x-real-.*|x-original-.*|x-cluster-client-ip|.*-connecting-ip"
    r"|true-client-ip|x-client-ip|fly-client-ip|x-envoy-.*|x-proxyuser-ip",
    re.IGNORECASE,
)


class Verdict(StrEnum):
    """What becomes of a request."""

    WELCOME = "welcome"
    WRONG_HOST = "wrong host"
    WRONG_ORIGIN = "wrong origin"
    TOKEN_NEEDED = "token needed"  # noqa: S105  # a verdict, not a secret
    NO_TOKEN_SET = "no token set"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Access:
    """The rules of one listener."""

    token: str = ""
    always: bool = False  # bound beyond this machine: every request needs the token
    public_host: str = ""  # the name in `web.public_url`, which `Host` may carry too
    public_origin: str = ""  # its scheme, name and port, which `Origin` may carry too


@dataclass(frozen=True, slots=True)
class Asked:
    """What the rules look at in a request. `headers` have lower-case names, all their values."""

    method: str
    headers: Mapping[str, Sequence[str]]
    peer: str = "127.0.0.1"
    cookie: str = ""


def access_for(address: Address, token: str = "", public_url: str = "") -> Access:
    """Return the rules for a listener at `address`.

    `public_url` is where people reach it through a proxy. Raises `ConfigError` where the token is
    missing but needed, or too short to withstand guessing.
    """
    if token and len(token) < TOKEN_LENGTH:
        raise ConfigError(
            f"web.token has {len(token)} characters.",
            remedy=f"Use at least {TOKEN_LENGTH}, for example from: openssl rand -hex 16",
        )
    always = not is_loopback(address.host)
    if always and not token:
        raise ConfigError(
            f"web.listen is {address.written}, which others can reach, but web.token is not set.",
            remedy="Set web.token (openssl rand -hex 16), or listen on 127.0.0.1:8080",
        )
    host, origin = _public(public_url) if public_url else ("", "")
    return Access(token, always, host, origin)


def _public(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url.casefold())
        host = parts.hostname or ""
    except ValueError:
        host = ""
    if not host or parts.scheme not in ("http", "https"):
        raise ConfigError(
            f"web.public_url: {url!r} is not a web address.",
            remedy="Write it as people type it, for example https://papers.example.org",
        )
    return host, f"{parts.scheme}://{parts.netloc}"


def judge(asked: Asked, access: Access) -> Verdict:
    """Return what becomes of a request, before anything of it is carried out.

    A program that shows the token as a bearer may call us by any name (Prometheus, by that of a
    container): no page can make a browser send that header, so there is nothing to guard against.
    """
    named = _bears_token(asked, access) and "origin" not in asked.headers
    if not named and not _host_is_ours(asked, access):
        return Verdict.WRONG_HOST
    if not _from_our_page(asked, access):
        return Verdict.WRONG_ORIGIN
    if not needs_token(asked, access) or shows_token(asked, access):
        return Verdict.WELCOME
    return Verdict.TOKEN_NEEDED if access.token else Verdict.NO_TOKEN_SET


def needs_token(asked: Asked, access: Access) -> bool:
    """Return whether the request came from beyond this machine, or may have."""
    forwarded = any(_FORWARDED.fullmatch(name) for name in asked.headers)
    return access.always or forwarded or not is_loopback(asked.peer)


def shows_token(asked: Asked, access: Access) -> bool:
    """Return whether the request carries the token, as a bearer or as our cookie."""
    return _bears_token(asked, access) or (
        bool(access.token) and _same(asked.cookie, cookie_value(access))
    )


def _bears_token(asked: Asked, access: Access) -> bool:
    scheme, _, bearer = _only(asked, "authorization").partition(" ")
    return scheme.casefold() == "bearer" and same_token(bearer.strip(), access)


def same_token(given: str, access: Access) -> bool:
    """Compare in constant time; false where no token is set."""
    return bool(access.token) and _same(given, access.token)


def cookie_value(access: Access) -> str:
    """Return what the cookie holds: not the token, but proof of it; a new token voids it."""
    return hmac.new(access.token.encode(), b"paperboy cookie 1", sha256).hexdigest()


def _same(given: str, right: str) -> bool:
    # Digests have one length, so that the comparison does not tell the token's.
    digests = (sha256(text.encode("utf-8", "surrogateescape")).digest() for text in (given, right))
    return hmac.compare_digest(*digests)


def _only(asked: Asked, name: str) -> str:
    values = asked.headers.get(name, ())
    return values[0] if len(values) == 1 else ""


def _host_is_ours(asked: Asked, access: Access) -> bool:
    found = _HOST.fullmatch(_only(asked, "host"))
    if not found:
        return False
    name = (found["six"] or found["host"]).casefold().removesuffix(".")
    if is_loopback(name) or name == access.public_host:
        return True
    # Nobody can make a foreign page's name resolve to a number, so numbers are safe where the
    # token is asked for anyway.
    return access.always and literal(name) is not None


def _from_our_page(asked: Asked, access: Access) -> bool:
    if asked.method in _SAFE:
        return _plain_visit(asked)
    if _only(asked, "authorization") and "origin" not in asked.headers:
        return True  # a program, not a browser: no page can make a browser send this header
    if "origin" not in asked.headers:
        return _only(asked, "sec-fetch-site") == "same-origin"
    origin = _only(asked, "origin").casefold()
    host = _only(asked, "host").casefold()
    return bool(origin) and origin in (f"http://{host}", f"https://{host}", access.public_origin)


def _plain_visit(asked: Asked) -> bool:
    """A link followed from anywhere is fine; a foreign page that embeds or fetches us is not."""
    if _only(asked, "sec-fetch-site") in _OWN or "sec-fetch-site" not in asked.headers:
        return True
    return (
        _only(asked, "sec-fetch-mode") == "navigate"
        and _only(asked, "sec-fetch-dest") == "document"
    )
