"""The values of a topic → its leaves. PURE.

In goes what was typed after a field, or alone; out comes a leaf with remarks. What cannot match, or
would match everything, is refused with a TopicError.
"""

import difflib
import re
from dataclasses import dataclass

from bot import taxonomy
from bot.compose import remarks
from bot.compose.expression import (
    Category,
    Expression,
    Field,
    author,
    covers,
    either,
    phrase,
)
from bot.compose.remarks import Remark
from bot.errors import TopicError
from bot.patterns import later

_ARXIV = r"<?(?:https?://)?(?:www\.|export\.|rss\.)?arxiv\.org/"
_listing = later(rf"{_ARXIV}(?:list|archive|catchup|rss|atom)/([A-Za-z.+-]+)")
_paper = later(
    rf"(?:(?:{_ARXIV}(?:abs|pdf|html|format|ps|e-print)/)|(?:<?https?://[a-z.]*\b)?(?:arxiv:))?"
    r"(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?(?:\.pdf)?[/>]?\Z",
    re.IGNORECASE,
)
_any_address = later(_ARXIV)


@dataclass(frozen=True, slots=True)
class Value:
    """What was typed for a leaf, and where: `text` is the whole topic."""

    typed: str
    text: str
    start: int
    end: int

    def error(self, message: str, *suggestions: str) -> TopicError:
        """Return the error that points at this value; a suggestion replaces only the value."""
        whole = tuple(f"{self.text[: self.start]}{s}{self.text[self.end :]}" for s in suggestions)
        where = f"{message} (character {self.start + 1})"
        return TopicError(where, text=self.text, position=self.start, suggestions=whole)


def leaf(name: str, value: Value) -> tuple[Expression, list[Remark]]:
    """Return the leaf for a field's name ("" for none) and its value. Raises TopicError."""
    if name == "cat":
        return _category(value)
    return (_author(value) if name == "au" else _phrase(Field(name), value)), []


def named_alone(value: Value) -> tuple[Expression, list[Remark]] | None:
    """Return what a lone word names: a category, archive, alias or listing address; or None."""
    if _paper.match(value.typed):
        raise value.error("that is one paper, not a topic: look it up with search")
    if found := listing(value):
        return found
    name = taxonomy.spelled(value.typed)
    if name is None:
        return None
    remark = remarks.archive_word(value.typed, name)
    return _named(name), [remark] if remark else []


def listing(value: Value) -> tuple[Expression, list[Remark]] | None:
    """Return what a listing's or feed's address shows; None if it is no address of arXiv."""
    if not _any_address.match(value.typed):
        return None
    address = _listing.match(value.typed)
    found = (
        [taxonomy.spelled(name) for name in address[1].strip(".+-").split("+")] if address else []
    )
    known = [_named(name) for name in found if name]
    if not known or len(known) < len(found):
        raise value.error(
            "that address shows no listing that I know; expected one such as "
            "https://arxiv.org/list/cs.CV/recent"
        )
    return either(*known), []


def _named(name: str) -> Expression:
    """Return a category, or an archive with all its parts."""
    category = taxonomy.CATEGORIES.get(name)
    parts = taxonomy.ARCHIVES.get(name, (name,))
    if parts == (name,) and category:
        return Category(category.canonical)
    own = (Category(category.canonical),) if category else ()
    return either(*own, Category(f"{name}.*"))


def _category(value: Value) -> tuple[Expression, list[Remark]]:
    pattern = value.typed.strip()
    if "*" in pattern:
        return _wild(pattern, value), []
    name = taxonomy.spelled(pattern)
    if name is None or name not in taxonomy.CATEGORIES:
        raise _unknown(pattern, value)
    found = [] if name == pattern else [remarks.respelled(pattern, name)]
    closed = remarks.closed_category(name)
    return Category(taxonomy.canonical(name)), [*found, *([closed] if closed else [])]


def _wild(pattern: str, value: Value) -> Expression:
    if not re.search(r"\w", pattern):
        raise value.error("cat:* is every paper; name an archive, such as cat:cs.*")
    if not covers(pattern, tuple(taxonomy.CATEGORIES)):
        raise _unknown(pattern, value)
    return Category(re.sub(r"\*+", "*", pattern))


def _unknown(pattern: str, value: Value) -> TopicError:
    archive, dot, _ = pattern.partition(".")
    if (known := taxonomy.spelled(archive)) in taxonomy.ARCHIVES and (not dot or "*" in pattern):
        return value.error(f"arXiv has no category {pattern}; the archive is {known}", f"{known}.*")
    names = {name.casefold(): name for name in taxonomy.CATEGORIES}
    close = difflib.get_close_matches(pattern.casefold(), names, 3, 0.6)
    return value.error(f"arXiv has no category {pattern}", *(names[name] for name in close))


def _author(value: Value) -> Expression:
    _no_star(value)
    found = author(value.typed)
    if not found.words:
        raise value.error("expected a name after au:")
    return found


def _phrase(where: Field, value: Value) -> Expression:
    _no_star(value)
    found = phrase(where, value.typed)
    if not found.words:
        raise value.error("expected a word here")
    if not found.stems:
        said = " ".join(found.words)
        raise value.error(f'arXiv does not index "{said}", so it cannot match; add another word')
    return found


def _no_star(value: Value) -> None:
    quoted = value.text[value.start : value.start + 1] in ("'", '"')
    if "*" in value.typed and not quoted:
        raise value.error(
            "* may stand only in cat:; words are found in all their forms without it",
            *filter(None, [value.typed.replace("*", "").strip()]),
        )
