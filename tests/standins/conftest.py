"""Fixtures of the stand-ins' own tests."""

from tests.standins.asking import arxiv

__all__ = ["arxiv"]
