"""Words ⇄ settings: whatever a subscription has can be written down and read back."""

from dataclasses import replace

import pytest
from hypothesis import given, settings, strategies as st

from bot.commands.settings import (
    FieldError,
    Habits,
    Settings,
    applied,
    as_edit,
    as_layout,
    as_line,
    both_excluded,
    exclusion,
    laid_out,
    lost_schedule,
    read_fields,
    read_wish,
)
from bot.compose.topic import parse_topic
from bot.errors import TopicError, UserError
from bot.model import (
    Daily,
    Density,
    Destination,
    Kind,
    OnArrival,
    Place,
    Schedule,
    Subscription,
    Weekly,
)

HERE = Destination("slack", "T1", "C1")
CHANNEL, PERSON = Habits(person=False), Habits(person=True)

clocks = st.builds(lambda h, m: f"{h:02}:{m:02}", st.integers(0, 23), st.integers(0, 59))
days = st.sets(st.integers(1, 7), min_size=1).map(lambda found: tuple(sorted(found)))
schedules: st.SearchStrategy[Schedule] = st.one_of(
    st.builds(Daily, clocks), st.builds(Weekly, days, clocks), st.builds(OnArrival, st.booleans())
)
habits = st.sampled_from((CHANNEL, PERSON))
labels = st.sampled_from(
    (
        "image generation",
        "hep-th",
        'ti:"spin glass" AND au:"F L", cat:cs.*',
        "papers published daily AND lamps",
        '"on arrival"',
        "a = b, 100% = 1",
        "c++ / d&e; naïve ü 量子",
        "diffusion -survey kind:new|replace",
        "cat:cs.CV AND diffusion OR flow",
    )
)
kinds = st.sets(st.sampled_from(Kind), min_size=1).map(frozenset)
zones = st.sampled_from(("UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+7"))
subscriptions = st.builds(
    lambda label, schedule, zone, kinds, updates: Subscription(
        HERE, 3, parse_topic(label).canonical, label, schedule, zone, 7, kinds, updates
    ),
    labels,
    schedules,
    zones,
    kinds,
    st.booleans(),
)
BLANK = Subscription(HERE, 3, '"blank"', "blank", Daily(), "UTC", 7)


@given(subscriptions, habits)
def test_an_edit_names_everything_that_a_subscription_has(
    one: Subscription, habits: Habits
) -> None:
    command = as_edit(one, habits)
    assert command.startswith("edit 3 ")
    assert "\n" not in command
    wish = read_wish(command.removeprefix("edit 3 "), habits)
    assert applied(BLANK, wish.settings) == one


@given(subscriptions, habits)
def test_a_line_of_many_reads_back_as_the_subscription(one: Subscription, habits: Habits) -> None:
    wish = read_wish(as_line(one, habits, "UTC"), habits)
    assert applied(BLANK, wish.settings) == one


@given(st.sampled_from(Density), st.booleans(), st.sampled_from(("", "survey", '"a b", c -d')))
def test_a_layout_names_every_option_of_a_place(density: Density, tell: bool, without: str) -> None:
    place = Place(HERE, "#papers", density=density, tell_empty=tell, exclude=without)
    wish = read_wish(as_layout(place).removeprefix("layout "), CHANNEL)
    assert laid_out(Place(HERE, "#papers", exclude="other"), wish.settings) == place


@given(st.text(max_size=60))
@settings(max_examples=200)
def test_any_line_is_read_or_refused_as_the_users_mistake(text: str) -> None:
    for habit in (CHANNEL, PERSON):
        try:
            wish = read_wish(text, habit)
        except UserError:
            continue
        again = read_wish(wish.with_topic(wish.typed), habit)
        assert again.settings == wish.settings


@given(st.dictionaries(st.sampled_from(list(Settings.__dataclass_fields__)), st.text(max_size=20)))
def test_any_form_is_read_or_refused_at_its_fields(values: dict[str, str]) -> None:
    values = {name.replace("_", "-"): text for name, text in values.items()}
    found, errors = read_fields(values, CHANNEL)
    assert {error.field for error in errors} <= values.keys()
    for error in errors:
        assert getattr(found, error.field.replace("-", "_")) is None
        assert str(error)


@pytest.mark.parametrize(
    ("words", "schedule"),
    [
        ("on arrival", OnArrival(quiet=True)),
        ("at once", OnArrival()),
        ("on arrival by day", OnArrival(quiet=True)),
        ("daily at 8:30", Daily("08:30")),
    ],
)
def test_a_persons_alerts_keep_quiet_at_night_unless_told(words: str, schedule: Schedule) -> None:
    assert PERSON.parse(words) == schedule
    assert PERSON.split(f"spin glass {words}") == ("spin glass", schedule)


def test_a_channel_is_told_at_once() -> None:
    assert CHANNEL.parse("on arrival") == CHANNEL.parse("at once") == OnArrival()


def test_the_default_time_stands_in_for_none() -> None:
    assert Habits(person=False, at="07:15").parse("weekly on fri") == Weekly((5,), "07:15")


def test_settings_stand_before_the_topic_in_any_case() -> None:
    wish = read_wish("Updates=ON zone=tokyo  spin  glass weekly", CHANNEL)
    assert wish.settings.updates is True
    assert wish.settings.zone == "Asia/Tokyo"
    assert wish.with_topic("x OR y") == "Updates=ON zone=tokyo x OR y weekly on mon at 09:00"


def test_an_equals_sign_within_a_topic_is_no_setting() -> None:
    wish = read_wish("lamps zone=tokyo", CHANNEL)
    assert wish.settings.zone is None


@pytest.mark.parametrize("text", ["-survey", " survey ", "survey"])
def test_an_exclusion_may_be_written_with_its_minus(text: str) -> None:
    assert exclusion(text) == "survey"


def test_an_exclusion_has_no_kind() -> None:
    with pytest.raises(UserError):
        exclusion("survey kind:new")
    with pytest.raises(TopicError):
        exclusion("(")


def test_exclusions_add_up_and_none_twice() -> None:
    assert both_excluded("", "survey") == "survey"
    both = both_excluded("a1 AND b1", "c1 -d1")
    assert parse_topic(both) == parse_topic("(a1 AND b1) OR (c1 -d1)")
    assert both_excluded(both, "C1 -D1") == both


@pytest.mark.parametrize(
    ("line", "lost"),
    [
        ("spin glass daily at 25:00", "daily at 25:00"),
        ("spin glass weekly on foo", "weekly on foo"),
        ("spin glass at 8:61", "at 8:61"),
        ("daily life", ""),
        ('"weekly on foo"', ""),
        ("spin glass weekly", ""),
    ],
)
def test_words_that_only_look_like_a_time_are_remarked_on(line: str, lost: str) -> None:
    remark = lost_schedule(read_wish(line, CHANNEL))
    assert (remark is not None) is bool(lost)
    if remark:
        assert remark.text.startswith(f'"{lost}" is read as words of the topic.')


def test_the_first_wrong_setting_is_named() -> None:
    with pytest.raises(FieldError) as caught:
        read_wish("kinds=old zone=Nowhere x", CHANNEL)
    assert caught.value.field == "zone"
    assert "Nowhere" in str(caught.value)


def test_what_is_not_said_stays() -> None:
    one = replace(BLANK, updates=True, kinds=frozenset({Kind.REPLACE}))
    assert applied(one, Settings()) == one
