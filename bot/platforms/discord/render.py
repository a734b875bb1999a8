"""A frozen digest → Discord messages. PURE: the same digest gives the same bytes.

A message holds no channel, thread, nonce or relative time: the client adds these. Every message,
in both forms, holds the placeholder `{key}` in the custom_ids of what can be pressed: mostly in the
menu "Open a paper…" of its own papers; a message without papers or buttons (a notice that asks
nothing, the middle of a long one) has a button "Manage" for it, and so has every plain form.

A compact digest of thirty papers is two messages: where their titles are too long for that, they
are shortened, all to the same length. What is longer goes on in further messages; no paper is cut
or left out.
"""

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from bot.compose.view import DigestView, view
from bot.dialogue import Action
from bot.model import Body, Density, Digest
from bot.platforms.discord.cards import PARAGRAPH, TITLE, card_piece, line_piece
from bot.platforms.discord.components import (
    Piece,
    Said,
    button,
    fits_a_button,
    fits_a_menu,
    menus,
    message,
    plain_message,
    rows,
    section,
    split,
)
from bot.platforms.discord.ids import KEY
from bot.platforms.discord.texts import cut, literal, pieces

ALERTS: Final = 2  # topics up to which each has a button of its own
HEADLINE: Final = 800  # characters of a digest's title
PER_MESSAGE: Final = 15  # papers of a compact message: thirty in two
PINGS: Final = 20  # roles that a digest calls at most
_TITLES: Final = (300, 240, 200, 170, 150, 130, 110, 90, 80, 70, 60, 50, 40)
_TOO_LONG: Final = "A topic is too long for a button: type /arxiv alert add and the topic."


def render(digest: Digest) -> Sequence[Body]:
    """Return all messages of a digest, cards of density `thread` as replies to the first."""
    seen, talk = view(digest), not digest.place.is_person
    called = _called(digest.heading.pings)
    if seen.density is Density.CARDS:
        return _bodies(split([*called, *_head(seen), *_cards(seen), *_foot(seen)]), talk=talk)
    if seen.density is Density.COMPACT:
        return _bodies(_compact(seen, called), talk=talk)
    replies = [card_piece(one) for one in seen.cards]
    return (*_bodies(_compact(seen, called)), *_bodies(split(replies), talk=talk, reply=True))


def _bodies(
    messages: Iterable[Sequence[Piece]], *, talk: bool = False, reply: bool = False
) -> tuple[Body, ...]:
    return tuple(
        Body(
            _json(message(some, key=KEY, talk=talk, framed=True)),
            _json(plain_message(some, KEY)),
            reply,
        )
        for some in messages
    )


def _json(body: dict[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


# ── from top to bottom ───────────────────────────────────────────────────────────────────────────


def _called(roles: Sequence[str]) -> list[Piece]:
    """Return the mention of the roles that a moderator chose; nothing else calls anybody."""
    roles = tuple(role for role in dict.fromkeys(roles) if role.isdecimal())[:PINGS]
    text = " ".join(f"<@&{role}>" for role in roles)
    return [Piece(text, said=(Said(text, markdown=True),), pings=roles)] if roles else []


def _head(seen: DigestView) -> Iterator[Piece]:
    if seen.title:
        title = cut(seen.title, HEADLINE)
        said = (Said(title),)
        headline = f"### {literal(title)}"
        if seen.manage:
            yield Piece(blocks=(section(headline, seen.manage),), said=said)
        else:
            yield Piece(headline, said=said)
    for line in seen.lines:
        for text in pieces(line, PARAGRAPH):
            yield Piece(literal(text), said=(Said(text),))


def _cards(seen: DigestView) -> Iterator[Piece]:
    for part in seen.sections:
        for number, one in enumerate(part.cards):
            yield card_piece(one, "" if number else part.heading)


def _compact(seen: DigestView, called: Sequence[Piece]) -> list[list[Piece]]:
    """Return a compact digest's messages, with the longest titles that keep them few."""
    wanted = max(1, -(-len(list(seen.cards)) // PER_MESSAGE))

    def drawn(limit: int) -> list[list[Piece]]:
        return split([*called, *_head(seen), *_lines(seen, limit), *_foot(seen)])

    whole = drawn(TITLE)
    if _with_papers(whole) <= wanted:
        return whole
    found = bisect_right(_TITLES, False, key=lambda limit: _with_papers(drawn(limit)) <= wanted)
    return drawn(_TITLES[found]) if found < len(_TITLES) else whole


def _with_papers(messages: Sequence[Sequence[Piece]]) -> int:
    return sum(any(piece.paper for piece in some) for some in messages)


def _lines(seen: DigestView, limit: int) -> Iterator[Piece]:
    for part in seen.sections:
        for number, one in enumerate(part.cards):
            heading = "" if number else part.heading
            yield line_piece(one, limit, links=not seen.titles, heading=heading)


def _foot(seen: DigestView) -> Iterator[Piece]:
    for text in pieces(seen.more, PARAGRAPH):
        yield Piece(literal(text), said=(Said(text),))
    menu, alerts = _alerts(seen.alerts)
    pressed = [one for one in (seen.show_more, *seen.actions, *alerts) if one]
    for row in (*rows(map(button, pressed)), *menu):
        yield Piece(blocks=(row,))
    if not all(map(fits_a_menu, seen.alerts)):
        yield Piece(f"-# {_TOO_LONG}")


def _alerts(alerts: Sequence[Action]) -> tuple[list[dict[str, Any]], list[Action]]:
    """Return "Alert me too" for each topic: buttons for few, else menus, which also take more."""
    if len(alerts) <= ALERTS and all(fits_a_button(one, KEY) for one in alerts):
        return [], list(alerts)
    return list(menus("Alert me too…", alerts)), []
