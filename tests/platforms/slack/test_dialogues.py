"""Slack goes through the dialogue table too, over the wire: what the core says, people see."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.dialogue import Reply, Request
from bot.model import Destination
from bot.platforms.slack.rights import right_in_words
from tests.commands.dialogue import ADA, BEN, own
from tests.dialogues import DIALOGUES, Turn
from tests.platforms.slack.talking import Talking, slack_talk
from tests.platforms.slack.test_render import shown_text, walk

EDITORS = (ADA.id, BEN.id)
Surface = Mapping[str, Any]


@dataclass
class SlackDialogue:
    """Takes the turns of a dialogue as a person in Slack would."""

    talk: Talking
    replies: list[Reply] = field(default_factory=list)
    last: Surface = field(default_factory=dict)  # what can be pressed or filled in now

    def __post_init__(self) -> None:
        """Listen to what the core answers, to know when the answer can be seen."""
        commands = self.talk.dialogue.commands
        run = commands.run

        async def noted(request: Request) -> Reply:
            reply = await run(request)
            self.replies.append(reply)
            return reply

        commands.run = noted  # type: ignore[method-assign]

    async def take(self, turn: Turn) -> tuple[Reply, str]:
        """Take a turn; returns the core's reply, and the fields that Slack marks as wrong."""
        count, before = len(self.replies), self._surfaces()
        wrong = await self._do(turn)
        await self.talk.until(lambda: len(self.replies) > count)
        reply = self.replies[-1]
        if wrong:
            return reply, wrong
        if not reply.is_empty:
            known = [id(one) for one in before]
            await self.talk.until(lambda: [s for s in self._surfaces() if id(s) not in known])
            self.last = next(s for s in self._surfaces() if id(s) not in known)
        return reply, ""

    async def _do(self, turn: Turn) -> str:
        people, user = self.talk.people, turn.who.id
        channel = self._channel(turn)
        if turn.send is not None:
            ack = await people.submit(dict(self.last), user, **turn.send)
            return ",".join(ack.payload.get("errors", ()))
        if turn.press:
            await self._press(self._value(turn.press), user, channel)
        else:
            self._answers.append(await people.type(f"/arxiv {turn.say}", user, channel))
        return ""

    async def _press(self, value: str, user: str, channel: str) -> None:
        if self.last.get("type") in ("modal", "home"):
            await self.talk.people.press_in_view(value, dict(self.last), user)
        else:
            answers = await self.talk.people.press(value, dict(self.last), user, channel)
            self._answers.append(answers)

    def _value(self, label: str) -> str:
        """Return the command behind the button with this label, or whose label begins so."""
        labelled = dict(self.labels())
        exact = [value for name, value in labelled.items() if name == label]
        return (exact or [v for name, v in labelled.items() if name.startswith(label)])[0]

    def labels(self) -> Iterator[tuple[str, str]]:
        """Yield the label of each button, as a screen reader says it, with its command."""
        for one in walk(self.last.get("blocks", [])):
            if one.get("type") == "button":
                yield one.get("accessibility_label") or one["text"]["text"], one["value"]

    def _channel(self, turn: Turn) -> str:
        if turn.where == own(turn.who):
            return self.talk.slack.workspace.direct(turn.who.id).id
        return turn.where.address

    def _surfaces(self) -> list[Surface]:
        """Return everything that anybody sees: messages, private answers, modals."""
        here = self.talk.slack.workspace
        said = [one for answers in self._answers for one in answers.said]
        posted = [
            self._shown.setdefault(one.ts, {"blocks": one.blocks, "to": one.to, "text": one.text})
            for channel in here.channels.values()
            for one in channel.messages
        ]
        return [*said, *posted, *here.modals.values()]

    _answers: list[Any] = field(default_factory=list)
    _shown: dict[str, Surface] = field(default_factory=dict)


def squeezed(text: str) -> str:
    return " ".join(text.split())


def seen_of(surface: Surface) -> str:
    """Return all that a person reads of a message or modal, on one line."""
    title = surface["title"]["text"] if surface.get("type") == "modal" else ""
    texts = [shown_text(dict(surface))]
    texts += [
        part["text"]
        for one in walk(surface.get("blocks", []))
        if one.get("type") in ("context", "rich_text_preformatted")
        for part in one["elements"]
    ]
    return squeezed(f"{title} {' '.join(texts)}")


def expected(turn: Turn) -> Iterator[str]:
    """Yield what must be read, in the words of Slack where rights are named."""
    for line in (turn.title or "", *(turn.text or "").split("\n")):
        yield squeezed(line.replace("Manage Channels", right_in_words(EDITORS)))
    for row in (turn.table or ((),))[1:]:
        yield from map(squeezed, row)
    yield from map(squeezed, turn.papers or ())


def check(dialogue: SlackDialogue, turn: Turn, reply: Reply, wrong: str) -> None:
    """Compare what the turn states with what is seen."""
    if wrong:
        assert set(wrong.split(",")) == set(turn.errors or ())
        return
    if reply.is_empty:
        return
    seen = seen_of(dialogue.last)
    for words in expected(turn):
        assert words in seen
    labels = {name for name, _ in dialogue.labels()}
    for label in turn.actions or ():
        assert any(name == label or label.startswith(name.rstrip("…")) for name in labels)
    if turn.form:
        assert dialogue.last["type"] == "modal"
        assert turn.form.startswith(dialogue.last["title"]["text"].rstrip("…"))
    if turn.public is not None:
        assert (dialogue.last.get("to") == "") is turn.public


@pytest.mark.parametrize("name", DIALOGUES)
async def test_the_dialogue_goes_in_slack_as_written(name: str) -> None:
    async with slack_talk(who_may_edit=EDITORS) as talk:
        dialogue = SlackDialogue(talk)
        for turn in DIALOGUES[name]:
            reply, wrong = await dialogue.take(turn)
            check(dialogue, turn, reply, wrong)


def test_the_people_of_the_table_are_those_of_the_workspace() -> None:
    assert own(ADA) == Destination("slack", "T1", "UADA")
