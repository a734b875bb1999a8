"""What people see of a digest, whatever the platform."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.compose.view import DigestView, LinkView, density_of, view
from bot.dialogue import Action
from bot.model import (
    Because,
    Density,
    Destination,
    Digest,
    Heading,
    Item,
    Kind,
    Paper,
    Place,
    Raw,
    Slot,
)

HERE = Destination("web", "local", "papers")
TUESDAY = date(2026, 11, 24)
SLOT = Slot("2026-11-25T09:00 Europe/Berlin", datetime(2026, 11, 25, 8, tzinfo=UTC))
TOPICS = ((1, "image generation"), (2, "spin glass"))
NAMES = ("Ada One", "Ben Two", "Cleo Three", "Dan Four", "Eve Five", "Fay Six")


def paper(n: int, version: int = 1) -> Paper:
    return Paper(
        f"2611.{n:05}",
        Raw(rf"The \emph{{glass}} number {n} of $\mathcal{{O}}(n^2)$"),
        Raw(
            "Glass is old. In this work, we propose a new glass. It is clear. "
            f"Code is available at https://github.com/glass/number-{n}."
        ),
        version,
        tuple(Raw(name) for name in NAMES),
        ("cond-mat.dis-nn", "cs.LG"),
        Raw(r"12 pages, accepted at \textbf{GLASS}"),
    )


def item(n: int, kind: Kind = Kind.NEW, numbers: tuple[int, ...] = (1,), version: int = 1) -> Item:
    return Item(f"2611.{n:05}", version, kind, numbers)


def digest(*items: Item, shown: int = 30, **heading: object) -> Digest:
    usual: dict[str, object] = {"days": (TUESDAY,), "scanned": 1204, "topics": TOPICS, **heading}
    return Digest(
        1,
        HERE,
        SLOT,
        Place(HERE, "#papers"),
        Heading(**usual),  # type: ignore[arg-type]
        items,
        shown,
        {(one.paper, one.version): paper(int(one.paper[5:]), one.version) for one in items},
    )


def seen(*items: Item, density: Density = Density.AUTO, **options: object) -> DigestView:
    one = digest(*items, **options)  # type: ignore[arg-type]
    return view(replace(one, place=replace(one.place, density=density)))


# ── title ────────────────────────────────────────────────────────────────────────────────────────


def test_the_title_names_the_list_date_the_papers_and_the_topics_that_found_them() -> None:
    items = [item(n, numbers=(1 + n % 2,)) for n in range(7)]
    assert seen(*items).title == "arXiv of Tue 24 Nov: 7 papers on image generation, spin glass"
    assert seen(item(1)).title == "arXiv of Tue 24 Nov: 1 paper on image generation"


def test_a_title_counts_papers_behind_the_cap_too() -> None:
    title = seen(*(item(n) for n in range(40))).title
    assert title == "arXiv of Tue 24 Nov: 40 papers on image generation"


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (1, "Tue 24 Nov"),
        (2, "Tue 24 Nov and Wed 25 Nov"),
        (4, "Tue 24 Nov to Fri 27 Nov"),
    ],
)
def test_a_title_names_all_days(days: int, words: str) -> None:
    covered = tuple(TUESDAY + timedelta(days=n) for n in range(days))
    assert seen(item(1), days=covered).title.startswith(f"arXiv of {words}: ")


def test_of_many_topics_a_title_names_some_and_counts_the_others() -> None:
    topics = tuple((n, f"topic {n}") for n in range(1, 8))
    title = seen(item(1, numbers=tuple(range(1, 8))), topics=topics).title
    assert title.endswith("1 paper on topic 1, topic 2, topic 3, 4 other topics")


# ── cards ────────────────────────────────────────────────────────────────────────────────────────


def test_a_card_shows_everything_in_plain_text() -> None:
    one = replace(item(7), because=(Because("author", "Eve", ((0, 3),), index=4),))
    (card,) = seen(one).cards
    assert card.number == 1
    assert card.title == "The glass number 7 of O(n²)"
    assert card.url == "https://arxiv.org/abs/2611.00007v1"
    assert card.pdf == "https://arxiv.org/pdf/2611.00007v1"
    assert card.authors == "Ada One, Ben Two, Cleo Three … Eve Five, Fay Six (6 authors)"
    assert card.categories == "cond-mat.dis-nn, cs.LG"
    assert card.excerpt == "… In this work, we propose a new glass."
    assert card.comment == "12 pages, accepted at GLASS"
    assert card.link == LinkView(
        "Code", "https://github.com/glass/number-7", "github.com/glass/number-7"
    )
    assert card.because == one.because


def test_a_compact_line_holds_number_title_link_and_labels_only() -> None:
    card = next(seen(item(7), density=Density.COMPACT).cards)
    assert (card.number, card.title) == (1, "The glass number 7 of O(n²)")
    assert card.link
    assert not (card.authors)
    assert not (card.excerpt)
    assert not (card.comment)
    assert not (card.categories)


def test_topics_stand_beside_papers_only_where_there_are_several() -> None:
    assert next(seen(item(1, numbers=(1, 2))).cards).labels == ("image generation", "spin glass")
    assert next(seen(item(1), topics=TOPICS[:1]).cards).labels == ()


def test_a_paper_of_which_no_text_is_kept_is_still_listed() -> None:
    one = replace(digest(item(1)), papers={})
    (card,) = view(one).cards
    assert (card.title, card.url) == ("arXiv:2611.00001", "https://arxiv.org/abs/2611.00001v1")


def test_new_cross_listed_and_updated_papers_are_told_apart_and_numbered_through() -> None:
    items = (item(1), item(2, Kind.CROSS), item(3, Kind.REPLACE, version=2))
    sections = seen(*items).sections
    assert [one.heading for one in sections] == ["", "Cross-listed", "Updated"]
    assert [card.number for one in sections for card in one.cards] == [1, 2, 3]
    assert sections[2].cards[0].labels[0] == "version 2"


# ── density ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("wanted", "papers", "drawn"),
    [
        (Density.AUTO, 5, Density.CARDS),
        (Density.AUTO, 6, Density.COMPACT),
        (Density.CARDS, 20, Density.CARDS),
        (Density.COMPACT, 1, Density.COMPACT),
        (Density.THREAD, 1, Density.THREAD),
    ],
)
def test_the_place_chooses_the_density_and_the_default_switches_by_itself(
    wanted: Density, papers: int, drawn: Density
) -> None:
    one = digest(*(item(n) for n in range(papers)))
    assert density_of(replace(one, place=replace(one.place, density=wanted))) is drawn


def test_a_thread_has_whole_cards() -> None:
    assert next(seen(item(1), density=Density.THREAD).cards).excerpt


def test_a_catch_up_is_titles_only_and_says_so() -> None:
    days = tuple(TUESDAY + timedelta(days=n) for n in range(4))
    one = seen(item(1), density=Density.CARDS, days=days, catch_up=True)
    assert (one.density, one.titles) == (Density.COMPACT, True)
    assert one.lines == ("4 days at once, so titles only.",)


# ── around the papers ────────────────────────────────────────────────────────────────────────────


def test_what_stands_behind_the_cap_is_counted_by_topic() -> None:
    items = [item(n) for n in range(39)] + [item(n, numbers=(2,)) for n in range(39, 42)]
    one = seen(*items)
    assert one.more == "and 12 more: 9 image generation, 3 spin glass"
    assert one.show_more == Action("Show 12 more", "more {key}")
    assert len(list(one.cards)) == 30


def test_nothing_more_needs_no_button() -> None:
    one = seen(item(1))
    assert (one.more, one.show_more) == ("", None)
    assert one.manage == Action("Manage", "list")


def test_a_channels_topic_can_become_a_private_alert() -> None:
    assert seen(item(1)).alerts == (
        Action("Alert me too: image generation", "alert add image generation"),
    )
    mine = digest(item(1))
    assert view(replace(mine, place=replace(mine.place, is_person=True))).alerts == ()


def test_a_late_digest_and_its_note_stand_above_the_papers() -> None:
    one = seen(item(1), late=True, note="I keep announcements for 90 days.")
    assert one.lines == (
        "This came late: arXiv's list was not complete at the usual time.",
        "I keep announcements for 90 days.",
    )


@pytest.mark.parametrize(
    ("name", "actions"),
    [
        ("tell-empty", [("Tell me anyway", "tell-empty")]),
        ("doubt:KEY", [("Yes, it is there", "doubt yes KEY"), ("No, send it", "doubt no KEY")]),
        ("remove:2", [("Remove spin glass", "alert remove 2")]),
        ("narrow:2", [("Narrow spin glass", "edit 2")]),
        ("weekly:2", [("Weekly: spin glass", "edit 2 weekly on mon")]),
    ],
)
def test_a_notice_is_a_line_with_buttons(name: str, actions: list[tuple[str, str]]) -> None:
    one = seen(note="What happened.", actions=(name,))
    assert (one.title, one.lines, one.sections) == ("", ("What happened.",), ())
    assert [(action.label, action.command) for action in one.actions] == actions
    assert one.manage is None
