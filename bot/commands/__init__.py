"""What people can ask for, the same on every platform: `Commands.run(request) -> reply`.

A package rather than one file, since each family of verbs fills one: subscribing, editing, looking,
personal; `door` is where they come in, `core` knows every verb, and `grammar`, `forms` and
`wording` are pure.
"""

from bot.commands.door import Commands
from bot.commands.recent import Recent
from bot.commands.services import Defaults, Services

__all__ = ["Commands", "Defaults", "Recent", "Services"]
