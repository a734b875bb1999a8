"""The campaign itself, small: a world of each sort, and a safeguard that is missed."""

import inspect

from bot.store import announcements, channel, lane, outbox, papers, subscriptions, unread
from tests.faults.points import REREADING, WRITES
from tests.faults.safeguards import SAFEGUARDS, try_safeguards


def test_every_writing_method_of_the_ports_that_run_by_themselves_is_a_point() -> None:
    modules = (announcements, channel, lane, outbox, papers, subscriptions, unread)
    of_people = {"Subscriptions.remove", "Papers.put"}
    found = set()
    for module in modules:
        for name, kind in inspect.getmembers(module, inspect.isclass):
            if kind.__module__ != module.__name__:
                continue
            for method, function in inspect.getmembers(kind, inspect.isfunction):
                if "connection.write(" in inspect.getsource(function) and method[0] != "_":
                    found.add(f"{name}.{method}")
    assert found - of_people <= {*WRITES, *REREADING}


def test_a_safeguard_is_missed_under_its_schedule() -> None:
    (missed,) = try_safeguards(["claim"], 2)
    assert missed.is_needed, str(missed)


def test_each_safeguard_has_words_and_a_schedule() -> None:
    for name, one in SAFEGUARDS.items():
        assert one.does, name
        assert set(one.backed_by) <= SAFEGUARDS.keys()
