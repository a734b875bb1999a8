"""What people type and press, and what Paperboy says: the rows of UX.md, and around them.

One table for every platform: the neutral core runs through it, and each platform over the wire.
Each dialogue begins with a fresh bot on Tuesday, 24 November 2026, 13:00 in Berlin. Expectations
that a turn does not state are not looked at; texts are exact.
"""

from tests.dialogues.channel import CHANNEL
from tests.dialogues.forms import FORMS
from tests.dialogues.mistakes import MISTAKES
from tests.dialogues.personal import PERSONAL
from tests.dialogues.subscribing import SUBSCRIBING
from tests.dialogues.turns import Turn

DIALOGUES: dict[str, tuple[Turn, ...]] = {
    **SUBSCRIBING,
    **MISTAKES,
    **CHANNEL,
    **FORMS,
    **PERSONAL,
}

__all__ = ["DIALOGUES", "Turn"]
