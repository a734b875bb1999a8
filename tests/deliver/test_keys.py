from hypothesis import given, strategies as st

from bot.deliver.keys import KEY_LENGTH, delivery_key

ARGUMENTS = st.tuples(
    st.sampled_from(["web", "slack", "discord"]),
    st.text(max_size=12),
    st.text(max_size=12),
    st.text(max_size=20),
    st.integers(0, 50),
    st.integers(0, 9),
)


@given(ARGUMENTS)
def test_a_key_is_24_characters_of_base32(arguments: tuple[str, str, str, str, int, int]) -> None:
    key = delivery_key(*arguments)
    assert len(key) == KEY_LENGTH
    assert set(key) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")


@given(ARGUMENTS, ARGUMENTS)
def test_different_messages_have_different_keys(
    one: tuple[str, str, str, str, int, int], other: tuple[str, str, str, str, int, int]
) -> None:
    assert (delivery_key(*one) == delivery_key(*other)) is (one == other)


def test_parts_that_only_differ_in_where_they_are_cut_have_different_keys() -> None:
    assert delivery_key("slack", "T1", "2C", "s", 0, 0) != delivery_key(
        "slack", "T12", "C", "s", 0, 0
    )


def test_a_key_never_changes_because_messages_on_the_platforms_carry_it() -> None:
    slot = "2026-11-25T09:00 Europe/Berlin"
    assert delivery_key("slack", "T1", "C1", slot, 0, 0) == "6VDCZQNRUI5GRJFBNVWW53AZ"
