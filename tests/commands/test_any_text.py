"""Whatever is typed, pressed or filled in gets an answer: nothing escapes but cancellation."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

import pytest
from hypothesis import given, settings, strategies as st

from bot.commands.grammar import PRESSED, VERBS
from bot.dialogue import Reply
from bot.errors import StoreFull
from tests.commands.dialogue import ADA, EVE, GLASS, NOON, PAPERS, SMALL, own, talking
from tests.fakes import FakeCalendar

VALID = (
    "subscribe image generation daily at 9:00",
    "subscribe zone=Asia/Tokyo updates=on cat:cs.CV AND diffusion OR flow weekly on mon",
    "subscribe --keep --add ti:spin glass kind:new|replace",
    "subscribe many\nhep-th\nspin glass weekly\nti:x",
    "subscribe --apply many\nhep-th\nspin glass weekly",
    "unsubscribe 1",
    "resubscribe 1",
    "edit 1 spin glass on arrival",
    "edit 1 topic=spin%20glass when=daily%20at%2009:00 kinds=new,cross density=cards exclude=x%22",
    "pause 1 until mon",
    "pause for 2 weeks",
    "resume 1",
    "preview image generation -flow",
    "preview --latest 1",
    "search --page-2 au:hinton",
    "search 2611.00001v1",
    "open hep-th/9901001",
    "alert add diffusion policy at once",
    "alert edit 1 daily",
    "alert skip",
    "alert skip off",
    "saved --bibtex",
    "save 2611.00001",
    "exclude survey",
    "layout density=compact exclude=a tell-empty=on",
    "tell-empty off",
    "doubt yes ABCDEFGHIJKLMNOPQRSTUVWX",
    "more ABCDEFGHIJKLMNOPQRSTUVWX 2",
    "last --page-1 1",
    "undo unsubscribe 1\nedit 1 weekly\nlayout density=auto",
    "forget-me --delete",
    "status",
    "list",
    "export",
    "retry",
    "keep 1",
)
PIECES = (
    '"', "'", "(", ")", "-", "--", ",", "=", "%", "%ff", "%00", "\n", "\x00", "\ud800", "\u2028",
    " ", "²", "٣", "99999999999999999999", "-1", "1", "0", "AND", "OR", "ANDNOT", "kind:", "ti:",
    "cat:", "co:", "zone=", "when=", "topic=", "--page-", "--page-999", "daily at", "weekly on",
    "until", "ı", "ß", "İ", "\u202e", "arxiv.org/abs/", "{key}",
)  # fmt: skip

any_text = st.text(st.characters(exclude_categories=()), max_size=60)
verbs = st.sampled_from((*VERBS, *PRESSED, "alert " + VERBS[0]))
FIELDS = ("topic", "when", "zone", "kinds", "updates", "density", "exclude", "lines", "word")
fields = st.sampled_from((*FIELDS, "other"))


@st.composite
def mutations(draw: st.DrawFn) -> str:
    """A command that would be right, with a few mistakes in it."""
    text = draw(st.sampled_from(VALID))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text)))
        until = at + draw(st.integers(0, 8))
        piece = draw(st.sampled_from(PIECES) | any_text | st.just(text[at:until]))
        text = text[:at] + piece + text[until:]
    return text


commands = st.one_of(
    any_text,
    mutations(),
    st.sampled_from(VALID),
    st.builds(lambda verb, rest: f"{verb} {rest}", verbs, any_text),
)
requests = st.tuples(
    commands,
    st.sampled_from((ADA, ADA, ADA, EVE)),
    st.sampled_from((PAPERS, PAPERS, GLASS, None)),
    st.just({}) | st.dictionaries(fields, any_text | st.sampled_from(PIECES), max_size=4),
)


def says_something(reply: Reply) -> bool:
    return any((reply.title, reply.text, reply.form, reply.papers, reply.file))


def check(reply: Reply) -> None:
    """What holds for every answer."""
    assert reply.ok or not reply.public
    for action in reply.actions:
        assert action.label.strip()
        assert action.command.strip()
    for row in reply.table:
        assert len(row) == len(reply.table[0])
    if reply.errors:
        assert reply.form
        assert {name for name, _ in reply.errors} <= {one.name for one in reply.form.fields}


@given(st.lists(requests, min_size=1, max_size=12))
@settings(max_examples=80)
async def test_whatever_is_asked_is_answered(asked: list[tuple]) -> None:  # type: ignore[type-arg]
    async with talking(SMALL) as dialogue:
        for text, who, where, values in asked:
            place = where or own(who)
            reply = await dialogue.say(text, who, place, values)
            check(reply)
            assert says_something(reply) or place == own(who)


@given(st.sampled_from(VALID), st.data())
@settings(max_examples=60)
async def test_whatever_is_pressed_after_whatever_is_answered(
    start: str, data: st.DataObject
) -> None:
    async with talking(SMALL) as dialogue:
        await dialogue.say("subscribe image generation")
        reply = await dialogue.say(start)
        for _ in range(6):
            choices = list(reply.actions) or [*(await dialogue.say("list")).actions]
            if not choices:
                return
            reply = await dialogue.say(data.draw(st.sampled_from(choices)).command)
            check(reply)


@pytest.mark.parametrize("length", [5_000, 200_000])
@pytest.mark.parametrize("piece", ["a", "a ", "daily ", '"', "(", "zone=", "a,", "-a "])
async def test_the_longest_commands_are_answered_at_once(length: int, piece: str) -> None:
    text = (piece * length)[:length]
    async with talking(SMALL) as dialogue, asyncio.timeout(5):
        for verb in ("", "subscribe", "search", "edit 1", "exclude", "alert add", "open", "pause"):
            check(await dialogue.say(f"{verb} {text}"))


@dataclass(slots=True)
class BrokenCalendar(FakeCalendar):
    """A part that fails; every change of a subscription reads the time."""

    error: BaseException | None = None

    def now(self) -> datetime:
        if self.error:
            raise self.error
        return FakeCalendar.now(self)


async def test_trouble_with_the_store_is_told() -> None:
    calendar = BrokenCalendar(NOON)
    async with talking(SMALL, calendar=calendar) as dialogue:
        calendar.error = StoreFull("The disk is full.", remedy="Free some space.")
        reply = await dialogue.say("subscribe spin glass")
        assert (reply.text, reply.ok) == ("The disk is full. Free some space.", False)


async def test_cancellation_passes_through_and_leaves_the_bot_able_to_answer() -> None:
    calendar = BrokenCalendar(NOON)
    async with talking(SMALL, calendar=calendar) as dialogue:
        calendar.error = asyncio.CancelledError()
        with pytest.raises(asyncio.CancelledError):
            await dialogue.say("subscribe spin glass")
        calendar.error = None
        assert (await dialogue.say("subscribe spin glass")).ok
