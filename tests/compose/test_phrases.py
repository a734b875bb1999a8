from datetime import date

from bot.compose.phrases import count, day, joined, shortened


def test_a_day_is_named_as_people_say_it() -> None:
    assert day(date(2026, 11, 24)) == "Tue 24 Nov"


def test_counts_have_separators_and_one_is_singular() -> None:
    assert (count(1204, "paper"), count(1, "paper"), count(0, "paper")) == (
        "1,204 papers",
        "1 paper",
        "0 papers",
    )


def test_lists_end_with_and() -> None:
    assert (joined([]), joined(["a"]), joined(["a", "b", "c"])) == ("", "a", "a, b and c")


def test_long_labels_are_cut_at_a_word() -> None:
    assert shortened("image generation and much more", 18) == "image generation…"
    assert shortened("short") == "short"
