"""A Dockerfile in, its instructions out; and which files a `.dockerignore` lets through. PURE."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = ROOT / "deploy" / "Dockerfile"


@dataclass(frozen=True, slots=True)
class Step:
    """One instruction, its lines joined."""

    word: str
    rest: str


def stages(text: str) -> list[list[Step]]:
    """Return the instructions of each stage; what stands before the first is left out."""
    found: list[list[Step]] = []
    for step in steps(text):
        if step.word == "FROM":
            found.append([])
        if found:
            found[-1].append(step)
    return found


def steps(text: str) -> list[Step]:
    """Return all instructions, comments left out."""
    lines = re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE)
    joined = re.sub(r"\\\n\s*", " ", lines).splitlines()
    words = [line.split(maxsplit=1) for line in joined if line.strip()]
    return [Step(word.upper(), rest) for word, rest in words]


def copied(step: Step) -> tuple[Sequence[str], str]:
    """Return what a COPY from the repository takes, and to where."""
    *sources, target = step.rest.split()
    return sources, target


def reaches_the_builder(name: str, rules: str) -> bool:
    """Return whether a file of the repository is sent to the builder; the last rule that fits."""
    sent = True
    for rule in rules.split("\n"):
        pattern = rule.lstrip("!").removeprefix("**/")
        if pattern and not rule.startswith("#") and _fits(name, pattern):
            sent = rule.startswith("!")
    return sent


def _fits(name: str, pattern: str) -> bool:
    path = Path(name)
    whole = [path, *path.parents][:-1]
    return any(fnmatch(str(one), pattern) or one.name == pattern for one in whole)
