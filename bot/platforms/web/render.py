"""A frozen digest → the messages of the built-in channel. PURE.

One message holds a digest of any length, since the page has no limit; density `thread` makes two:
the compact list, and the cards as its reply.
"""

from collections.abc import Sequence

from bot.compose.view import DigestView, view
from bot.dialogue import Action
from bot.model import Body, Density, Digest
from bot.platforms.web.cards import card_of
from bot.platforms.web.message import Button, Message, Section, pack


def render(digest: Digest) -> Sequence[Body]:
    """Return all messages of a digest; the same digest gives the same bytes."""
    seen = view(digest)
    talk = not digest.place.is_person
    if seen.density is not Density.THREAD:
        compact = seen.density is Density.COMPACT
        return (_body(_message(seen, compact=compact, discuss=talk), seen),)
    parent = _message(seen, compact=True, discuss=talk)
    cards = Message(title="In the thread", sections=_sections(seen, compact=False, discuss=talk))
    return (_body(parent, seen), _body(cards, seen, reply=True))


def _body(message: Message, seen: DigestView, *, reply: bool = False) -> Body:
    return Body(pack(message), pack(_simplest(seen)), reply)


def _message(seen: DigestView, *, compact: bool, discuss: bool) -> Message:
    under = (seen.show_more, *seen.actions, *seen.alerts)
    return Message(
        title=seen.title,
        lines=seen.lines,
        sections=_sections(seen, compact=compact, discuss=discuss),
        compact=compact,
        more=seen.more,
        buttons=tuple(button_of(one) for one in under if one),
        head=(button_of(seen.manage),) if seen.manage else (),
    )


def _sections(seen: DigestView, *, compact: bool, discuss: bool) -> tuple[Section, ...]:
    return tuple(
        Section(
            tuple(card_of(card, brief=compact, discuss=discuss) for card in section.cards),
            section.heading,
        )
        for section in seen.sections
    )


def _simplest(seen: DigestView) -> Message:
    """Return the same as plain lines, for the one retry of a message that was refused."""
    papers = (f"{card.number}. {card.title} {card.url}" for card in seen.cards)
    more = (seen.more,) if seen.more else ()
    return Message(title=seen.title, lines=(*seen.lines, *papers, *more))


def button_of(action: Action) -> Button:
    """Return a button that says what it does."""
    return Button(action.label, action.command)
