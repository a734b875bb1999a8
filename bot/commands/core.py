"""Every verb, behind one door: a request comes in, a reply goes out; nothing escapes as a crash.

What a person did wrong becomes a reply with the remedy; what the operator or arXiv did becomes one
that says so. Anything else is a defect of ours and passes through to the platform's edge.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from weakref import WeakValueDictionary

from bot.commands.calling import Calling
from bot.commands.changing import Changing
from bot.commands.channel import Channel
from bot.commands.finding import Finding
from bot.commands.grammar import Typed, UnknownVerb, is_many, read_command, readable
from bot.commands.helping import help_reply, not_allowed, unknown_verb
from bot.commands.history import Digests
from bot.commands.keeping import Keeping
from bot.commands.listing import Listing
from bot.commands.many import Many
from bot.commands.moving import Moving
from bot.commands.older import Older
from bot.commands.opening import Opening
from bot.commands.personal import Personal
from bot.commands.previewing import Previewing
from bot.commands.reading import Reading
from bot.commands.reminding import Reminding
from bot.commands.rooms import Ask, Rooms
from bot.commands.services import OWN_NAME, Services, own_messages
from bot.commands.subscribing import Subscribing
from bot.commands.wording import said, topic_trouble
from bot.dialogue import Reply, Request
from bot.errors import ArxivError, CommandError, NotAllowed, OperatorError, TopicError, UserError
from bot.model import Destination

Verb = Callable[[Request, Typed], Awaitable[Reply]]

_LOOKING = frozenset({"list", "preview", "search", "status", "open", "more", "last", "help"})
"""Verbs that change nothing of a place: they need not wait for each other."""
_UNDOING = frozenset({"unsubscribe", "resubscribe", "edit", "layout", "alert"})
"""Verbs that an Undo of several changes is made of."""


class Verbs:
    """Request → Reply, whatever the verb."""

    def __init__(self, services: Services) -> None:
        rooms = Rooms(services)
        keeping = Keeping(services, rooms)
        older = Older(services, rooms)
        changing = Changing(services, rooms, keeping)
        opening = Opening(services, older)
        digests = Digests(services, rooms)
        self._many = Many(services, rooms, keeping)
        self._subscribing = Subscribing(services, rooms, keeping, changing)
        here: dict[str, Verb] = {
            **_of_subscriptions(self._subscribing, changing, self._many),
            **_of_places(
                Listing(services, rooms, digests),
                Previewing(services, rooms),
                Channel(services, rooms, keeping),
            ),
            "last": digests.show_last,
            "move": Moving(services, rooms).move,
            "ping": Calling(rooms, keeping).ping,
        }
        personal = Personal(services, rooms, self._subscribing, self._many, older, here)
        self._verbs: Mapping[str, Verb] = {
            **here,
            "subscribe": self._subscribe,
            "alert": personal.alert,
            "forget-me": personal.forget_me,
            "zone": personal.zone,
            "search": Finding(services, older, opening).search,
            "open": opening.open_paper,
            "discuss": opening.discuss,
            "save": opening.save,
            "unsave": opening.unsave,
            "saved": opening.saved,
            "more": digests.more,
            "undo": self._undo,
            "help": _help,
        }
        self._reading = Reading(services)
        self._reminding = Reminding(services)
        self._turns = WeakValueDictionary[Destination, asyncio.Lock]()

    async def run(self, request: Request) -> Reply:
        """Carry out what a person typed or pressed."""
        values = {name: readable(text) for name, text in request.values.items()}
        name = OWN_NAME if request.in_person else request.where_name
        request = replace(request, values=values, where_name=name)
        typed = None
        try:
            typed = read_command(request.text)
            return await self._reminding.reminded(request, await self._in_turn(request, typed))
        except Ask as ask:
            return ask.reply
        except UnknownVerb as error:
            return unknown_verb(request, error)
        except NotAllowed as error:
            return not_allowed(typed, error)
        except TopicError as error:
            return topic_trouble(error, request.text)
        except (UserError, OperatorError, ArxivError) as error:
            return Reply(text=said(error), ok=False)

    async def reading(self, text: str) -> str:
        """Return what a topic that is being typed reads as and finds, in a sentence."""
        try:
            return await self._reading.of(readable(text))
        except OperatorError as error:
            return said(error)

    async def _in_turn(self, request: Request, typed: Typed) -> Reply:
        """Let one change of a place end before the next begins: a button pressed twice is one."""
        if typed.verb in _LOOKING:
            return await self._verbs[typed.verb](request, typed)
        own = typed.verb == "alert"
        where = own_messages(request.person) if own else request.where
        turn = self._turns.setdefault(where, asyncio.Lock())
        async with turn:
            return await self._verbs[typed.verb](request, typed)

    async def _subscribe(self, request: Request, typed: Typed) -> Reply:
        """Tell apart the ways to subscribe: many topics at once, or one."""
        if is_many(typed):
            return await self._many.many(request, typed)
        return await self._subscribing.subscribe(request, typed)

    async def _undo(self, request: Request, typed: Typed) -> Reply:
        """Carry out the commands of an Undo that takes several changes back."""
        commands = [read_command(line) for line in typed.rest.splitlines() if line.strip()]
        if not commands or any(one.verb not in _UNDOING for one in commands):
            raise CommandError("There is nothing to take back.")
        bare = replace(request, values={})
        replies = [await self._verbs[one.verb](bare, one) for one in commands]
        lines = [": ".join(filter(None, (one.title, one.text))) for one in replies]
        return Reply(
            title="Taken back",
            text="\n".join(line.replace("\n", ". ") for line in lines),
            public=any(one.public for one in replies),
        )


def _of_subscriptions(subscribing: Subscribing, changing: Changing, many: Many) -> dict[str, Verb]:
    """Return the verbs about single subscriptions, a channel's or a person's own."""
    return {
        "unsubscribe": subscribing.unsubscribe,
        "resubscribe": subscribing.resubscribe,
        "edit": changing.edit,
        "keep": changing.keep,
        "pause": changing.pause,
        "resume": changing.resume,
        "export": many.export,
    }


def _of_places(listing: Listing, previewing: Previewing, channel: Channel) -> dict[str, Verb]:
    """Return the verbs about whole places, a channel or a person's own messages."""
    return {
        "list": listing.list_here,
        "status": listing.status,
        "retry": listing.retry,
        "preview": previewing.preview,
        "exclude": channel.exclude,
        "tell-empty": channel.tell_empty,
        "layout": channel.layout,
        "doubt": channel.doubt,
    }


async def _help(request: Request, _typed: Typed) -> Reply:
    """Return the six most used commands, one example each."""
    return help_reply(request)
