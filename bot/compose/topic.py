"""The topic language: text → topic, and back. PURE.

In goes what a person typed; out comes a `Topic`, or a `TopicError` that points at the character,
says what was expected and offers texts that would be read. The language is arXiv's query syntax
with the usual precedence, and what people type without knowing it: bare words are one phrase, a
comma separates alternatives, and a category, archive or listing address alone is that category.
A topic that cannot match, or matches everything, is refused; what may not be meant is remarked on.
"""

from dataclasses import dataclass, field, replace

from bot.compose import expression as tree
from bot.compose.expression import Expression, Field, Phrase, to_arxiv
from bot.compose.kinds import take_kinds
from bot.compose.lexer import lex, plain_keyboard
from bot.compose.parser import Parser
from bot.compose.remarks import Remark
from bot.errors import TopicError
from bot.model import Kind

__all__ = ["LONGEST", "Remark", "Topic", "parse_topic", "to_arxiv"]

LONGEST = 2_000  # characters of canonical text; ten times the longest useful topics
LONGEST_TYPED = 2 * LONGEST


@dataclass(frozen=True, slots=True)
class Topic:
    """What someone wants to hear of. Two topics are equal if canonical text and kinds are."""

    label: str = field(compare=False)  # as typed, without space around it
    canonical: str  # identity: normal words, without kind; reads back as the same expression
    expression: Expression = field(compare=False)
    kinds: frozenset[Kind] | None = None  # from `kind:`; None: the subscription's own
    warnings: tuple[Remark, ...] = field(default=(), compare=False)

    @property
    def reading(self) -> str:
        """The expression for people, in their spelling, with parentheses where kinds nest."""
        return tree.reading(self.expression)

    @property
    def text(self) -> str:
        """The canonical text with the kinds: reads back as an equal topic."""
        if self.kinds is None:
            return self.canonical
        return f"{self.canonical} kind:{'|'.join(kind for kind in Kind if kind in self.kinds)}"

    @property
    def needs_enrichment(self) -> bool:
        """Whether it looks at comments or journal references, which the daily feed lacks."""
        late = (Field.COMMENT, Field.JOURNAL, Field.ALL)
        return any(isinstance(x, Phrase) and x.where in late for x in tree.leaves(self.expression))


def parse_topic(text: str) -> Topic:
    """Read a topic. Raises TopicError, with positions counted in `text` from 0.

    Whatever an error suggests, or a remark offers instead, can itself be read.
    """
    try:
        found = _parsed(text)
    except TopicError as error:
        readable = tuple(filter(_reads, error.suggestions))
        what, position = str(error), error.position
        raise TopicError(what, text=text, position=position, suggestions=readable) from None
    if not found.warnings:
        return found
    notes = (n if _reads(n.instead) else replace(n, instead="") for n in found.warnings)
    return replace(found, warnings=tuple(notes))


def _parsed(text: str) -> Topic:
    _check_length(text, len(text), LONGEST_TYPED)
    plain = plain_keyboard(text)
    kinds, tokens = take_kinds(plain, lex(plain))
    parser = Parser(plain, tokens)
    found = parser.whole()
    canonical = tree.canonical_text(found)
    _check_length(text, len(canonical), LONGEST)
    label = text.strip()
    if label == canonical:
        canonical = label  # one text for both, of 100,000 that the store has
    return Topic(label, canonical, found, kinds, tuple(dict.fromkeys(parser.remarks)))


def _reads(text: str) -> bool:
    try:
        _parsed(text)
    except TopicError:
        return False
    return True


def _check_length(text: str, length: int, longest: int) -> None:
    if length > longest:
        what = f"a topic has at most {LONGEST} characters; make two of this one"
        raise TopicError(what, text=text, position=min(LONGEST, len(text)))
