"""Messages without papers: what happened, what it means, what to do."""

from datetime import UTC, date, datetime

from bot.compose.notices import Reviewed, confirmation, doubt, lost, notice, outage, review
from bot.model import Destination, Place

HERE = Destination("web", "local", "papers")
ADA = Destination("web", "local", "u:ada")
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TUESDAY = date(2026, 11, 24)


def test_a_notice_is_keyed_by_its_kind_and_incident() -> None:
    plan = notice(HERE, "operator", "disk", "The disk is full.", NOW, ["status"])
    assert (plan.slot.key, plan.slot.due) == ("notice:operator:disk", NOW)
    assert (plan.items, plan.advances, plan.shown) == ((), (), 0)
    assert (plan.heading.note, plan.heading.actions) == ("The disk is full.", ("status",))


def test_an_outage_is_told_in_one_line_per_incident() -> None:
    plan = outage(HERE, TUESDAY, date(2026, 11, 25), NOW)
    assert plan.heading.note == (
        "No digest since Tue 24 Nov: arXiv does not answer. Nothing is lost."
    )
    assert plan.slot.key == "notice:outage:2026-11-25"
    never = outage(HERE, None, TUESDAY, NOW)
    assert never.heading.note == "No digest yet: arXiv does not answer. Nothing is lost."


def test_a_doubt_asks_a_person() -> None:
    plan = doubt(HERE, "#papers", [TUESDAY], "KEY", NOW)
    assert plan.heading.note == (
        "I could not confirm that the digest of Tue 24 Nov reached #papers. Is it there?"
    )
    assert plan.heading.actions == ("doubt:KEY",)
    assert "my last message" in doubt(HERE, "#papers", [], "KEY", NOW).heading.note


def test_a_lost_channel_is_told_to_whoever_can_act() -> None:
    place = Place(HERE, "#papers", suspended="archived")
    plan = lost(ADA, place, 3, "C1", NOW)
    assert plan.heading.note == (
        "I can't post to #papers any more (archived). "
        "Its 3 subscriptions are paused, not deleted, and resume when it is back."
    )
    assert plan.heading.actions == (f"move:{HERE.address}",)
    single = lost(ADA, place, 1, "C1", NOW).heading.note
    assert "Its subscription is paused, not deleted, and resumes when" in single


def test_an_alert_is_confirmed_by_the_message_itself() -> None:
    plan = confirmation(HERE, 2, "diffusion policy", 1204, "2-now", NOW)
    assert plan.heading.note == (
        "You'll hear from me here when papers match diffusion policy (1,204 in the last 7 days)."
    )
    assert plan.heading.actions == ("remove:2",)


def test_before_papers_are_known_an_alert_is_confirmed_without_a_count() -> None:
    plan = confirmation(HERE, 2, "a (b) -c", None, "2-now", NOW)
    assert plan.heading.note == "You'll hear from me here when papers match a (b) -c."


def test_a_review_names_topics_that_find_nothing_or_too_much() -> None:
    fine = Reviewed(3, "fine", 30, 0)
    topics = [Reviewed(1, "spin glass", 0, 0), Reviewed(2, "image generation", 412, 9), fine]
    plan = review(HERE, topics, "2026-11", NOW)
    assert plan
    assert plan.heading.note == (
        "In the last 30 days: spin glass: 0 papers. image generation: 412, more than fit on 9 days."
    )
    assert plan.heading.actions == ("narrow:1", "narrow:2", "weekly:2")
    assert plan.heading.topics == ((1, "spin glass"), (2, "image generation"))
    assert review(HERE, [fine], "2026-11", NOW) is None
