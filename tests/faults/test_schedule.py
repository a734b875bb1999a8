from itertools import islice

import pytest

from tests.faults.points import named_points
from tests.faults.schedule import KILLS, Kind, WorldPlan, kinds_for, mop_up, read_fault, worlds
from tests.faults.world import PLATFORMS


def some(seed: int, count: int = 8) -> list[WorldPlan]:
    return list(islice(worlds(seed, PLATFORMS, 12), count))


def test_a_seed_gives_the_same_schedule_each_time_and_another_seed_another() -> None:
    assert some(7) == some(7)
    assert some(7) != some(8)


def test_a_fault_is_read_back_from_what_is_printed() -> None:
    faults = [fault for plan in some(3) for round_ in plan.rounds for fault in round_.faults]
    assert [read_fault(str(one)) for one in faults] == faults


def test_every_kind_comes_and_a_fifth_of_all_faults_are_kills() -> None:
    plans = some(1, 30)
    assert {one.kind for plan in plans for one in plan.rounds} == set(Kind)
    faults = [fault for plan in plans for round_ in plan.rounds for fault in round_.faults]
    assert sum(one.kind in KILLS for one in faults) > len(faults) / 5


@pytest.mark.parametrize("platforms", [PLATFORMS, ("web",), ("slack",), ("discord",)])
def test_every_named_point_has_its_turn(platforms: tuple[str, ...]) -> None:
    plans = islice(worlds(1, platforms, 12), 20)
    dealt = {one.point for plan in plans for round_ in plan.rounds for one in round_.faults}
    assert set(named_points(platforms)) <= dealt


def test_only_what_can_happen_on_a_platform_happens_there() -> None:
    assert Kind.DROP_AFTER not in kinds_for(("web",))
    assert Kind.LATER not in kinds_for(("discord",))


def test_a_world_with_one_fault_is_otherwise_the_same() -> None:
    plan = some(2, 1)[0]
    fault = plan.rounds[3].faults[0]
    alone = plan.only(3, fault)
    assert alone.seed == plan.seed
    assert [one.faults for one in alone.rounds] == [(), (), (), (fault,)]


def test_named_points_that_were_missed_get_a_world_of_their_own() -> None:
    missed = ["Outbox.claim after", "Unread.read inside"]
    plan = mop_up(-1, 1, PLATFORMS, missed)
    assert [one.point for round_ in plan.rounds for one in round_.faults] == missed
    assert [one.kind for one in plan.rounds if one.faults] == [Kind.KILL, Kind.BACKUP]
