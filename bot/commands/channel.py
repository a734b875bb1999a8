"""exclude, tell-empty, layout, doubt: what goes for all digests of a place, and one in doubt."""

import asyncio

from bot.commands import forms
from bot.commands.grammar import Typed
from bot.commands.keeping import Keeping, Undo
from bot.commands.rooms import Ask, Rooms, allowed
from bot.commands.services import Services
from bot.commands.settings import FieldError, Settings, both_excluded, exclusion, read_wish
from bot.commands.wording import layout_changes, minus, said
from bot.compose.expression import Expression, either
from bot.compose.match import matches
from bot.compose.topic import parse_topic
from bot.dialogue import Reply, Request
from bot.errors import CommandError, UserError
from bot.model import Kind
from bot.settlement import Dismissed, SendAgain

SAMPLE = 100  # papers by which an exclusion is judged


class Channel:
    """The verbs about a whole place."""

    def __init__(self, services: Services, rooms: Rooms, keeping: Keeping) -> None:
        self._at = services
        self._rooms = rooms
        self._keeping = keeping

    async def exclude(self, request: Request, typed: Typed) -> Reply:
        """Take papers with a word away from every topic here."""
        allowed(request)
        text = request.values.get("word", typed.rest)
        if not (text.strip() or request.values):
            return Reply(form=forms.exclude_form(request))
        word = self._read(request, text)
        place = await self._rooms.place(request)
        whole = Settings(exclude=both_excluded(place.exclude, word))
        would_go = await self._would_go(request, parse_topic(word).expression)
        undo = Undo(request, self._rooms)
        before, after = await self._keeping.lay_out(request, whole)
        undo.of_layout(before, after)
        self._at.wake()
        if before == after:
            return Reply(title=f"Left out already: {before.exclude}")
        everyone = "" if request.in_person else " for everyone"
        return Reply(
            title=f"Exclude for {request.where_name}: adds {minus(word)}{everyone}",
            text=would_go,
            actions=undo.actions(),
            public=not request.in_person,
        )

    def _read(self, request: Request, text: str) -> str:
        """Return what is to be left out. Raises `Ask` with the form, or what is wrong with it."""
        try:
            word = exclusion(" ".join(text.split()))
            parse_topic(word)
        except UserError as error:
            if not request.values:
                raise
            wrong = FieldError("word", said(error))
            form = forms.exclude_form(request)
            raise Ask(forms.refused(form, request.values, [wrong])) from error
        return word

    async def _would_go(self, request: Request, without: Expression) -> str:
        """Return "14 of the last 100 papers would go.", judged by this place's own topics."""
        here = await self._at.subscriptions.of(request.where)
        if not here:
            return ""
        anything = either(*(parse_topic(one.topic).expression for one in here))
        kinds = frozenset[Kind]().union(*(one.kinds for one in here))
        hits = await self._at.recent.newest(anything, SAMPLE, kinds)
        papers = [hit.paper for hit in hits[:SAMPLE]]
        if not papers:
            return ""
        gone = await asyncio.to_thread(lambda: sum(matches(without, one) for one in papers))
        return f"{gone:,} of the last {len(papers):,} papers would go."

    async def tell_empty(self, request: Request, typed: Typed) -> Reply:
        """Say so on days without papers, too; `tell-empty off` stays quiet."""
        allowed(request)
        on = typed.rest.casefold() != "off"
        undo = Undo(request, self._rooms)
        undo.of_layout(*await self._keeping.lay_out(request, Settings(tell_empty=on)))
        words = "a line on days without papers, too" if on else "nothing on days without papers"
        who = "You get" if request.in_person else f"{request.where_name} gets"
        return Reply(title=f"{who} {words}", actions=undo.actions(), public=not request.in_person)

    async def layout(self, request: Request, typed: Typed) -> Reply:
        """Set the options of the place that `density=… exclude=… tell-empty=…` name."""
        allowed(request)
        settings = read_wish(typed.rest, self._rooms.habits(request)).settings
        before, after = await self._keeping.lay_out(request, settings)
        lines = layout_changes(before, after)
        if not lines:
            return Reply(title="Nothing changed")
        self._at.wake()
        undo = Undo(request, self._rooms)
        undo.of_layout(before, after)
        who = request.where_name
        if not request.in_person:
            who = f"all digests of {who}"
        return Reply(
            title=f"Changed {who}",
            text="\n".join(lines),
            actions=undo.actions(),
            public=not request.in_person,
        )

    async def doubt(self, request: Request, typed: Typed) -> Reply:
        """A person says whether a digest in doubt is there."""
        allowed(request)
        answer, _, key = typed.rest.partition(" ")
        if answer.casefold() not in ("yes", "no"):
            raise CommandError("Is it there? Answer with one of the buttons.")
        there = answer.casefold() == "yes"
        digest = await self._at.outbox.digest(key.strip())
        if digest is None or digest.destination != request.where:
            raise CommandError("I don't know that message here any more.")
        settlement = Dismissed("a person saw it") if there else SendAgain("a person asked for it")
        done = await self._at.outbox.settle(key.strip(), settlement, self._at.calendar.now())
        self._at.wake()
        if not done:
            return Reply(title="That is answered already")
        title = "Noted: it is there" if there else "I send it again"
        return Reply(title=title, public=not request.in_person)
