"""Moments that sentences carry."""

from datetime import UTC, datetime

from hypothesis import given, strategies as st

from bot.compose.moments import Moment, moments, stamped, told

AT = datetime(2026, 11, 24, 5, 21, tzinfo=UTC)
ANNOTATION = "\ufff9\ufffa\ufffb"


def test_a_sentence_carries_its_moment_and_reads_without_it() -> None:
    text = f"arXiv of Tue 24 Nov: 1,204 papers, read at {stamped(AT, '06:21 Berlin time')}. Next."
    before, moment, after = moments(text)
    assert moment == Moment(AT, "06:21 Berlin time", with_day=False)
    assert (before, after) == ("arXiv of Tue 24 Nov: 1,204 papers, read at ", ". Next.")
    assert told(text) == "arXiv of Tue 24 Nov: 1,204 papers, read at 06:21 Berlin time. Next."


def test_a_moment_may_need_its_day() -> None:
    (moment,) = moments(stamped(AT, "Tue 24 Nov 06:21", with_day=True))
    assert isinstance(moment, Moment)
    assert moment.with_day


def test_a_moment_may_lead_to_the_message_that_came_then() -> None:
    text = stamped(AT, "Tue 24 Nov 06:21", with_day=True, url="https://chat.example/d/1")
    assert list(moments(text)) == [
        Moment(AT, "Tue 24 Nov 06:21", with_day=True, url="https://chat.example/d/1")
    ]
    assert told(text) == "Tue 24 Nov 06:21"


@given(st.text(alphabet=f"ab1d{ANNOTATION} "), st.text(alphabet=f"ab1d{ANNOTATION}"))
def test_no_text_leaves_half_a_stamp_behind(text: str, said: str) -> None:
    whole = told(text + stamped(AT, said) + text)
    assert not set(whole) & set(ANNOTATION)


@given(st.text(alphabet="ab 1d"))
def test_text_without_moments_is_told_as_it_is(text: str) -> None:
    assert told(text) == text
