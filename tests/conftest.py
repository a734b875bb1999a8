"""What holds for all tests."""

import os

from hypothesis import settings

from tests.desk import desk

__all__ = ["desk"]

# How long an example takes says more of the machine than of the program; benchmarks judge time.
settings.register_profile("paperboy", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("paperboy")
