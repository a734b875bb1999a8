"""Reads markdown as Discord's clients do, independently of what writes it.

A list of runs comes out: what kind each is, what a reader sees of it, and where it leads. The rules
and their order follow the markdown that Discord documents, not the escaping under test.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple


class Run(NamedTuple):
    kind: str
    text: str
    to: str = ""


_RULES = [
    ("escape", re.compile(r"\\([^0-9A-Za-z\s])")),
    ("fence", re.compile(r"```(?:[^`\n]*\n)?(.+?)```", re.DOTALL)),
    ("mention", re.compile(r"<(?:@[!&]?|#|a?:\w+:|t:-?|/[^>]*:|id:|sound:)[^>]*>|@everyone|@here")),
    ("autolink", re.compile(r"<((?:https?://|mailto:|tel:)[^>\s]+)>")),
    ("link", re.compile(
        r"\[((?:\[[^\]]*\]|[^\[\]]|\](?=[^\[]*\]))+)\]\(\s*<?([^\s<>\\()]+?)>?\s*\)"
    )),
    ("url", re.compile(r"https?://[^\s<]+[^<.,:;\"')\]\s]|discord(?:app)?\.(?:gg|com)/\S+")),
    ("strong", re.compile(r"\*\*((?:\\.|[^\\])+?)\*\*(?!\*)", re.DOTALL)),
    ("under", re.compile(r"__((?:\\.|[^\\])+?)__(?!_)", re.DOTALL)),
    ("em", re.compile(r"\*(?=\S)((?:\*\*|\\.|[^*\\])+?)\*(?!\*)", re.DOTALL)),
    ("em", re.compile(r"_((?:__|\\.|[^\\_])+?)_(?!\w)", re.DOTALL)),
    ("strike", re.compile(r"~~(?=\S)(.+?)~~(?!_)", re.DOTALL)),
    ("spoiler", re.compile(r"\|\|(.+?)\|\|", re.DOTALL)),
    ("code", re.compile(r"(`+)(.*?[^`])\1(?!`)", re.DOTALL)),
    ("emoji", re.compile(r":[^\s:]+:")),
]  # fmt: skip
_PLAIN = re.compile(r"[0-9A-Zace-gi-z \u00c0-\uffff]+")  # no rule begins with any of these
_STARTS = [
    ("heading", re.compile(r"#{1,3}\s+(?=\S)")),
    ("small", re.compile(r"-#\s+(?=\S)")),
    ("quote", re.compile(r"\s*>(?:>>)?\s")),
    ("list", re.compile(r"\s*(?:[-*+]|\d+\.)\s")),
]
_INSIDE = ("strong", "under", "em", "strike", "spoiler", "link")


def read(markdown: str) -> list[Run]:
    """Return the runs of a text display or of a message's content."""
    found: list[Run] = []
    for number, line in enumerate(_lines(markdown)):
        if number:
            found.append(Run("text", "\n"))
        for kind, rule in _STARTS if not line.startswith("```") else ():
            if start := rule.match(line):
                found.append(Run(kind, ""))
                line = line[start.end() :]  # noqa: PLW2901 - the rest of the line
        found += _inline(line)
    return _merged(found)


def seen(markdown: str) -> str:
    """Return what a reader sees, without the joiners that nobody sees."""
    return "".join(run.text for run in read(markdown)).replace("\u2060", "")


def _lines(markdown: str) -> Iterator[str]:
    """Yield the lines; those of a code block as one."""
    for part in re.split(r"(```.+?```)", markdown, flags=re.DOTALL):
        yield from [part] if part.startswith("```") else part.strip("\n").split("\n")


def _inline(text: str) -> Iterator[Run]:
    at = 0
    while at < len(text):
        if plain := _PLAIN.match(text, at):
            yield Run("text", plain[0])
            at = plain.end()
            continue
        for kind, rule in _RULES:
            if found := rule.match(text, at):
                yield from _run(kind, found)
                at = found.end()
                break
        else:
            yield Run("text", text[at])
            at += 1


def _run(kind: str, found: re.Match[str]) -> Iterator[Run]:
    if kind == "escape":
        yield Run("text", found[1])
    elif kind == "link":
        inner = list(_inline(found[1]))
        yield Run("link", "".join(one.text for one in inner), found[2])
        yield from (one for one in inner if one.kind != "text")
    elif kind in _INSIDE:
        inner = list(_inline(found[1]))
        nested = any(one.kind != "text" for one in inner)
        yield Run(kind, "" if nested else "".join(one.text for one in inner))
        yield from inner if nested else ()
    elif kind == "autolink":
        yield Run(kind, found[1], found[1])
    else:
        yield Run(kind, found[0])


def _merged(runs: list[Run]) -> list[Run]:
    found: list[Run] = []
    for run in runs:
        if found and run.kind == found[-1].kind == "text":
            found[-1] = Run("text", found[-1].text + run.text)
        else:
            found.append(run)
    return found
