"""open, discuss, save, saved: papers by their identifier."""

from collections.abc import Sequence

from bot.collect.arxiv.ids import PaperId, parse_id
from bot.commands.bibtex import bibtex
from bot.commands.grammar import Typed
from bot.commands.older import NotNow, Older
from bot.commands.services import Services
from bot.commands.wording import fields_in_words, quoted, with_year
from bot.compose.match import explain
from bot.compose.phrases import count, shortened
from bot.compose.text import plain
from bot.compose.topic import parse_topic
from bot.dialogue import Action, Reply, Request
from bot.errors import CommandError
from bot.model import Because, Paper

PAGE = 10  # saved papers of one answer
_NAME = 40  # characters of a title in a button


class Opening:
    """The verbs about one paper."""

    def __init__(self, services: Services, older: Older) -> None:
        self._at = services
        self._older = older

    async def open_paper(self, request: Request, typed: Typed) -> Reply:
        """Show one paper whole: abstract, versions, and why it matches here."""
        identifier = _identifier(typed)
        versions, trouble = await self._versions(request, identifier.id)
        if not versions:
            text = f"I no longer keep this abstract: https://arxiv.org/abs/{identifier.id}"
            return Reply(text="\n".join(filter(None, (text, trouble))), ok=False)
        return await self._card(request, identifier, versions)

    async def found(self, request: Request, identifier: PaperId) -> Reply:
        """Show the paper that a search names by its identifier."""
        versions, trouble = await self._versions(request, identifier.id)
        if versions:
            return await self._card(request, identifier, versions)
        text = trouble or f"arXiv has no paper {identifier.id}."
        link = f"https://arxiv.org/abs/{identifier.id}" if trouble else ""
        title = f"I don't have {identifier.id} here"
        return Reply(title=title, text=f"{text} {link}".strip(), ok=False)

    async def _versions(self, request: Request, paper: str) -> tuple[Sequence[Paper], str]:
        """Return the known versions, asking arXiv if there are none; and what hindered that."""
        versions: Sequence[Paper] = await self._at.papers.versions(paper)
        if versions:
            return versions, ""
        try:
            found = await self._older.paper(request, paper)
        except NotNow as error:
            return (), str(error)
        return [one for one in found if one.id == paper], ""

    async def _card(
        self, request: Request, identifier: PaperId, versions: Sequence[Paper]
    ) -> Reply:
        newest = versions[-1]
        paper = next((one for one in versions if one.version == identifier.version), newest)
        lines, reasons = await self._reasons(request, paper)
        lines.insert(0, _versions_in_words(versions))
        actions = [await self._save_button(request, paper)]
        if paper.version != newest.version:
            other = f"open {newest.id}v{newest.version}"
            actions.insert(0, Action(f"Open version {newest.version}", other))
        if request.may_edit and not request.in_person:
            actions.append(Action(f"Exclude a word for {request.where_name}…", "exclude"))
        return Reply(
            text="\n".join(lines),
            papers=(paper,),
            whole=True,
            because=tuple(dict.fromkeys(reasons)),
            actions=tuple(actions),
        )

    async def _reasons(self, request: Request, paper: Paper) -> tuple[list[str], list[Because]]:
        """Return which topics of this place match, in words, and because of what."""
        lines, reasons = list[str](), list[Because]()
        for one in await self._at.subscriptions.of(request.where):
            if because := explain(parse_topic(one.topic), paper):
                fields = list(dict.fromkeys(reason.field for reason in because))
                lines.append(f"Matches {quoted(one.label)}: {fields_in_words(fields)}.")
                reasons.extend(because)
        return lines, reasons

    async def _save_button(self, request: Request, paper: Paper) -> Action:
        name = shortened(plain(paper.title), _NAME)
        saved = {one.id for one in await self._at.people.saved(request.person)}
        if paper.id in saved:
            return Action(f"No longer save {name}", f"unsave {paper.id}")
        return Action(f"Save {name}", f"save {paper.id}")

    async def discuss(self, request: Request, typed: Typed) -> Reply:
        """Post one paper as a message of its own, so that replies have a home."""
        if request.in_person:
            raise CommandError("There is nobody to discuss with in direct messages.")
        reply = await self.open_paper(request, typed)
        if not reply.papers:
            return reply
        return Reply(papers=reply.papers, public=True)

    # ── saved papers ─────────────────────────────────────────────────────────────────────────────

    async def save(self, request: Request, typed: Typed) -> Reply:
        """Add a paper to the person's saved ones."""
        identifier = _identifier(typed)
        versions, trouble = await self._versions(request, identifier.id)
        if not versions:
            raise CommandError(f"I don't have the paper {identifier.id}.", remedy=trouble)
        await self._at.people.save_paper(request.person, identifier.id, self._at.calendar.now())
        return Reply(
            title=f"Saved {plain(versions[-1].title)}",
            text="Your saved papers:\n/arxiv saved",
            actions=(Action("Undo", f"unsave {identifier.id}"),),
        )

    async def unsave(self, request: Request, typed: Typed) -> Reply:
        """Take a paper from the person's saved ones."""
        identifier = _identifier(typed)
        await self._at.people.unsave_paper(request.person, identifier.id)
        known = await self._at.papers.get([identifier.id])
        name = plain(known[identifier.id].title) if known else identifier.id
        return Reply(
            title=f"No longer saved: {name}",
            actions=(Action("Undo", f"save {identifier.id}"),),
        )

    async def saved(self, request: Request, typed: Typed) -> Reply:
        """List the saved papers, last saved first; --bibtex gives them as BibTeX."""
        papers = await self._at.people.saved(request.person)
        if not papers:
            text = "A paper's card has a button that saves it."
            return Reply(title="You have no saved papers yet", text=text)
        if "bibtex" in typed.options:
            title = f"{count(len(papers), 'saved paper')} as BibTeX"
            return Reply(title=title, file=("saved.bib", bibtex(papers)))
        start = typed.page * PAGE
        left = len(papers) - start - PAGE
        more = Action(f"Show {min(left, PAGE)} more", f"saved --page-{typed.page + 1}")
        whole = Action("As BibTeX", "saved --bibtex")
        return Reply(
            title=f"You have {count(len(papers), 'saved paper')}",
            papers=papers[start : start + PAGE],
            actions=(more, whole) if left > 0 else (whole,),
        )


def _identifier(typed: Typed) -> PaperId:
    found = parse_id(typed.rest)
    if found is None:
        raise CommandError(
            f'"{shortened(typed.rest, _NAME)}" is not an arXiv identifier.',
            remedy=f"For example: /arxiv {typed.verb} 2502.07701",
        )
    return found


def _versions_in_words(versions: Sequence[Paper]) -> str:
    """Return "Versions: 1 (24 Nov 2026), 2 (26 Nov 2026)."."""
    parts = [
        f"{one.version} ({with_year(one.updated)})" if one.updated else str(one.version)
        for one in versions
    ]
    return f"Version {parts[0]}." if len(parts) == 1 else f"Versions: {', '.join(parts)}."
