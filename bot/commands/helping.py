"""help, and what is said where a command cannot be carried out as it stands. PURE."""

from bot.collect.arxiv.ids import parse_id
from bot.commands.grammar import Typed, UnknownVerb, is_many, readable
from bot.commands.wording import BUTTON, said
from bot.compose.phrases import shortened
from bot.compose.topic import parse_topic
from bot.dialogue import Action, Reply, Request
from bot.errors import NotAllowed, TopicError

_CHANNEL = (
    ("Subscribe this channel", "/arxiv subscribe image generation daily at 9:00"),
    ("See what it gets", "/arxiv list"),
    ("Stop a topic", "/arxiv unsubscribe 2"),
    ("Get your own alert", "/arxiv alert add diffusion policy"),
    ("Try a topic first", "/arxiv preview hep-th"),
    ("Find papers", '/arxiv search au:"Hinton" AND cat:cs.LG'),
)
_PERSON = (
    ("Get an alert", "/arxiv subscribe diffusion policy"),
    ("See your alerts", "/arxiv list"),
    ("Stop one", "/arxiv unsubscribe 2"),
    ("Pause one", "/arxiv pause 2 until mon"),
    ("Try a topic first", "/arxiv preview hep-th"),
    ("Find papers", '/arxiv search au:"Hinton" AND cat:cs.LG'),
)


def help_reply(request: Request) -> Reply:
    """Return the six most used commands, one example each."""
    rows = _PERSON if request.in_person else _CHANNEL
    return Reply(title="Paperboy brings the day's arXiv papers", table=(("To", "Type"), *rows))


def unknown_verb(request: Request, error: UnknownVerb) -> Reply:
    """Return the commands, and what may have been meant: another verb, a topic, a paper."""
    line = " ".join(readable(request.text).removeprefix("/arxiv").split())
    _, _, rest = line.partition(" ")
    if error.near:
        command = f"{error.near} {rest}".strip()
        actions: tuple[Action, ...] = (Action(shortened(f"/arxiv {command}", BUTTON), command),)
    else:
        actions = _without_verb(request, line)
    return Reply(
        text=said(error),
        table=help_reply(request).table,
        actions=actions,
        ok=False,
    )


def not_allowed(typed: Typed | None, error: NotAllowed) -> Reply:
    """Return which right is missing, and the way that needs none."""
    wanted = typed and typed.verb == "subscribe" and not is_many(typed)
    topic = typed.rest if typed and wanted else ""
    if topic and _reads(topic):
        return Reply(
            text=f"{error} You can still get it yourself:",
            actions=(Action("Alert me", f"alert add {topic}"),),
            ok=False,
        )
    example = "You can still get papers yourself:\n/arxiv alert add diffusion policy"
    return Reply(text=f"{error} {example}", ok=False)


def _without_verb(request: Request, line: str) -> tuple[Action, ...]:
    """Return what can be done with a line that begins with no verb."""
    short = shortened(line, BUTTON)
    if parse_id(line):
        return (Action(f"Open {short}", f"search {line}"),)
    if not _reads(line):
        return ()
    search = Action(f"Search {short}", f"search {line}")
    if request.in_person or not request.may_edit:
        return (Action(f"Alert me to {short}", f"alert add {line}"), search)
    return (Action(f"Subscribe to {short}", f"subscribe {line}"), search)


def _reads(text: str) -> bool:
    try:
        parse_topic(text)
    except TopicError:
        return False
    return True
