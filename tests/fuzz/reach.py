"""Which lines of `bot` something runs through."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import bot

_OURS = str(Path(bot.__file__).parent)


class Reach:
    """Collects lines; `more` says whether something reached new ones."""

    def __init__(self) -> None:
        self.lines: set[tuple[CodeType, int]] = set()

    def more(self, work: Callable[[], object]) -> bool:
        """Run something, traced; whatever it raises passes through after the lines are counted."""
        before = len(self.lines)
        sys.settrace(self._called)
        try:
            work()
        finally:
            sys.settrace(None)
            grown = len(self.lines) > before
        return grown

    def _called(self, frame: FrameType, _event: str, _arg: object) -> Any:
        return self._line if frame.f_code.co_filename.startswith(_OURS) else None

    def _line(self, frame: FrameType, _event: str, _arg: object) -> Any:
        self.lines.add((frame.f_code, frame.f_lineno))
        return self._line
