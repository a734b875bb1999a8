"""Work without pauses of the garbage collector."""

import gc

import pytest

from bot.garbage import uncollected


def test_nothing_is_collected_inside_and_the_collector_works_afterwards() -> None:
    with uncollected():
        assert not gc.isenabled()
        with uncollected():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


def test_the_collector_works_again_after_an_error() -> None:
    with pytest.raises(ValueError, match="no"), uncollected():
        raise ValueError("no")
    assert gc.isenabled()
