"""All targets, in the order in which they are told."""

from typing import Final

from tests.fuzz import of_arxiv, of_discord, of_files, of_people, of_slack
from tests.fuzz.target import Target

TARGETS: Final[tuple[Target, ...]] = (
    *of_arxiv.TARGETS,
    *of_people.TARGETS,
    *of_slack.TARGETS,
    *of_discord.TARGETS,
    *of_files.TARGETS,
)
