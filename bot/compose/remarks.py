"""What a person may not have meant, in words, with the topic to offer instead. PURE.

In goes a piece of a topic and the whole text around it; out comes a `Remark`, or none. A remark
never changes how a topic is read.
"""

import re
from dataclasses import dataclass

from bot import taxonomy

_NAME = re.compile(r"[A-Z][a-zà-ÿ]{2,}\Z")
_WITH_INITIALS = re.compile(
    r"(?:[A-Z]\.?[ -]?){1,3} [A-Z]\w+\Z|[A-Z]\w+,? (?:[A-Z]\.?[ -]?){1,3}\Z"
)
# Endings of common scientific words; phones capitalise the first word of whatever is typed.
_NO_NAME = re.compile(
    r"(?:tion|sion|ics?|ings?|ity|ment|ness|ism|ogy|phy|ive|ous|al|ors?|ers|ures?|ance|ence|ls|ts|gs"
    r"|ns|ms|ks|es|ies|ry|ld|um|ph|em|id|ex|ar|le|te|ce|ge|se|ve|ct|nt|st|[aeiu]ne|ly|ed|el|sis|ask"
    r"|ext|ow|th|ode|ain|ork|eme|ter|mer|der|ine|ata|aph|eep|ool|acy|ncy|age|gy|sy|cy|ype|ize|ap)\Z"
)
_OPERATOR_WORDS = {"and": "AND", "or": "OR", "not": "ANDNOT", "andnot": "ANDNOT"}


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence for the person; `instead` is a whole topic text to offer, or empty.

    `ask`: so easily misread that the person is asked before anything is saved.
    """

    text: str
    instead: str = ""
    ask: bool = False

    def __str__(self) -> str:
        return self.text


def operator_word(word: str, before: str, after: str) -> Remark | None:
    """Remark on `or` between bare words; `before` and `after` are the text around it."""
    operator = _OPERATOR_WORDS.get(word.casefold())
    if operator is None:
        return None
    return Remark(
        f'"{word}" is read as a word of the phrase. The operator is written {operator}.',
        f"{before}{operator}{after}",
    )


def category_word(word: str, before: str, after: str) -> Remark | None:
    """Remark on `cs.CV` or `hep-th` among other signs, where it is a word and no category."""
    name = taxonomy.spelled(word)
    if name is None or word.isalpha():
        return None
    return Remark(
        f"{word} is read as a word here. For the category write cat:{name}.",
        f"{before}cat:{name}{after}",
    )


def person(typed: str) -> Remark | None:
    """Remark on a whole topic that looks like a name: `Hinton`, `G. Hinton`."""
    one_word = _NAME.match(typed) and not _NO_NAME.search(typed)
    if not (one_word or _WITH_INITIALS.match(typed)) or taxonomy.spelled(typed):
        return None
    offered = f"au:{typed.casefold()}" if typed.isalpha() else f'au:"{typed.casefold()}"'
    return Remark(f"This looks for the words. For a person write {offered}.", offered)


def archive_word(word: str, name: str) -> Remark | None:
    """Remark on `Physics` alone, which is an archive and also a word."""
    if not word.isalpha():
        return None
    return Remark(
        f'"{word}" alone is arXiv\'s archive {name}. For the word, quote it.', f'"{word}"'
    )


def closed_category(typed: str) -> Remark | None:
    """Remark on a category that new papers do not carry."""
    category = taxonomy.CATEGORIES[typed]
    if category.active:
        return None
    if category.canonical != typed:
        return Remark(f"{typed} is closed; it is now {category.canonical}, which is meant here.")
    return Remark(f"{typed} alone is on older papers only; its parts are cat:{typed}.*")


def respelled(typed: str, name: str) -> Remark:
    """Remark on `cat:cs.cv`."""
    return Remark(f"{typed} is read as {name}: in arXiv's names upper and lower case differ.")


def wide_minus(phrase: str) -> Remark:
    """Remark on `-survey paper`, which drops the phrase and not the word."""
    return Remark(
        f'What is left out is the phrase "{phrase}". To leave out one word only, put it last.'
    )


def bare_after_field(words: str, field: str, before: str, after: str) -> Remark:
    """Remark on `au:hinton, lecun`: after the comma the field does not go on."""
    value = words if words.isalnum() else f'"{words}"'
    return Remark(
        f'After the comma "{words}" is looked for in title and abstract. '
        f"For the field before it write {field}:{value}.",
        f"{before}{field}:{value}{after}",
    )


def precedence(ours: str, theirs: str, instead: str) -> Remark:
    """Remark on AND and OR mixed without parentheses."""
    return Remark(f"Read as {ours}. arXiv's own search reads it as {theirs}.", instead, ask=True)
