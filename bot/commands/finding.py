"""search: papers by words or identifier, newest first; the store's first, then arXiv's."""

from dataclasses import dataclass, replace

from bot.collect.arxiv.ids import parse_id
from bot.commands.grammar import Typed
from bot.commands.likeness import all_its_words
from bot.commands.older import NotNow, Older
from bot.commands.opening import Opening
from bot.commands.services import Services
from bot.commands.wording import LABEL, all_words
from bot.compose.phrases import shortened
from bot.compose.topic import Topic, parse_topic
from bot.dialogue import Action, Reply, Request
from bot.errors import CommandError
from bot.model import Kind, Paper

FOUND = 5  # results of one answer
_EVERY_KIND = frozenset(Kind)


@dataclass(frozen=True, slots=True)
class Results:
    """Papers found so far, newest first."""

    papers: list[Paper]
    note: str = ""  # why there are no older ones
    more: bool = False  # arXiv was not asked yet


class Finding:
    """The verb that finds papers."""

    def __init__(self, services: Services, older: Older, opening: Opening) -> None:
        self._at = services
        self._older = older
        self._opening = opening

    async def search(self, request: Request, typed: Typed) -> Reply:
        """Find papers: one by its identifier, or the newest of a topic."""
        if not typed.rest:
            raise CommandError(
                "Search for what?", remedy='For example: /arxiv search au:"Hinton" AND cat:cs.LG'
            )
        if identifier := parse_id(typed.rest):
            return await self._opening.found(request, identifier)
        topic = parse_topic(" ".join(typed.rest.split()))
        wanted = (typed.page + 1) * FOUND
        hits = await self._at.recent.newest(topic.expression, wanted + 1, _EVERY_KIND)
        recent = [hit.paper for hit in hits]
        found = Results(recent, more=self._at.older is not None)
        if len(recent) < wanted:
            found = await self._with_older(request, topic, recent, wanted + 1)
        if not found.papers[typed.page * FOUND :]:
            return await self._nothing(request, topic, found, typed.page)
        return self._page(request, topic, found, typed.page)

    async def _with_older(
        self, request: Request, topic: Topic, recent: list[Paper], wanted: int
    ) -> Results:
        """Return the recent papers and older ones; a note where these cannot be had now."""
        try:
            older = await self._older.search(request, topic, wanted)
        except NotNow as error:
            return Results(recent, str(error))
        known = {paper.id for paper in recent}
        return Results(recent + [paper for paper in older if paper.id not in known])

    def _page(self, request: Request, topic: Topic, found: Results, page: int) -> Reply:
        start = page * FOUND
        shown = found.papers[start : start + FOUND]
        text = f"{start + 1} to {start + len(shown)}, newest first."
        more = Action("More", f"search --page-{page + 1} {topic.label}")
        has_more = len(found.papers) > start + FOUND or (found.more and len(shown) == FOUND)
        return Reply(
            title=f"Papers on {shortened(topic.reading, LABEL)}",
            text="\n".join(filter(None, (text, found.note))),
            papers=tuple(shown),
            actions=(*((more,) if has_more else ()), _follow(request, topic)),
        )

    async def _nothing(self, request: Request, topic: Topic, found: Results, page: int) -> Reply:
        """Say that there is nothing, and what finds more."""
        reply = Reply(
            title=f"No {'more papers' if page else 'paper'} on {shortened(topic.reading, LABEL)}",
            text=found.note,
            actions=(_follow(request, topic),),
        )
        words, number = all_its_words(topic)
        others = await self._others(words)
        if page or not others:
            return reply
        line = f"{all_words(number)}, in the last 30 days: {others:,}."
        use = Action("Search all words", f"search {words}")
        text = "\n".join(filter(None, (line, found.note)))
        return replace(reply, text=text, actions=(use, *reply.actions))

    async def _others(self, words: str) -> int:
        """Return how many papers of 30 days have all these words."""
        return await self._at.recent.count_month(parse_topic(words), _EVERY_KIND) if words else 0


def _follow(request: Request, topic: Topic) -> Action:
    """Return the button that makes a topic of the search."""
    if request.in_person or not request.may_edit:
        return Action("Alert me to this", f"alert add {topic.label}")
    return Action("Subscribe to this", f"subscribe {topic.label}")
