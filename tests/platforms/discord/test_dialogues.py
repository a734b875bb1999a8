"""Discord goes through the dialogue table too, over the wire: what the core says, people see.

What Discord's own client does not let anybody send ends a dialogue: a verb that is not in the menu
of /arxiv, a line break in an option, a field for which a modal has no room.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from bot.commands.grammar import VERBS as WRITTEN
from bot.dialogue import Reply, Request
from bot.platforms.discord.definition import ALERTS, VERBS
from bot.platforms.discord.ids import pressed
from bot.platforms.discord.where import read_addressed
from tests.commands.dialogue import ADA, BEN, EVE, GLASS, PAPERS, own
from tests.dialogues import DIALOGUES, Turn
from tests.platforms.discord.reading import seen
from tests.platforms.discord.talking import ADA_ID, BEN_ID, EVE_ID, Talking, discord_talk
from tests.standins import discord_shown as shown
from tests.standins.discord_answers import Answer, words
from tests.standins.discord_world import OTHER, PAPERS as PAPERS_ID, Json, Message

IDS = {ADA.id: ADA_ID, BEN.id: BEN_ID, EVE.id: EVE_ID}
ROOMS = {PAPERS: PAPERS_ID, GLASS: OTHER}
KNOWN = {one.name: one for one in VERBS}
OWN = {one.name: one for one in ALERTS}


class NotTyped(Exception):
    """Nobody can send this in Discord."""


@dataclass
class DiscordDialogue:
    """Takes the turns of a dialogue as a person in Discord would."""

    talk: Talking
    replies: list[Reply] = field(default_factory=list)
    answer: Answer | None = None
    seen: list[Message] = field(default_factory=list)  # the messages of the last answer

    def __post_init__(self) -> None:
        """Listen to what the core answers, to know when the answer can be seen."""
        commands = self.talk.dialogue.commands
        run = commands.run

        async def noted(request: Request) -> Reply:
            reply = await run(request)
            self.replies.append(reply)
            return reply

        commands.run = noted  # type: ignore[method-assign]

    async def take(self, turn: Turn) -> Reply:
        """Take a turn; returns the core's reply once the person sees it."""
        count, before = len(self.replies), {one.id for one in self._all()}
        answer = self.answer = await self._do(turn)
        await self.talk.until(lambda: len(self.replies) > count)
        reply = self.replies[-1]
        if not (reply.form and answer.modal):
            await self.talk.discord.until(lambda: [m for m in self._all() if m.id not in before])
            await self.talk.until(lambda: self._is_whole(reply, before))
            self.seen = [m for m in self._all() if m.id not in before and not m.is_loading]
        return reply

    def _is_whole(self, reply: Reply, before: set[str]) -> bool:
        """Say whether the last of several messages has come."""
        said = " ".join(words(one) for one in self._all() if one.id not in before)
        last = ([*reply.text.split("\n"), *(cell for row in reply.table[1:] for cell in row)])[-1:]
        return not last or squeezed(last[0]) in squeezed(seen(said)) or bool(reply.papers)

    async def _do(self, turn: Turn) -> Answer:
        user, channel = IDS[turn.who.id], self._channel(turn)
        if turn.send is not None:
            assert self.answer
            return await self._send(turn, self.answer, user)
        if turn.press:
            return await self._press(turn.press, user)
        head, _, lines = turn.say.partition("\n")
        if lines and head in ("subscribe many", "alert add many"):
            return await self._fill_in_many(head, lines, user, channel)
        path, options = typed(turn.say)
        return await self.talk.people.command(path, user, channel, **options)

    async def _fill_in_many(self, head: str, lines: str, user: str, channel: str) -> Answer:
        """Open the form for many topics, and send the lines that are typed elsewhere."""
        path, count = "many" if head.startswith("subscribe") else "alert many", len(self.replies)
        opened = await self.talk.people.command(path, user, channel)
        await self.talk.until(lambda: len(self.replies) > count)
        if not opened.modal:
            return opened
        self.replies.pop()
        return await self.talk.people.submit(opened, {"lines": lines})

    async def _press(self, label: str, user: str) -> Answer:
        """Press the button that carries the command which the core gave that label."""
        actions = self.replies[-1].actions
        exact = [one for one in actions if one.label == label]
        wanted = (exact or [one for one in actions if one.label.startswith(label)])[0]
        for message in self.seen:
            for button in buttons(message):
                if command(button, message) == wanted.command:
                    return await self.talk.people.press(message, button["custom_id"], user)
        raise AssertionError(f"nothing carries {wanted.command!r}")

    async def _send(self, turn: Turn, opened: Answer, user: str) -> Answer:
        if opened.modal is None:  # a form that was wrong is filled in again from a button
            opened = await self._press_again(user)
        assert opened.modal
        return await self.talk.people.submit(opened, fitted(turn.send or {}, opened.modal))

    async def _press_again(self, user: str) -> Answer:
        (button,) = (
            (one, message)
            for message in self.seen
            for one in buttons(message)
            if one["label"] == "Fill it in again"
        )
        return await self.talk.people.press(button[1], button[0]["custom_id"], user)

    def labels(self) -> Iterator[str]:
        """Yield the commands that can be pressed now."""
        for message in self.seen:
            for button in buttons(message):
                yield command(button, message)

    def _channel(self, turn: Turn) -> str:
        if turn.where == own(turn.who):
            return self.talk.discord.world.direct(IDS[turn.who.id]).id
        return ROOMS[turn.where]

    def _all(self) -> list[Message]:
        """Return everything that anybody sees of the bot."""
        world = self.talk.discord.world
        return [
            one
            for channel in world.channels.values()
            for one in channel.messages
            if one.author == world.app
        ]


