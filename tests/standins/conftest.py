"""Fixtures of the stand-ins' own tests."""

from tests.standins.asking import arxiv
from tests.standins.discord_asking import there

__all__ = ["arxiv", "there"]
