"""Joining and splitting archives so that no feed answer is cut."""

from hypothesis import given, strategies as st

from bot.collect.arxiv.archives import (
    belongs,
    expected_items,
    halve,
    learn,
    plan_groups,
)
from bot.taxonomy import ARCHIVES

LIMIT = 1000


def load(group: tuple[str, ...]) -> int:
    return sum(expected_items().get(part, 20) for part in group)


def test_all_of_arxiv_needs_a_handful_of_requests_of_even_size() -> None:
    groups = plan_groups(ARCHIVES, expected_items(), LIMIT)

    assert 3 <= len(groups) <= 8
    assert max(map(load, groups)) <= LIMIT * 1.1
    assert min(map(load, groups)) >= LIMIT * 0.6


def test_a_large_archive_is_asked_for_by_its_categories_and_nothing_is_left_out() -> None:
    groups = plan_groups(ARCHIVES, expected_items(), LIMIT)
    asked = {part for group in groups for part in group}

    for archive, categories in ARCHIVES.items():
        assert archive in asked or asked.issuperset(categories)
    assert "cs" not in asked


def test_small_archives_share_one_request() -> None:
    assert plan_groups(["q-bio", "econ", "nlin"], expected_items(), LIMIT) == (
        ("econ", "nlin", "q-bio"),
    )


def test_a_single_category_is_one_request_however_large() -> None:
    assert plan_groups(["cs.LG"], {"cs.LG": 5000}, LIMIT) == (("cs.LG",),)


@given(st.sets(st.sampled_from(sorted(ARCHIVES)), min_size=1))
def test_the_plan_does_not_depend_on_the_order_of_the_config(wanted: set[str]) -> None:
    assert plan_groups(sorted(wanted), expected_items(), LIMIT) == plan_groups(
        sorted(wanted, reverse=True), expected_items(), LIMIT
    )


def test_a_cut_answer_is_asked_for_again_in_two_halves() -> None:
    halves = halve(("econ", "math", "q-bio", "stat"), expected_items())

    assert len(halves) == 2
    assert sorted(part for half in halves for part in half) == ["econ", "math", "q-bio", "stat"]


def test_a_lone_archive_is_halved_by_its_categories_and_a_lone_category_not_at_all() -> None:
    parts = {part for half in halve(("math",), expected_items()) for part in half}

    assert parts == set(ARCHIVES["math"])
    assert halve(("hep-th",), expected_items()) == ()
    assert halve(("cs.LG",), expected_items()) == ()


def test_the_table_moves_toward_what_a_day_brought() -> None:
    table = {"econ": 40, "stat": 40}

    learnt = learn(table, ("econ", "stat"), [("econ.GN", "stat.ME")] * 80)

    assert learnt["econ"] == 50
    assert learnt["stat"] == 30


def test_an_archive_counts_what_its_categories_bring() -> None:
    group = tuple(ARCHIVES["econ"])

    learnt = learn({}, group, [("econ.GN",)] * 100)

    assert learnt["econ"] == sum(learnt[part] for part in group)


def test_a_category_belongs_to_the_archives_of_all_its_names() -> None:
    assert belongs(["cs.IT"], ["math"])
    assert belongs(["math-ph"], ["math"])
    assert belongs(["cmp-lg"], ["cs"])
    assert belongs(["cs.CL"], ["cs"])
    assert belongs(["cs.CL"], ["cs.CL"])
    assert not belongs(["cs.CL"], ["cs.LG", "math"])
