"""Reading places back after a restore: what can be read now, later, or never."""

from collections.abc import Sequence
from datetime import timedelta

from bot.errors import AccountLost, CannotAsk, DestinationLost, RetryLater
from bot.limits import DeliveryLimits
from bot.model import Destination, Place
from bot.posted import Posted, papers_in
from bot.rereading import NOTHING_LEFT, Rereader
from tests.fakes import FakeCalendar

HERE = Destination("fake", "T", "C1")
THERE = Destination("fake", "T", "C2")
LIMITS = DeliveryLimits()


class MemoryUnread:
    """The port `Unread` without a store."""

    def __init__(self, *places: Destination) -> None:
        self.left = list(places)
        self.outcome: dict[Destination, object] = {}

    async def places(self, platform: str = "") -> tuple[Place, ...]:
        some = (one for one in self.left if platform in ("", one.platform))
        return tuple(Place(one, one.address, last_platform_id="7") for one in some)

    async def read(self, destination: Destination, posted: Sequence[Posted], at: object) -> None:  # noqa: ARG002
        self.left.remove(destination)
        self.outcome[destination] = posted

    async def unreadable(self, destination: Destination, reason: str, at: object) -> None:  # noqa: ARG002
        self.left.remove(destination)
        self.outcome[destination] = reason


class Script:
    """The port `History`: answers each place as it was told."""

    name = "fake"

    def __init__(self, answers: dict[Destination, list[Exception | Sequence[Posted]]]) -> None:
        self.answers = answers

    async def posted(self, destination: Destination, since: str) -> Sequence[Posted]:
        assert since == "7"
        answer = self.answers[destination].pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


class Told:
    def __init__(self, unread: MemoryUnread, history: Script) -> None:
        self.read = self.done = 0
        self.calendar = FakeCalendar()
        self.rereader = Rereader(
            unread, [history], self.calendar, LIMITS, on_read=self.on_read, on_done=self.on_done
        )

    def on_read(self) -> None:
        self.read += 1

    async def on_done(self) -> None:
        self.done += 1

    async def step(self) -> timedelta:
        return await self.rereader.step() - self.calendar.now()


async def test_a_usual_start_has_nothing_to_read_and_says_so_once() -> None:
    told = Told(MemoryUnread(), Script({}))
    assert await told.step() == NOTHING_LEFT
    assert await told.step() == NOTHING_LEFT
    assert (told.read, told.done) == (0, 1)


async def test_each_place_is_read_or_given_up_and_then_all_is_done() -> None:
    found = (Posted("9", "K"),)
    unread = MemoryUnread(HERE, THERE)
    told = Told(unread, Script({HERE: [found], THERE: [CannotAsk("no scope")]}))
    assert await told.step() == timedelta(0)
    assert unread.outcome == {HERE: found, THERE: "a backup was put back, and no scope"}
    assert await told.step() == NOTHING_LEFT
    assert (told.read, told.done) == (2, 1)


async def test_a_lost_place_holds_up_no_other_and_is_tried_again() -> None:
    unread = MemoryUnread(HERE, THERE)
    told = Told(unread, Script({HERE: [DestinationLost("archived"), ()], THERE: [()]}))
    wait = await told.step()
    assert unread.left == [HERE]
    assert wait == timedelta(seconds=LIMITS.reconcile_ladder[0])
    await told.step()
    assert unread.left == []


async def test_a_defect_of_an_adapter_lets_no_place_go_on_unread() -> None:
    unread = MemoryUnread(HERE)
    told = Told(unread, Script({HERE: [ZeroDivisionError("a secret")]}))
    await told.step()
    assert unread.left == [HERE]


async def test_a_platform_that_asks_to_wait_is_obeyed_and_asked_nothing_else_meanwhile() -> None:
    busy = RetryLater("slow down", retry_after=timedelta(seconds=3))
    unread = MemoryUnread(HERE, THERE)
    told = Told(unread, Script({HERE: [busy], THERE: []}))
    assert await told.step() == timedelta(seconds=3)
    assert unread.left == [HERE, THERE]


async def test_a_lost_account_is_asked_once_a_round_and_less_and_less_often() -> None:
    unread = MemoryUnread(HERE, THERE)
    lost: list[Exception | Sequence[Posted]] = [AccountLost("token revoked") for _ in range(5)]
    told = Told(unread, Script({HERE: lost, THERE: []}))
    waits = [await told.step() for _ in range(5)]
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(seconds=LIMITS.reconcile_ladder[-1])


def test_the_papers_of_a_message_are_those_that_its_commands_open() -> None:
    commands = ["open 2611.00001v2", "discuss 2611.00001v2", "open hep-th/9711200v1", "show all"]
    text = "1. See https://arxiv.org/abs/2001.00001v1 for more"
    assert papers_in(commands, text) == (("2611.00001", 2), ("hep-th/9711200", 1))


def test_the_papers_of_a_plain_form_are_those_at_the_ends_of_its_lines() -> None:
    text = (
        "7 papers\n"
        "1. After https://arxiv.org/abs/2001.00001v1: a reply https://arxiv.org/abs/2611.00001v2\n"
        "2\\. Other <https://arxiv.org/abs/math/0309136v10>"
    )
    assert papers_in((), text) == (("2611.00001", 2), ("math/0309136", 10))