def typed(line: str) -> tuple[str, dict[str, str]]:
    """Return a line as a subcommand with its options; the first takes all that is typed."""
    verb, _, rest = line.partition(" ")
    if "\n" in line:
        raise NotTyped(line)
    if line in ("alert add many", "alert many"):
        return "alert many", {}
    if verb == "alert":
        verb, _, rest = (rest or "list").partition(" ")
        known, path = OWN, f"alert {verb}"
    elif line == "subscribe many":
        return "many", {}
    else:
        known, path = KNOWN, verb
    if verb not in known:
        raise NotTyped(line)
    if verb == "saved":
        return path, {"format": "bibtex"} if rest else {}
    options = known[verb].options
    text = [one.name for one in options if one.name != "channel"]
    needed = [one.name for one in options if one.required]
    if (rest and not text) or (needed and not rest):
        raise NotTyped(line)
    return path, {text[0]: rest} if rest else {}


def buttons(message: Message) -> list[Json]:
    return [one for one in shown.walk(message.components) if one.get("type") == 2]


def command(button: Json, message: Message) -> str:
    told = {"components": shown.identified(message.components)}
    return pressed(button["custom_id"], (), told)


def fitted(values: object, modal: Json) -> dict[str, str]:
    """Return what was filled in, by the fields that the form has; joined ones as one value."""
    assert isinstance(values, dict)
    left, found = dict(values), {}
    for one in shown.walk(modal["components"]):
        stands = one.get("value") or "options" in one
        if one.get("required") and not left.get(one.get("custom_id", ""), stands):
            raise NotTyped(f"{one['custom_id']} must be filled in")
        names = str(one.get("custom_id", "")).split("+")
        if not (set(names) & left.keys()):
            continue
        if len(names) == 1:
            found[names[0]] = left.pop(names[0])
            continue
        chosen = next(option for option in one["options"] if option.get("default"))
        parts = dict(zip(names, chosen["value"].split("|"), strict=True))
        parts |= {name: left.pop(name) for name in names if name in left}
        found["+".join(names)] = "|".join(parts.values())
    if left:
        raise NotTyped(f"the form has no room for {sorted(left)}")
    return found


def squeezed(text: str) -> str:
    return " ".join(text.split())


def expected(turn: Turn) -> Iterator[str]:
    for line in (turn.title or "", *(turn.text or "").split("\n")):
        yield squeezed(line)
    for row in (turn.table or ((),))[1:]:
        yield from map(squeezed, row)
    yield from map(squeezed, turn.papers or ())


def check(dialogue: DiscordDialogue, turn: Turn, reply: Reply) -> None:
    """Compare what the turn states with what is seen."""
    if reply.is_empty:
        return
    opened = dialogue.answer and dialogue.answer.modal
    if turn.form and not turn.errors:
        assert (opened and turn.form.startswith(opened["title"].rstrip("…"))) or dialogue.seen
        return
    text = squeezed(" ".join(seen(words(one)) for one in dialogue.seen))
    for said in expected(turn):
        assert said in text
    carried = {read_addressed(one)[1] for one in dialogue.labels()}
    for label in turn.actions or ():
        (wanted,) = {one.command for one in reply.actions if one.label == label}
        assert wanted in carried
    if turn.public is not None:
        assert (not any(one.to for one in dialogue.seen)) is turn.public


def _can_begin(turns: tuple[Turn, ...]) -> bool:
    try:
        typed(turns[0].say)
    except NotTyped:
        return False
    return True


@pytest.mark.parametrize("name", [name for name, turns in DIALOGUES.items() if _can_begin(turns)])
async def test_the_dialogue_goes_in_discord_as_written(name: str) -> None:
    async with discord_talk() as talk:
        dialogue = DiscordDialogue(talk)
        for turn in DIALOGUES[name]:
            try:
                reply = await dialogue.take(turn)
            except NotTyped:
                return
            check(dialogue, turn, reply)


def test_every_verb_that_people_type_is_in_the_menu() -> None:
    assert {*WRITTEN} - {"alert"} <= {*KNOWN}


def test_most_of_the_table_can_be_said_in_discord() -> None:
    assert sum(map(_can_begin, DIALOGUES.values())) >= 0.75 * len(DIALOGUES)
