"""The grammar of topics: signs → expression, kinds and remarks. PURE.

whole       = alternative { "," alternative }        and one kind:, at the top
alternative = category | archive | listing address | level
level       = ["-"] operand { operator operand }     AND, ANDNOT and "-" bind tighter than OR
operand     = [field] ( quoted | word { word } | "(" level ")" )        cat: takes one word
"""

from dataclasses import dataclass
from itertools import pairwise

from bot.compose import expression as tree, leaves, remarks
from bot.compose.expression import Expression
from bot.compose.leaves import Value
from bot.compose.lexer import Sign, Token
from bot.compose.remarks import Remark
from bot.errors import TopicError

DEEPEST = 30  # parentheses in parentheses
MOST = 200  # leaves

_MINUS = "-"


@dataclass(frozen=True, slots=True)
class _Term:
    """An operand with the operator before it ("" for the first)."""

    operator: str
    start: int
    end: int
    expression: Expression


class Parser:
    """Reads one topic's signs once, from left to right; `remarks` fill on the way."""

    def __init__(self, text: str, tokens: list[Token]) -> None:
        """Take the plain-keyboard text and its signs without `kind:`, ended by END."""
        self.remarks: list[Remark] = []
        self._text = text
        self._tokens = tokens
        self._at = 0

    def whole(self) -> Expression:
        """Return the expression of the whole topic. Raises TopicError."""
        alternatives: list[Expression] = []
        field_before = ""
        while True:
            while self._take(Sign.COMMA):
                pass
            if self._next.sign is Sign.END:
                break
            first = self._at
            alternatives.append(self._alternative(field_before))
            field_before = self._last_field(first)
            if self._next.sign is Sign.CLOSE:
                raise self._closes_nothing()
        if not alternatives:
            raise self._error("expected words, a field such as ti: or a category such as cs.CV")
        return self._counted(tree.either(*alternatives))

    # ── levels ───────────────────────────────────────────────────────────────────────────────────

    def _alternative(self, field_before: str) -> Expression:
        token, after = self._tokens[self._at : self._at + 2]
        if token.sign is Sign.WORD and after.sign in (Sign.COMMA, Sign.END):
            named = leaves.named_alone(self._value(token, token))
            if named:
                self._at += 1
                return self._noted(named)
        first = self._at
        found = self._level("", 0)
        self._remark_on_bare(first, field_before)
        return found

    def _level(self, field: str, depth: int) -> Expression:
        if depth > DEEPEST:
            raise self._error(f"parentheses may be nested {DEEPEST} deep at most")
        operator = _MINUS if self._take(Sign.MINUS) else ""
        terms: list[_Term] = []
        while True:
            terms.append(self._term(operator, field, depth))
            operator = self._operator(depth)
            if not operator:
                return self._grouped(terms)

    def _term(self, operator: str, field: str, depth: int) -> _Term:
        first = self._next
        found = self._operand(field, depth)
        last = self._tokens[self._at - 1]
        if operator == _MINUS and first.sign is Sign.WORD and last is not first:
            self.remarks.append(remarks.wide_minus(self._text[first.start : last.end]))
        return _Term(operator, first.start, last.end, found)

    def _operator(self, depth: int) -> str:
        """Consume what joins two operands; "" at the end of the level."""
        token = self._next
        if token.sign in (Sign.END, Sign.CLOSE) or (token.sign is Sign.COMMA and not depth):
            return ""
        if token.sign is Sign.COMMA:
            raise self._error(
                "a comma separates alternatives only outside parentheses; expected OR",
                self._replaced(token, " OR"),
            )
        if self._take(Sign.MINUS):
            return _MINUS
        if token.sign is not Sign.OPERATOR:
            raise self._missing_operator()
        self._at += 1
        return self._negated(token.text)

    def _negated(self, operator: str) -> str:
        """Read `AND NOT` and `AND -x` as ANDNOT; refuse `OR -x`, which takes away from nothing."""
        before, token = self._tokens[self._at - 1], self._next
        negates = token.sign is Sign.MINUS or token.text in ("NOT", "ANDNOT")
        if operator == "NOT" or (operator == "AND" and negates):
            self._at += operator == "AND"
            return "ANDNOT"
        if negates and token.sign in (Sign.MINUS, Sign.OPERATOR):
            raise self._error(
                f"after {operator} nothing can be left out; expected what it is left out of",
                self._text[: before.start] + self._text[token.start :],
            )
        return operator

    def _grouped(self, terms: list[_Term]) -> Expression:
        groups: list[list[_Term]] = [[]]
        for term in terms:
            if term.operator == "OR":
                groups.append([])
            groups[-1].append(term)
        found = tree.either(*map(self._conjunction, groups))
        self._compare_with_arxiv(terms, found)
        return found

    def _conjunction(self, terms: list[_Term]) -> Expression:
        minus = (_MINUS, "ANDNOT")
        keeps = [term.expression for term in terms if term.operator not in minus]
        drops = [term for term in terms if term.operator in minus]
        if not keeps:
            raise self._error(
                "what is left out needs something to be left out of: "
                "expected words before it, as in image generation -survey",
                at=drops[0].start,
            )
        keep = tree.both(*keeps)
        for drop in drops:
            self._check_possible(keep, drop)
        return tree.without(keep, tree.either(*(d.expression for d in drops))) if drops else keep

    def _check_possible(self, keep: Expression, drop: _Term) -> None:
        if tree.implies(keep, drop.expression):
            raise self._error(
                f"nothing can match: whatever {tree.reading(keep)} finds, "
                f"{tree.reading(drop.expression)} leaves out",
                at=drop.start,
            )

    def _compare_with_arxiv(self, terms: list[_Term], found: Expression) -> None:
        """Remark if arXiv, which groups to the right, would read this level differently."""
        if any(term.operator == _MINUS for term in terms):
            return
        theirs = terms[-1].expression
        for left, right in reversed(list(pairwise(terms))):
            theirs = _joined(right.operator, left.expression, theirs)
        if theirs != found:
            ours, other = tree.reading(found), tree.reading(theirs)
            instead = self._text[: terms[0].start] + other + self._text[terms[-1].end :]
            self.remarks.append(remarks.precedence(ours, other, instead.strip()))

    # ── operands ─────────────────────────────────────────────────────────────────────────────────

    def _operand(self, field: str, depth: int) -> Expression:
        own = self._take(Sign.FIELD)
        field = own.text if own else field
        if self._take(Sign.OPEN):
            return self._parenthesis(field, depth)
        if quoted := self._take(Sign.QUOTED):
            return self._noted(leaves.leaf(field, self._value(quoted, quoted)))
        if self._next.sign is Sign.WORD:
            return self._words(field)
        what = f"after {field}: expected" if own else "expected"
        raise self._error(f'{what} a word, "quoted words" or a parenthesis')

    def _parenthesis(self, field: str, depth: int) -> Expression:
        opened = self._tokens[self._at - 1]
        found = self._level(field, depth + 1)
        if not self._take(Sign.CLOSE):
            raise self._error(
                f"the parenthesis at character {opened.start + 1} is never closed",
                self._text.rstrip() + ")",
                at=opened.start,
            )
        return found

    def _words(self, field: str) -> Expression:
        first = last = self._next
        self._at += 1
        if found := leaves.listing(self._value(first, first)):
            return self._noted(found)
        while field != "cat" and (word := self._take(Sign.WORD)):
            last = word
        self._remark_on_words(field, first, last)
        return self._noted(leaves.leaf(field, self._value(first, last)))

    # ── remarks ──────────────────────────────────────────────────────────────────────────────────

    def _noted(self, found: tuple[Expression, list[Remark]]) -> Expression:
        self.remarks += found[1]
        return found[0]

    def _remark_on_words(self, field: str, first: Token, last: Token) -> None:
        run = [t for t in self._tokens[: self._at] if first.start <= t.start <= last.start]
        notes = [remarks.operator_word(t.text, *self._around(t, t)) for t in run[1:-1]]
        if not field:
            notes += [remarks.category_word(t.text, *self._around(t, t)) for t in run]
        self.remarks += filter(None, notes)

    def _remark_on_bare(self, first: int, field_before: str) -> None:
        """Remark on an alternative of bare words alone: a name, or a field that was meant."""
        run = self._tokens[first : self._at]
        if any(token.sign is not Sign.WORD for token in run):
            return
        words = self._value(run[0], run[-1]).typed
        note = remarks.person(words)
        if field_before:
            around = self._around(run[0], run[-1])
            note = remarks.bare_after_field(words, field_before, *around)
        self.remarks += filter(None, [note])

    def _last_field(self, first: int) -> str:
        """Return the field of an alternative that is one field and its value, else ""."""
        run = self._tokens[first : self._at]
        lone = run[0].sign is Sign.FIELD and all(
            token.sign in (Sign.WORD, Sign.QUOTED) for token in run[1:]
        )
        return run[0].text if lone else ""

    # ── signs and errors ─────────────────────────────────────────────────────────────────────────

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self, sign: Sign) -> Token | None:
        """Consume and return the next sign if it is `sign`."""
        token = self._next
        if token.sign is not sign:
            return None
        self._at += 1
        return token

    def _value(self, first: Token, last: Token) -> Value:
        typed = first.text if first is last else self._text[first.start : last.end]
        return Value(typed, self._text, first.start, last.end)

    def _around(self, first: Token, last: Token) -> tuple[str, str]:
        return self._text[: first.start], self._text[last.end :]

    def _replaced(self, token: Token, by: str) -> str:
        return (self._text[: token.start] + by + self._text[token.end :]).strip()

    def _error(self, message: str, *suggestions: str, at: int | None = None) -> TopicError:
        position = self._next.start if at is None else at
        where = "" if "character" in message else f" (character {position + 1})"
        return TopicError(
            message + where, text=self._text, position=position, suggestions=suggestions
        )

    def _missing_operator(self) -> TopicError:
        at = self._next.start
        before, after = self._text[:at].strip(), self._text[at:].strip()
        parentheses = Sign.OPEN is self._next.sign or before.endswith(")")
        return self._error(
            f"expected AND or OR before {_shown(self._next)}",
            f"{before} AND {after}",
            f"{before} OR {after}",
            *([f'"{self._text.strip()}"'] if parentheses and '"' not in self._text else []),
        )

    def _closes_nothing(self) -> TopicError:
        token = self._next
        return self._error(
            f"the parenthesis at character {token.start + 1} closes nothing",
            self._replaced(token, ""),
        )

    def _counted(self, found: Expression) -> Expression:
        count = sum(1 for _ in tree.leaves(found))
        if count > MOST:
            what = f"a topic has at most {MOST} parts, this one has {count}; make two of it"
            raise self._error(what, at=0)
        return found


def _joined(operator: str, left: Expression, right: Expression) -> Expression:
    if operator == "AND":
        return tree.both(left, right)
    return tree.either(left, right) if operator == "OR" else tree.without(left, right)


def _shown(token: Token) -> str:
    return {Sign.FIELD: f"{token.text}:", Sign.QUOTED: f'"{token.text}"'}.get(
        token.sign, token.text
    )
