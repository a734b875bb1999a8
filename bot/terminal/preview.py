"""`paperboy preview`: the digest a topic would get, in each form that it can have. PURE."""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import msgspec

from bot.compose.text import plain
from bot.compose.view import CardView, DigestView, view
from bot.model import (
    Density,
    Destination,
    Digest,
    Heading,
    Item,
    Kind,
    Place,
    Slot,
)
from bot.platforms.page.render import render_page
from bot.terminal.reading import Found

WIDTH = 96  # columns of text
_NOWHERE = Destination("preview", "", "")
_MOMENT = Slot("preview", datetime(1970, 1, 1, tzinfo=UTC))


def preview_text(found: Found, cap: int, form: str) -> str:
    """Return the preview in one of the forms "text", "json", "markdown", "slack", "discord"."""
    if form == "markdown":
        return render_page(found.topic.label, found.papers, cap)
    if form == "slack":
        return _slack(found, cap)
    if form == "discord":
        return _discord(found, cap)
    digest = as_digest(found, cap)
    if form == "json":
        return _json(found, digest)
    return "".join(f"{line}\n" for line in _lines(found, view(digest)))


def as_digest(found: Found, cap: int) -> Digest:
    """Return the digest of one topic, as its channel would get it, with cards."""
    items = tuple(Item(paper.id, paper.version, Kind.NEW, (1,)) for paper in found.papers)
    return Digest(
        id=0,
        destination=_NOWHERE,
        slot=_MOMENT,
        place=Place(_NOWHERE, "preview", density=Density.CARDS, is_person=True),
        heading=Heading(days=found.days, scanned=found.scanned, topics=((1, found.topic.label),)),
        items=items,
        shown=cap,
        papers={(paper.id, paper.version): paper for paper in found.papers},
    )


def _slack(found: Found, cap: int) -> str:
    """Return the bodies that a Slack channel would get, as a JSON array, without the channel."""
    from bot.platforms.slack.blocks import keyed  # noqa: PLC0415 - only where it is asked for
    from bot.platforms.slack.render import render  # noqa: PLC0415

    digest = _in_channel(found, cap)
    return _array([keyed(body.payload, digest.slot.key) for body in render(digest)])


def _discord(found: Found, cap: int) -> str:
    """Return the bodies that a Discord channel would get, as a JSON array, without a nonce."""
    from bot.platforms.discord.ids import keyed  # noqa: PLC0415 - only where it is asked for
    from bot.platforms.discord.render import render  # noqa: PLC0415

    digest = _in_channel(found, cap)
    return _array([keyed(body.payload, digest.slot.key) for body in render(digest)])


def _in_channel(found: Found, cap: int) -> Digest:
    """Return the digest as a channel would get it; of nothing, a word that says so."""
    digest = as_digest(found, cap)
    place = replace(digest.place, density=Density.AUTO, is_person=False)
    note = "" if found.papers else _nothing(found)
    return replace(digest, place=place, heading=replace(digest.heading, note=note))


def _array(bodies: Sequence[object]) -> str:
    return msgspec.json.format(msgspec.json.encode(bodies), indent=2).decode() + "\n"


def _nothing(found: Found) -> str:
    papers = "paper" if found.scanned == 1 else "papers"
    return f"Nothing on {found.topic.label} among {found.scanned:,} {papers}."


def _lines(found: Found, seen: DigestView) -> Iterator[str]:
    if not found.papers:
        yield _nothing(found)
    else:
        yield seen.title
    if found.topic.reading != found.topic.label:
        yield f"Topic: {found.topic.reading}"
    for card in seen.cards:
        yield ""
        yield from _card(card)
    if seen.more:
        yield ""
        yield f"{seen.more[0].upper()}{seen.more[1:]}. --cap shows more."
    if found.left_out:
        yield ""
        yield f"Left out: {len(found.left_out):,}"
        for paper, part in found.left_out:
            yield f"  {paper.id}v{paper.version} by {part}: {plain(paper.title)}"


def _card(card: CardView) -> Iterator[str]:
    yield from _wrapped(f"{card.number}. {card.title}", "", "   ")
    yield f"   {card.url}"
    names = ". ".join(filter(None, [card.authors, card.categories]))
    yield from _wrapped(names, "   ", "   ")
    yield from _wrapped(card.excerpt, "   ", "   ")
    links = [f"{card.link.label}: {card.link.url}"] if card.link else []
    comment = [f"Comment: {card.comment}"] if card.comment else []
    yield from _wrapped(". ".join([*links, *comment]), "   ", "   ")


def _wrapped(text: str, first: str, rest: str) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _json(found: Found, digest: Digest) -> str:
    """Return one JSON object: what is shown, what stands behind the cap, what was left out."""
    seen = view(digest)
    table = {
        "topic": found.topic.label,
        "reading": found.topic.reading,
        "title": seen.title,
        "scanned": found.scanned,
        "papers": [_card_table(card) for card in seen.cards],
        "more": [f"{paper.id}v{paper.version}" for paper in found.papers[digest.shown :]],
        "left_out": [
            {"id": paper.id, "version": paper.version, "by": part} for paper, part in found.left_out
        ],
    }
    return msgspec.json.format(msgspec.json.encode(table), indent=2).decode() + "\n"


def _card_table(card: CardView) -> dict[str, object]:
    return {
        "id": card.paper,
        "version": card.version,
        "title": card.title,
        "url": card.url,
        "authors": card.authors,
        "categories": card.categories,
        "excerpt": card.excerpt,
        "link": card.link.url if card.link else None,
        "link_kind": card.link.label.lower() if card.link else None,
        "comment": card.comment,
        "because": [{"field": why.field, "words": why.words} for why in card.because],
    }
