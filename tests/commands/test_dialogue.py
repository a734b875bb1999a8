"""The neutral core goes through the dialogue table, and every button of every reply works."""

import pytest

from bot.commands.grammar import VERBS
from bot.dialogue import Reply
from tests.commands.dialogue import Dialogue, talking
from tests.dialogues import DIALOGUES, Turn


@pytest.mark.parametrize(
    ("typed", "label", "reading"),
    [
        ("image generation", '"image generation"', '"image generation"'),
        (
            "image generation, text to image",
            '"image generation, text to image"',
            '"image generation" OR "text to image"',
        ),
        ("hep-th", '"hep-th"', "cat:hep-th"),
        ("cs.CL", '"cs.CL"', "cat:cs.CL"),
        ("astro-ph", '"astro-ph"', "cat:astro-ph OR cat:astro-ph.*"),
        ("https://arxiv.org/list/cs.CL/recent", '"cat:cs.CL"', "cat:cs.CL"),
        ("Hinton", '"Hinton"', "Hinton"),
        ('au:"F L"', 'au:"F L"', 'au:"F L"'),
        ("lamps -survey", '"lamps -survey"', "lamps ANDNOT survey"),
        (
            "ti:(lamps AND light) OR cat:cs.CV",
            '"ti:(lamps AND light) OR cat:cs.CV"',
            "(ti:lamps AND ti:light) OR cat:cs.CV",
        ),
    ],
)
async def test_a_topic_is_read_as_people_type_it(typed: str, label: str, reading: str) -> None:
    async with talking() as dialogue:
        reply = await dialogue.say(f"subscribe --keep {typed}")
        assert reply.title == f"#papers now gets papers on {label}"
        assert reply.text.split("\n")[0] == f"Topic: {reading}"
        again = await dialogue.say(f"subscribe --keep {typed}")
        assert again.title == f"#papers already gets {label}"


def test_every_verb_that_people_type_is_in_the_table() -> None:
    said = [turn.say for turns in DIALOGUES.values() for turn in turns if turn.say]
    assert {line.split()[0] for line in said} >= set(VERBS)
    assert any(line.startswith("subscribe many") for line in said)
    inner = {line.split()[1] for line in said if line.startswith("alert ")}
    assert inner >= {"add", "remove", "list"}


@pytest.mark.parametrize("name", DIALOGUES)
async def test_the_dialogue_goes_as_written(name: str) -> None:
    async with talking() as dialogue:
        for turn in DIALOGUES[name]:
            check(await take(dialogue, turn), turn)


@pytest.mark.parametrize("name", DIALOGUES)
async def test_every_button_of_every_reply_does_something(name: str) -> None:
    async with talking() as dialogue:
        for turn in DIALOGUES[name]:
            reply = await take(dialogue, turn)
            answers = await dialogue.pressed_apart(reply, turn.who, turn.where)
            for action, answer in zip(reply.actions, answers, strict=True):
                assert answer.ok, f"{action}: {answer}"


async def take(dialogue: Dialogue, turn: Turn) -> Reply:
    if turn.press:
        return await dialogue.press(turn.press, turn.who, turn.where)
    if turn.send is not None:
        return await dialogue.send(turn.send, turn.who, turn.where)
    return await dialogue.say(turn.say, turn.who, turn.where)


def check(reply: Reply, turn: Turn) -> None:
    """Compare what the turn states."""
    said = {
        "title": reply.title,
        "text": reply.text,
        "actions": tuple(action.label for action in reply.actions),
        "table": reply.table,
        "papers": tuple(paper.title for paper in reply.papers),
        "form": reply.form.title if reply.form else None,
        "errors": tuple(field for field, _ in reply.errors),
        "public": reply.public,
    }
    wanted = {name: getattr(turn, name) for name in said}
    stated = {name: value for name, value in wanted.items() if value is not None}
    assert {name: said[name] for name in stated} == stated
    assert reply.ok == turn.ok, reply
