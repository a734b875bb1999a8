"""Texts on Discord: whatever is said is shown as it stands, and nothing more happens."""

from datetime import UTC, datetime

import pytest
from hypothesis import given

from bot.compose.moments import Moment, stamped
from bot.platforms.discord.texts import (
    address,
    cut,
    fenced,
    flat,
    label,
    link,
    literal,
    moment,
    pieces,
    sentence,
)
from tests.platforms.discord.reading import Run, read, seen
from tests.platforms.discord.samples import HOSTILE, hostile

URL = "https://arxiv.org/abs/2611.00001v2"


@given(hostile)
def test_any_text_is_shown_as_it_stands(text: str) -> None:
    runs = read(literal(text))
    assert {run.kind for run in runs} <= {"text"}
    assert seen(literal(text)) == flat(text).replace("\u2060", "")


@pytest.mark.parametrize("text", HOSTILE)
def test_known_tricks_are_shown_as_they_stand(text: str) -> None:
    assert seen(literal(text)) == flat(text).replace("\u2060", "")


@given(hostile)
def test_a_link_reads_its_text_and_leads_where_it_says(text: str) -> None:
    made = link(URL, text)
    (run,) = read(made)
    assert run.to == URL
    shown = run.text.replace("\u2060", "").replace("\uff3b", "[").replace("\uff3d", "]")
    assert run.kind == ("link" if flat(text) else "autolink")
    if flat(text):
        assert shown == flat(text).replace("\u2060", "").replace("\uff3b", "[").replace(
            "\uff3d", "]"
        )


@given(hostile)
def test_no_address_ends_its_link(text: str) -> None:
    url = address(f"https://x.example/{text}")
    assert not set(url) & set("<>()[]\\ \n\"'`*|") - {"'"}
    if url:
        assert read(f"[a](<{url}>)") == [Run("link", "a", url)]


def test_only_addresses_of_pages_are_linked() -> None:
    assert address("javascript:alert(1)") == ""
    assert seen(link("javascript:alert(1)", "x")) == "x"


@given(hostile)
def test_a_cut_text_fits_with_its_escapes(text: str) -> None:
    assert len(literal(cut(text, 60)).encode("utf-16-le")) // 2 <= 60
    assert 0 < len(label(text, 60).encode("utf-16-le")) // 2 <= 60


@given(hostile)
def test_pieces_are_the_whole_text_and_each_fits(text: str) -> None:
    some = list(pieces(text, 50))
    assert "".join("".join(some).split()) == "".join(flat(text).split())
    assert all(len(literal(one).encode("utf-16-le")) // 2 <= 50 for one in some)


@given(hostile)
def test_a_code_block_is_never_left(text: str) -> None:
    kinds = [run.kind for run in read(fenced(text))]
    assert kinds.count("fence") == 1
    assert set(kinds) <= {"fence", "text"}


def test_a_moment_is_shown_in_each_readers_zone() -> None:
    when = datetime(2026, 11, 25, 9, tzinfo=UTC)
    assert moment(Moment(when, "10:00 Berlin time", with_day=False)) == "<t:1795597200:t>"
    said = stamped(when, "Wed 25 Nov 10:00", with_day=True)
    assert sentence(f"read *at* {said}.") == "read \\*at\\* <t:1795597200:f>."


def test_an_endless_address_is_shown_short_and_not_linked() -> None:
    made = link(f"https://x.example/{'y' * 10_000}", "")
    assert len(made) < 150
    assert {run.kind for run in read(made)} == {"text"}
