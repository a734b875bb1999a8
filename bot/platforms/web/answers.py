"""What Paperboy answers → what the page draws. PURE."""

from bot.compose.moments import told
from bot.dialogue import Action, Reply
from bot.platforms.web.cards import found_card, whole_card
from bot.platforms.web.draw import Answer
from bot.platforms.web.message import Button, Message, Section
from bot.platforms.web.render import button_of


def answer_of(reply: Reply, *, discuss: bool) -> Answer:
    """Return a private answer: its message, form and file.

    `discuss`: the room is a channel, so its papers can be posted there.
    """
    return Answer(message_of(reply, discuss=discuss), reply.form, dict(reply.errors), reply.file)


def message_of(reply: Reply, *, discuss: bool = False) -> Message:
    """Return what an answer says, as a message that could stand in the channel."""
    rows, rest = _by_row(reply)
    lines = tuple(line for line in told(reply.text).split("\n") if line.strip())
    return Message(
        title=reply.title,
        lines=() if reply.whole and reply.papers else lines,
        sections=_sections(reply, discuss=discuss),
        table=tuple(tuple(map(told, row)) for row in reply.table),
        row_buttons=rows,
        buttons=tuple(map(button_of, rest)),
        ok=reply.ok,
    )


def _sections(reply: Reply, *, discuss: bool) -> tuple[Section, ...]:
    if not reply.papers:
        return ()
    if not reply.whole:
        return (Section(tuple(found_card(paper, discuss=discuss) for paper in reply.papers)),)
    first, *others = reply.papers  # what matched is told of the first
    card = whole_card(first, reply.because, " ".join(reply.text.split("\n")), discuss=discuss)
    return (Section((card, *(found_card(paper, discuss=discuss) for paper in others))),)


def _by_row(reply: Reply) -> tuple[tuple[tuple[Button, ...], ...], tuple[Action, ...]]:
    """Put actions that end in the number of a row ("pause 2") into that row; return the rest too.

    There the first word says enough; the whole label stays what a screen reader says.
    """
    if not reply.table or reply.table[0][:1] != ("Number",):
        return (), reply.actions
    numbers = [row[0] for row in reply.table[1:]]
    rows: list[list[Button]] = [[] for _ in numbers]
    rest: list[Action] = []
    for action in reply.actions:
        number = action.command.rpartition(" ")[2]
        if number in numbers:
            short = action.label.partition(" ")[0]
            rows[numbers.index(number)].append(Button(short, action.command, action.label))
        else:
            rest.append(action)
    return tuple(map(tuple, rows)), tuple(rest)
