"""The Home tab of each person: the core's answers about their alerts, papers and channels."""

from bot.commands.services import OWN_NAME
from bot.dialogue import Action
from bot.model import Place
from bot.platforms.slack.client import PLATFORM
from bot.platforms.slack.desk import Desk
from bot.platforms.slack.home import Part, home_view
from bot.platforms.slack.spot import Spot
from bot.platforms.slack.talk import Talk
from bot.platforms.slack.where import Where


class Homes:
    """Publishes Home tabs in one workspace."""

    def __init__(self, desk: Desk, talk: Talk) -> None:
        self._at = desk
        self._talk = talk
        self._shown: set[str] = set()  # people who have opened theirs

    async def publish(self, user: str, name: str) -> None:
        """Show a person's tab as it is now."""
        self._shown.add(user)
        view = home_view(await self._parts(Spot(self._at.team, user, name)))
        await self._at.client.views_publish(user_id=user, view=view)

    async def refresh(self, user: str, name: str) -> None:
        """Show the tab again, if the person has opened it since we began."""
        if user in self._shown:
            await self.publish(user, name)

    async def _parts(self, spot: Spot) -> list[Part]:
        own = Where(spot.user, OWN_NAME, in_person=True)
        alerts = await self._talk.run("alert list", spot, own)
        saved = await self._talk.run("saved", spot, own)
        zone = await self._zone(spot, own)
        parts = [
            Part(
                "Your alerts",
                alerts,
                own,
                (
                    Action("Add an alert", "alert add"),
                    Action(f"Time zone: {zone or 'not known'}", "zone"),
                ),
                whole="alert list",
            ),
        ]
        for place in await self._channels(spot.user):
            where = Where(place.destination.address, place.name)
            shown = await self._talk.run("list", spot, where)
            more = (Action("Subscribe to more", "subscribe"), Action("Status", "status"))
            parts.append(Part(place.name, shown, where, more, whole="list"))
        return [*parts, Part("Your saved papers", saved, own, whole="saved")]

    async def _zone(self, spot: Spot, own: Where) -> str:
        """Return the zone in which the person reads times, as the form that changes it has it."""
        asked = await self._talk.run("zone", spot, own)
        return asked.form.fields[0].value if asked.form else ""

    async def _channels(self, user: str) -> list[Place]:
        """Return the channels in which this person made or changed a subscription, and still is.

        Of a channel that is lost nobody can say who is in it; it is shown to them.
        """
        known = await self._at.subscriptions.all(platform=PLATFORM, account=self._at.team)
        found = {
            place.destination: place
            for place, one in known
            if not place.is_person and user in (one.creator, one.editor, place.creator)
        }
        shown = [place for place in found.values() if await self._is_shown(place, user)]
        return sorted(shown, key=lambda place: place.name)

    async def _is_shown(self, place: Place, user: str) -> bool:
        inside = await self._at.members.holds(place.destination.address, user)
        return bool(place.suspended) if inside is None else inside
