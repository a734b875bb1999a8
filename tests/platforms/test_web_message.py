import pytest
from hypothesis import given, strategies as st

from bot.errors import BodyRejected
from bot.platforms.web.message import (
    Button,
    Card,
    Message,
    Reference,
    Section,
    pack,
    unpack,
    with_key,
)

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
RUNS = st.lists(st.tuples(TEXT, st.booleans()), max_size=3).map(tuple)
BUTTONS = st.lists(st.builds(Button, TEXT, TEXT, TEXT), max_size=2).map(tuple)
CARDS = st.builds(
    Card, paper=TEXT, title=RUNS, url=TEXT, number=st.integers(0, 99), authors=RUNS,
    categories=RUNS, excerpt=TEXT, comment=RUNS, note=TEXT, abstract=RUNS, buttons=BUTTONS,
    references=st.lists(st.builds(Reference, TEXT, TEXT), max_size=2).map(tuple),
)  # fmt: skip
SECTIONS = st.builds(Section, st.lists(CARDS, max_size=2).map(tuple), TEXT)
MESSAGES = st.builds(
    Message, title=TEXT, lines=st.lists(TEXT, max_size=2).map(tuple), more=TEXT, by=TEXT,
    sections=st.lists(SECTIONS, max_size=2).map(tuple), compact=st.booleans(), ok=st.booleans(),
    table=st.lists(st.lists(TEXT, max_size=2).map(tuple), max_size=2).map(tuple),
    buttons=BUTTONS, head=BUTTONS,
)  # fmt: skip


@given(MESSAGES)
def test_a_message_comes_back_as_it_was_kept(message: Message) -> None:
    assert unpack(pack(message)) == message


@given(MESSAGES)
def test_the_same_message_gives_the_same_bytes(message: Message) -> None:
    assert pack(unpack(pack(message))) == pack(message)


@pytest.mark.parametrize("payload", ["", "{", "[]", '{"title": 1}', "null", '{"format": 2}'])
def test_anything_else_is_refused(payload: str) -> None:
    with pytest.raises(BodyRejected):
        unpack(payload)


def test_the_key_stands_in_every_button_of_the_message() -> None:
    button = Button("Yes", "doubt yes {key}")
    card = Card("1", (), "", buttons=(button,))
    message = Message(sections=(Section((card,)),), buttons=(button,), head=(button,))
    keyed = with_key(message, "K")
    assert keyed.buttons == keyed.head == keyed.sections[0].cards[0].buttons
    assert keyed.buttons[0].command == "doubt yes K"
