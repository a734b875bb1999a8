"""Patterns that are compiled when they are first used. PURE.

Compiling those of topics, links and sentences takes a fifth as long as loading everything else that
is ours, and neither a start nor most commands need them. Small patterns are compiled where they
stand, with `re.compile`; these are for the large ones, and for all of `regex`.
"""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    import regex


class _Later:
    """Looks like the pattern it will be; what was asked for once is kept."""

    def __init__(self, compiled: Callable[[], Any]) -> None:
        self._compile = compiled

    def __getattr__(self, name: str) -> Any:
        if "_pattern" not in vars(self):
            self._pattern = self._compile()
        found = getattr(self._pattern, name)
        setattr(self, name, found)
        return found


def later(source: str, flags: int = 0) -> re.Pattern[str]:
    """Return `re.compile(source, flags)`, made at its first use."""
    return cast("re.Pattern[str]", _Later(lambda: re.compile(source, flags)))


def later_unicode(source: str, *, ignore_case: bool = False) -> "regex.Pattern[str]":
    """Return the pattern of the library `regex`, which is loaded at the first use of one."""

    def compiled() -> Any:
        import regex

        return regex.compile(source, regex.IGNORECASE if ignore_case else 0)

    return cast("regex.Pattern[str]", _Later(compiled))
