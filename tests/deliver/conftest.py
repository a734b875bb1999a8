"""Fixtures for the tests of delivery."""

from collections.abc import AsyncIterator

import pytest

from tests.deliver.bench import Bench, open_bench


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    """A store with nothing in it, a well-behaved platform, and clocks that stand still."""
    async with open_bench() as opened:
        yield opened
