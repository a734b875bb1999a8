"""One door for every platform: a request comes in, a reply goes out; nothing escapes as a crash.

What a person did wrong becomes a reply with the remedy; what the operator or arXiv did becomes one
that says so. Anything else is a defect of ours and passes through to the platform's edge.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from bot.commands.editing import Editing, new_place
from bot.commands.grammar import Typed, read_command
from bot.commands.looking import Looking
from bot.commands.personal import Personal
from bot.commands.services import Services, actor
from bot.commands.subscribing import Subscribing, allowed
from bot.compose.match import matches
from bot.compose.topic import parse_topic
from bot.errors import ArxivError, CommandError, OperatorError, TopicError, UserError
from bot.model import Action, Dismissed, Field, Form, Reply, Request, SendAgain

Verb = Callable[[Request, Typed], Awaitable[Reply]]

SAMPLE = 100  # papers by which an exclusion is judged
_MANY = re.compile(r"many(\s|$)", re.IGNORECASE)
_HELP = (
    ("Subscribe this channel", "/arxiv subscribe image generation daily at 9:00"),
    ("See what it gets", "/arxiv list"),
    ("Stop a topic", "/arxiv unsubscribe 2"),
    ("Get your own alert", "/arxiv alert add diffusion policy"),
    ("Try a topic first", "/arxiv preview hep-th"),
    ("Find papers", '/arxiv search au:"Hinton" AND cat:cs.LG'),
)


class Commands:
    """Request → Reply, for all platforms."""

    def __init__(self, services: Services) -> None:
        self._at = services
        self._subscribing = Subscribing(services)
        self._editing = Editing(services, self._subscribing)
        self._looking = Looking(services, self._subscribing)
        self._personal = Personal(services, self._subscribing)
        self._verbs = self._table()

    def _table(self) -> Mapping[str, Verb]:
        subscribing, looking, personal = self._subscribing, self._looking, self._personal
        return {
            "subscribe": self._subscribe,
            "unsubscribe": subscribing.unsubscribe,
            "resubscribe": subscribing.resubscribe,
            "pause": subscribing.pause,
            "resume": subscribing.resume,
            "edit": self._editing.edit,
            "export": self._editing.export,
            "list": looking.list_here,
            "preview": looking.preview,
            "search": looking.search,
            "status": looking.status,
            "open": looking.open_paper,
            "more": looking.more,
            "discuss": looking.discuss,
            "alert": personal.alert,
            "save": personal.save,
            "unsave": personal.unsave,
            "saved": personal.saved,
            "forget-me": personal.forget_me,
            "exclude": self._exclude,
            "tell-empty": self._tell_empty,
            "doubt": self._doubt,
            "help": _help,
        }

    async def run(self, request: Request) -> Reply:
        """Carry out what a person typed or pressed."""
        try:
            typed = read_command(request.text)
            return await self._verbs[typed.verb](request, typed)
        except TopicError as error:
            return Reply(text=topic_error(error), ok=False)
        except (UserError, OperatorError, ArxivError) as error:
            return Reply(text=f"{error} {error.remedy}".strip(), ok=False)

    async def _subscribe(self, request: Request, typed: Typed) -> Reply:
        """Tell apart the five ways to subscribe: many, form, alert, and in words."""
        if _MANY.match(typed.rest):
            return await self._editing.many(request, typed)
        if request.values:
            return await self._editing.subscribe_form(request)
        if request.in_person and typed.rest:
            return await self._personal.add(request, typed.rest)
        return await self._subscribing.subscribe(request, typed)

    async def _exclude(self, request: Request, typed: Typed) -> Reply:
        """Take papers with a word away from every topic here; `--set` puts a former state back."""
        allowed(request)
        word = request.values.get("word", typed.rest).strip()
        if not word and "set" not in typed.options:
            field = Field("word", "Leave out papers with", hint="For example: survey")
            return Reply(form=Form("Exclude a word", "exclude", (field,), "Exclude"))
        place = await self._at.subscriptions.place(request.where) or new_place(request)
        before = place.exclude
        after = word if "set" in typed.options or not before else f"({before}) OR ({word})"
        would_go = await self._would_go(word) if word else 0
        await self._at.subscriptions.put_place(replace(place, exclude=after), actor(request))
        self._at.wake()
        return Reply(
            title=f"{request.where_name} leaves out {after or 'nothing'}, for everyone",
            text=f"{would_go} of the last {SAMPLE} papers would go." if word else "",
            actions=(Action("Undo", f"exclude --set {before}"),),
            public=not request.in_person,
        )

    async def _would_go(self, word: str) -> int:
        without = parse_topic(word).expression
        rows = await self._at.papers.window(self._at.recent.since(7))
        return sum(matches(without, paper) for _, paper in rows[:SAMPLE])

    async def _tell_empty(self, request: Request, _typed: Typed) -> Reply:
        allowed(request)
        place = await self._at.subscriptions.place(request.where) or new_place(request)
        await self._at.subscriptions.put_place(replace(place, tell_empty=True), actor(request))
        return Reply(title=f"{request.where_name} hears from me on days with nothing, too")

    async def _doubt(self, request: Request, typed: Typed) -> Reply:
        """A person says whether a digest in doubt is there."""
        allowed(request)
        answer, _, key = typed.rest.partition(" ")
        if answer not in ("yes", "no"):
            raise CommandError("Is it there? Answer with one of the buttons.")
        there = answer == "yes"
        settlement = Dismissed("a person saw it") if there else SendAgain("a person asked for it")
        done = await self._at.outbox.settle(key.strip(), settlement, self._at.calendar.now())
        self._at.wake()
        if not done:
            return Reply(title="That was answered already")
        return Reply(title="Thank you" if there else "I send it again")


async def _help(_request: Request, _typed: Typed) -> Reply:
    """Return the six most used commands, one example each."""
    return Reply(
        title="Paperboy brings the day's arXiv papers",
        table=(("To", "Type"), *_HELP),
    )


def topic_error(error: TopicError) -> str:
    """Return a topic error as people see it, with the place pointed at.

    I can't read that topic: the quote at character 4 is never closed.
    """
    return f"I can't read that topic: {error} {error.remedy}".strip()
