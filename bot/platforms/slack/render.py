"""A frozen digest → Slack messages. PURE: the same digest gives the same bytes.

A message holds no channel, thread, key, metadata or relative time: the client adds these. The
placeholder `{key}` stands only in commands (see `blocks.keyed`). A compact digest of thirty papers
is one message; what is longer goes on in further ones, and no paper is cut or left out.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from bot.compose.view import CardView, DigestView, view
from bot.dialogue import Action
from bot.model import Body, Density, Digest
from bot.platforms.slack.blocks import (
    OPTION_VALUE,
    OPTIONS,
    QUIET,
    Block,
    Piece,
    button,
    fallback,
    fits_a_button,
    menu,
    message,
    paragraphs,
    rows,
    split,
    title,
)
from bot.platforms.slack.cards import card_piece, compact_piece, discussing, opening
from bot.platforms.slack.texts import literal

LINES: Final = 5  # papers of one compact block
FEW: Final = 10  # papers up to which a menu for discussing has room beside the one for opening
ALERTS: Final = 2  # topics up to which each has a button of its own
LONGEST_PLAIN: Final = 39_000  # characters of a message that is text alone; Slack cuts at 40,000


def render(digest: Digest) -> Sequence[Body]:
    """Return all messages of a digest, cards of density `thread` as replies to the first."""
    seen, talk = view(digest), not digest.place.is_person
    papers = list(seen.cards)
    if seen.density is not Density.THREAD:
        menus = _menus(papers, talk=talk)
        return _bodies([*_head(seen), *_sections(seen), *_foot(seen, menus)])
    parent = [*_head(seen), *_sections(seen), *_foot(seen, _menus(papers, talk=False))]
    replies = [*map(card_piece, papers), *_pieces(_menus(papers, talk=talk))]
    return (*_bodies(parent), *_bodies(replies, reply=True))


def _bodies(pieces: Iterable[Piece], *, reply: bool = False) -> tuple[Body, ...]:
    return tuple(
        Body(
            _json(message(some)),
            _json({"text": fallback(some, LONGEST_PLAIN), **QUIET}),
            reply,
        )
        for some in split(pieces)
    )


def _json(body: dict[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


# ── from top to bottom ───────────────────────────────────────────────────────────────────────────


def _head(seen: DigestView) -> Iterator[Piece]:
    if seen.title:
        yield Piece(title(seen.title), (literal(seen.title),))
    for line in seen.lines:
        for number, block in enumerate(paragraphs([line])):
            yield Piece(block, () if number else (literal(line),))


def _sections(seen: DigestView) -> Iterator[Piece]:
    for section in seen.sections:
        if section.heading:
            yield Piece(title(section.heading), (section.heading,))
        if seen.density is Density.CARDS:
            yield from map(card_piece, section.cards)
            continue
        for start in range(0, len(section.cards), LINES):
            some = section.cards[start : start + LINES]
            yield compact_piece(some, links=not seen.titles)
    if seen.more:
        for block in paragraphs([seen.more]):
            yield Piece(block, (literal(seen.more),))


def _foot(seen: DigestView, menus: Sequence[Block]) -> Iterator[Piece]:
    buttons = [button(one) for one in (seen.show_more, *seen.actions, seen.manage) if one]
    yield from _pieces([*menus, *buttons, *_alerts(seen.alerts)])


def _pieces(elements: Iterable[Block]) -> list[Piece]:
    return [Piece(row) for row in rows(elements)]


# ── menus ────────────────────────────────────────────────────────────────────────────────────────


def _menus(papers: Sequence[CardView], *, talk: bool) -> list[Block]:
    """Return the menus of papers; where many leave no room, discussing is in the opened card."""
    menus = _cut_into("Open a paper…", [opening(one) for one in papers])
    if talk and len(papers) <= FEW:
        menus += _cut_into("Discuss…", [discussing(one) for one in papers])
    return menus


def _alerts(alerts: Sequence[Action]) -> list[Block]:
    """Return "Alert me too" for each topic: buttons for few, else a menu.

    A topic too long for a menu has a button; one too long for that can only be typed.
    """
    short = [one for one in alerts if len(one.command) <= OPTION_VALUE]
    if len(alerts) <= ALERTS or len(short) <= 1:
        return [button(one) for one in alerts if fits_a_button(one)]
    long = [one for one in alerts if one not in short and fits_a_button(one)]
    return [*_cut_into("Alert me too…", short), *map(button, long)]


def _cut_into(placeholder: str, actions: Sequence[Action]) -> list[Block]:
    return [
        menu(placeholder, actions[start : start + OPTIONS])
        for start in range(0, len(actions), OPTIONS)
    ]
