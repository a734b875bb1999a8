"""What is asked before anything is saved: an easily misread topic, one that is nearly there."""

from collections.abc import Callable

from bot.commands.likeness import nearest
from bot.commands.recent import Asked, Recent
from bot.commands.rooms import Ask
from bot.commands.wording import BUTTON, command_for, quoted
from bot.compose.phrases import count, shortened
from bot.compose.topic import Topic, parse_topic
from bot.dialogue import Action, Reply, Request
from bot.model import Subscription

_NOTHING_YET = "Nothing is saved yet."


async def ask_precedence(recent: Recent, topic: Topic, again: Callable[[str], str]) -> None:
    """Raise `Ask` where AND and OR stand side by side without parentheses.

    `again` makes of a topic's text the command that no longer asks.
    """
    remark = next((one for one in topic.warnings if one.ask and one.instead), None)
    if remark is None:
        return
    ours, theirs = await recent.counts([Asked(topic), Asked(parse_topic(remark.instead))])
    other = f"Use {shortened(remark.instead, 2 * BUTTON)}: {theirs:,}"
    raise Ask(
        Reply(
            title=f"Reads as {topic.reading}: {count(ours, 'paper')} in 7 days",
            text=_NOTHING_YET,
            actions=(Action("Keep", again(topic.label)), Action(other, again(remark.instead))),
        )
    )


def ask_near(
    request: Request, topic: Topic, here: tuple[Subscription, ...], line: str, add: str
) -> None:
    """Raise `Ask` where a topic may be meant to replace one that is nearly the same.

    `line` is what was typed, `add` the command that no longer asks.
    """
    near = nearest(topic, here)
    if near is None:
        return
    raise Ask(
        Reply(
            title=f"That is close to {quoted(near.label)}, number {near.number}",
            text=_NOTHING_YET,
            actions=(
                Action(
                    f"Replace {shortened(near.label, BUTTON)}",
                    command_for(request, f"edit --keep {near.number} {line}"),
                ),
                Action("Add as second", add),
            ),
        )
    )
