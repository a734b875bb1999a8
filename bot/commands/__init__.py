"""What people can ask for, the same on every platform: `Commands.run(request) -> reply`.

A package rather than one file, since each family of verbs fills one: subscribing, editing, looking,
personal; `core` is the door, `grammar`, `forms` and `phrases` are pure.
"""

from bot.commands.core import Commands
from bot.commands.recent import Recent
from bot.commands.services import Defaults, Services

__all__ = ["Commands", "Defaults", "Recent", "Services"]
