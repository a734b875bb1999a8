"""A listen address as the config writes it ("127.0.0.1:8080") → host and port. PURE."""

import ipaddress
import re
from dataclasses import dataclass

from bot.errors import ConfigError

_WRITTEN = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<host>[^\s:\[\]/]+)):(?P<port>\d{1,5})")
_PORTS = 65_535


@dataclass(frozen=True, slots=True)
class Address:
    """Where a listener binds. Port 0 takes any free one (tests, and the demo's second choice)."""

    host: str
    port: int

    @property
    def written(self) -> str:
        """The address as the config writes it, and as a URL's authority."""
        return f"{bracketed(self.host)}:{self.port}"


def parse_address(text: str, key: str = "web.listen") -> Address:
    """Return the address that `text` names; raises `ConfigError` that names `key` and the form."""
    found = _WRITTEN.fullmatch(text.strip())
    if not found or int(found["port"]) > _PORTS:
        raise ConfigError(
            f"{key}: {text!r} is not an address to listen on.",
            remedy="Write host and port, for example 127.0.0.1:8080 or [::1]:8080",
        )
    return Address(found["six"] or found["host"], int(found["port"]))


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach `host`."""
    if host.casefold().removesuffix(".") == "localhost":
        return True
    address = literal(host)
    return address is not None and (address.ipv4_mapped or address).is_loopback


def literal(host: str) -> ipaddress.IPv6Address | None:
    """Return an address written as a number (IPv4 as mapped IPv6); None for a name."""
    try:
        return ipaddress.IPv6Address(host)
    except ValueError:
        pass
    try:
        return ipaddress.IPv6Address(f"::ffff:{ipaddress.IPv4Address(host)}")
    except ValueError:
        return None


def bracketed(host: str) -> str:
    """Return a host as it stands in a URL."""
    return f"[{host}]" if ":" in host else host
