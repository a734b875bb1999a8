from datetime import date

from sqlite_utils import Database

from bot.model import Advance, Destination, Paper, Person
from bot.store import Store, open_store
from tests.store.bulk import connection_of
from tests.store.samples import (
    HERE,
    HOUR,
    NOON,
    FixedCalendar,
    enqueue,
    item,
    open_all,
    paper,
    place,
    plan,
    subscription,
)

ADA = Person("slack", "T1", "U1", "Europe/Berlin")
BEN = Person("slack", "T1", "U2", "Asia/Tokyo")
ADAS = "slack:T1:U1"
ADAS_MESSAGES = Destination("slack", "T1", "U1")


async def everywhere(store: Store, text: str) -> list[str]:
    """Return the tables that hold a text anywhere."""

    def search(database: Database) -> list[str]:
        dump = database.conn.iterdump()
        return sorted({line.split('"')[1] for line in dump if text in line})

    return await connection_of(store).read(search)


async def lived(store: Store) -> None:
    """Ada uses everything; Ben does a little of the same."""
    for person in (ADA, BEN):
        await store.people.put(person)
        await store.people.save_paper(person, "2608.00001", NOON)
        channel = subscription(f"of {person.zone}", creator=person.id, editor=person.id)
        await store.subscriptions.save(channel, f"slack:T1:{person.id}")
    await store.subscriptions.put_place(place(creator="U1"), ADAS)
    alert = subscription("secret wish", ADAS_MESSAGES, creator="U1", editor="U1")
    saved = await store.subscriptions.save(alert, ADAS)
    await enqueue(store, plan(ADAS_MESSAGES, items=(item(),), advances=(Advance(saved.id, 0, 7),)))
    await open_all(store)


async def test_a_person_comes_back_with_the_zone_last_put() -> None:
    async with open_store(":memory:") as store:
        assert await store.people.get(ADA) is None
        await store.people.put(Person("slack", "T1", "U1", "UTC"))
        await store.people.put(ADA)
        assert await store.people.get(Person("slack", "T1", "U1")) == ADA
        assert await store.people.get(Person("slack", "T2", "U1")) is None


async def test_saved_papers_come_last_saved_first_in_their_highest_version() -> None:
    papers: list[Paper] = [paper("a"), paper("b", 1), paper("b", 2)]
    async with open_store(":memory:") as store:
        await store.papers.put(papers)
        await store.people.save_paper(ADA, "a", NOON)
        await store.people.save_paper(ADA, "b", NOON + HOUR)
        await store.people.save_paper(ADA, "unknown", NOON + HOUR)
        assert await store.people.saved(ADA) == (papers[2], papers[0])
        await store.people.save_paper(ADA, "a", NOON + 2 * HOUR)
        assert await store.people.saved(ADA) == (papers[0], papers[2])
        await store.people.unsave_paper(ADA, "a")
        assert await store.people.saved(ADA) == (papers[2],)
        assert await store.people.saved(BEN) == ()


async def test_a_saved_paper_is_not_pruned() -> None:
    async with open_store(":memory:", calendar=FixedCalendar()) as store:
        await store.papers.put([paper("a"), paper("b")])
        await store.people.save_paper(ADA, "a", NOON)
        assert await store.papers.prune(date(2027, 1, 1)) == 1
        assert await store.people.saved(ADA) == (paper("a"),)


async def test_everything_that_is_stored_about_a_person_is_told() -> None:
    async with open_store(":memory:") as store:
        nothing = await store.people.about(ADA)
        assert set(nothing.values()) == {0}
        await lived(store)
        assert await store.people.about(ADA) == {
            "person": 1,
            "saved papers": 1,
            "channel subscriptions made": 1,
            "changes": 3,
            "alerts": 1,
            "digests": 1,
            "papers shown": 1,
        }


async def test_a_person_who_is_forgotten_leaves_no_trace_and_others_keep_theirs() -> None:
    async with open_store(":memory:") as store:
        await lived(store)
        before = await store.people.about(BEN)
        await store.people.forget(ADA, NOON)
        assert set((await store.people.about(ADA)).values()) == {0}
        assert [await everywhere(store, text) for text in ("U1", "secret wish")] == [[], []]
        assert await store.people.about(BEN) == before
        channel = [one.creator for one in await store.subscriptions.of(HERE)]
        assert channel == ["", "U2"]
        assert await store.outbox.owed("slack", NOON, 9, ()) == ()
        actors = {row.actor for row in await store.audit.rows(None, 99)}
        assert actors == {"somebody", "slack:T1:U2"}


async def test_a_person_on_discord_is_forgotten_with_their_messages() -> None:
    person = Person("discord", "9", "77")
    messages = Destination("discord", "9", "u:77")
    async with open_store(":memory:") as store:
        await store.subscriptions.save(subscription(destination=messages), "discord:9:77")
        await store.people.forget(person, NOON)
        assert await store.subscriptions.place(messages) is None
        assert await store.subscriptions.all() == ()
