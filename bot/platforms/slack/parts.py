"""A command too long for a button → several buttons, if it has several lines. PURE.

The first line says what is done with each of the others, and these stand for themselves: "subscribe
--apply many", "undo". So they can be carried out some at a time.
"""

from collections.abc import Iterator

from bot.dialogue import Action
from bot.platforms.slack.blocks import VALUE, fits_a_button


def in_parts(action: Action) -> list[Action]:
    """Return the action, or its parts: "Apply 90 topics, part 1 of 2"; itself if no part fits."""
    head, *lines = action.command.split("\n")
    if fits_a_button(action) or not lines:
        return [action]
    commands = ["\n".join([head, *some]) for some in _cut(lines, VALUE - len(head))]
    labels = [f"{action.label}, part {n} of {len(commands)}" for n in range(1, len(commands) + 1)]
    parts = [Action(*one) for one in zip(labels, commands, strict=True)]
    return parts if all(map(fits_a_button, parts)) else [action]


def _cut(lines: list[str], room: int) -> Iterator[list[str]]:
    """Yield lines in their order, as many at a time as fit with their newlines."""
    some: list[str] = []
    for line in lines:
        if some and sum(len(one) + 1 for one in [*some, line]) > room:
            yield some
            some = []
        some.append(line)
    yield some
