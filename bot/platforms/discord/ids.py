"""What a press says: custom_id ⇄ the delivery's key and the command. PURE.

A custom_id reads `pb1:<n>:<key>:<command>`. `n` makes it the only one of its message; the key is
the delivery's (empty in answers), so that a message in a channel's history can be recognised, and
buttons work after a restart and years later. In a frozen body the key is the placeholder `{key}`.

Discord takes 100 characters. A command that is longer is packed: deflated against words that
commands are made of, in base64url. Where even that is too long, the message says the command in a
code block of its own, and the button which block: `=<component id>`.
The words below are part of the format "pb1": whoever changes them changes its name.
"""

import contextlib
import json
import re
import zlib
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Iterator, Sequence
from typing import Any, Final

from bot.compose.truncate import utf16_length
from bot.errors import PayloadError
from bot.payload import Payload, rows, table, text

KEY: Final = "{key}"
LONGEST: Final = 100  # of a custom_id and of an option's value
_KEY_LENGTH: Final = 24
_ID: Final = re.compile(r"pb1:\d{1,4}:(?P<key>[^:]*):(?P<command>.*)", re.DOTALL)
_FROZEN: Final = re.compile(r"(pb1:\d{1,4}:)\{key\}(:.*)", re.DOTALL)
_ASKS_FOR_KEY: Final = re.compile(r"(?P<verb>[a-z-]+) \{key\}")
_PACKED: Final = "~"
_SAID: Final = "="
_BLOCK: Final = re.compile(r"```\n(.*)\n```", re.DOTALL)
_WORDS: Final = (
    b"transformer reinforcement agents language model models large neural network networks "
    b"learning deep graph diffusion video generation image cat:hep-th OR cat:astro-ph OR cat:math."
    b" OR cat:stat.ML OR cat:cs.LG OR cat:cs.CL OR cat:cs.CV AND abs:%22 AND ti:%22 ANDNOT au:%22 "
    b"kind:new\nundo\nunsubscribe \npause \nresume resubscribe --keep preview --latest "
    b"search --page-1 subscribe --apply many\nalert add alert edit layout density=compact "
    b"density=cards exclude= tell-empty=off topic= when=weekly%20on%20mon%20at%20 when=on%20arrival"
    b" when=daily%20at%209:00 zone=America/New_York zone=Asia/Tokyo zone=UTC zone=Europe/Berlin "
    b"kinds=new updates=on kinds=new,cross,replace updates=off kinds=new,cross updates=off"
)


# ── writing ──────────────────────────────────────────────────────────────────────────────────────


def custom_id(number: int, command: str, key: str = "") -> str:
    """Return the id of something to press; empty if the command is too long even packed.

    `key` is `KEY` in a body that is kept, of which the room for the real one is left free.
    """
    start = f"pb1:{number}:{key}:"
    room = LONGEST - len(start) - (_KEY_LENGTH - len(KEY) if key == KEY else 0)
    short = written(command, room)
    return f"{start}{short}" if short or not command else ""


def written(command: str, room: int) -> str:
    """Return a command as it stands or packed, in at most `room` characters; "" if neither."""
    plain = (
        "\n" not in command and command[:1] not in (_PACKED, _SAID) and command == command.strip()
    )
    if plain and utf16_length(command) <= room:
        return command
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15, zdict=_WORDS)
    bytes_ = deflate.compress(command.encode()) + deflate.flush()
    packed = _PACKED + urlsafe_b64encode(bytes_).decode("ascii").rstrip("=")
    return packed if len(packed) <= room else ""


def referring_id(number: int, block: int, key: str = "") -> str:
    """Return the id of a button whose command stands in the component with the id `block`."""
    return f"pb1:{number}:{key}:{_SAID}{block}"


def keyed(payload: str, key: str) -> dict[str, Any]:
    """Return a frozen body with the delivery's key in its custom_ids.

    And in commands that ask for it: only a verb and the placeholder; a title or a topic may hold
    the same sign, and is left alone.
    """
    body: dict[str, Any] = json.loads(payload)
    for found in _walk(body.get("components", [])):
        if frozen := _FROZEN.fullmatch(str(found.get("custom_id", ""))):
            found["custom_id"] = f"{frozen[1]}{key}:{_asked(frozen[2][1:], key)}"
        for option in found.get("options", ()):
            option["value"] = _asked(option["value"], key)
    return body


def _asked(command: str, key: str) -> str:
    asking = _ASKS_FOR_KEY.fullmatch(command)
    return f"{asking['verb']} {key}" if asking else command


# ── reading ──────────────────────────────────────────────────────────────────────────────────────


def command_of(custom_id: str) -> tuple[str, str]:
    """Return the delivery's key ("" in an answer) and the command; PayloadError: not ours."""
    key, short = _parts(custom_id)
    return key, _read(short)


def pressed(custom_id: str, values: Sequence[str] = (), message: Payload | None = None) -> str:
    """Return the command of a button, or of the option chosen in a menu.

    `message` is the one that was pressed in, as Discord sends it along: a long command stands in
    it. Raises PayloadError for an id that is not ours, or if that command is not there.
    """
    _, short = _parts(custom_id)
    if values:
        return _read(values[0])
    if not short.startswith(_SAID):
        return _read(short)
    for one in _walk((message or {}).get("components")):
        block = _BLOCK.fullmatch(text(one.get("content")))
        if block and text(one.get("id")) == short[1:]:
            return str(block[1])
    raise PayloadError("the message does not say what its button does")


def key_in(message: Payload) -> str:
    """Return the key of the delivery that a message of ours is, as Discord returns it; "" if none.

    Both forms of every message of a digest have it (`render.render` sees to that).
    """
    for one in _walk(message.get("components")):
        found = _ID.fullmatch(text(one.get("custom_id")))
        if found and found["key"]:
            return found["key"]
    return ""


def commands_in(message: Payload) -> Iterator[str]:
    """Yield the commands that the options of a message's menus carry."""
    for one in _walk(message.get("components")):
        for option in rows(one.get("options")):
            with contextlib.suppress(PayloadError):  # not of ours, or not of this version
                yield _read(text(table(option).get("value")))


def _parts(custom_id: str) -> tuple[str, str]:
    """Return the key and the command as it is written."""
    found = _ID.fullmatch(custom_id)
    if found is None:
        raise PayloadError("a custom_id that is not ours")
    return found["key"], found["command"]


def _read(short: str) -> str:
    if not short.startswith(_PACKED):
        return short
    inflate = zlib.decompressobj(-15, zdict=_WORDS)
    try:
        bytes_ = b64decode(short[1:] + "=" * (-len(short[1:]) % 4), altchars=b"-_", validate=True)
        command = inflate.decompress(bytes_, 64 * 1024).decode()
    except (zlib.error, ValueError) as error:
        raise PayloadError("a command that cannot be unpacked") from error
    if not inflate.eof:
        raise PayloadError("a command that cannot be unpacked to its end")
    return command


def _walk(components: object) -> Iterator[dict[str, Any]]:
    """Yield every component, nested ones too."""
    for one in components if isinstance(components, list) else ():
        if isinstance(one, dict):
            yield one
            yield from _walk(one.get("components", []))
            yield from _walk([one.get("accessory"), one.get("component")])
