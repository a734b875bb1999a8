"""`kind:` of a topic: taken out of its signs, because it is stored beside the expression. PURE."""

from bot.compose.lexer import Sign, Token
from bot.errors import TopicError
from bot.model import Kind

_KINDS = {
    "new": Kind.NEW,
    "cross": Kind.CROSS,
    "cross-list": Kind.CROSS,
    "replace": Kind.REPLACE,
    "replaced": Kind.REPLACE,
    "replacement": Kind.REPLACE,
}


def take_kinds(text: str, tokens: list[Token]) -> tuple[frozenset[Kind] | None, list[Token]]:
    """Return the kinds (None if there is no `kind:`) and the signs without them.

    It may stand first or last, or be joined by AND where no OR or comma makes that doubtful.
    Raises TopicError anywhere else.
    """
    places = [i for i, t in enumerate(tokens) if t.sign is Sign.FIELD and t.text == "kind"]
    if not places:
        return None, tokens
    at = places[0]
    kinds, end = _values(text, tokens, at)
    before, after = tokens[:at], tokens[end:-1]
    suggestion = _moved(text, tokens, at, end)
    if len(places) > 1:
        raise _error(text, tokens[places[1]], "kind: may stand once, as in kind:new|cross")
    if not _at_the_top(before, after):
        what = "kind: may stand only at the top, beside the whole topic"
        raise _error(text, tokens[at], what, *suggestion)
    rest = _joined(before, after)
    if rest is None:
        what = "kind: goes with the whole topic; expected it first or last"
        raise _error(text, tokens[at], what, *suggestion)
    if not rest:
        raise _error(text, tokens[at], "kind: alone is every paper; add words or a category")
    return kinds, [*rest, tokens[-1]]


def _values(text: str, tokens: list[Token], at: int) -> tuple[frozenset[Kind], int]:
    """Read `new|cross` or `new,cross`; return the kinds and where the signs go on."""
    value = tokens[at + 1]
    end = at + 2
    names = value.text.casefold().split("|") if value.sign in (Sign.WORD, Sign.QUOTED) else []
    while names and _more(tokens, end):
        names.append(tokens[end + 1].text.casefold())
        end += 2
    if not names or any(name not in _KINDS for name in names):
        rest = text[value.end :] if names else ""
        offered = f"{text[: tokens[at].end]}new{rest}"
        raise _error(text, value, "after kind: expected new, cross or replace", offered)
    return frozenset(_KINDS[name] for name in names), end


def _more(tokens: list[Token], end: int) -> bool:
    if tokens[end].sign is not Sign.COMMA or tokens[end].start != tokens[end - 1].end:
        return False
    word = tokens[end + 1]
    return word.start == tokens[end].end and word.text.casefold() in _KINDS


def _at_the_top(before: list[Token], after: list[Token]) -> bool:
    depth = sum((t.sign is Sign.OPEN) - (t.sign is Sign.CLOSE) for t in before)
    wrong = bool(before) and (
        before[-1].sign in (Sign.MINUS, Sign.FIELD) or before[-1].text in ("OR", "ANDNOT", "NOT")
    )
    return not depth and not wrong and not (after and after[0].text == "OR")


def _joined(before: list[Token], after: list[Token]) -> list[Token] | None:
    """Return the signs around `kind:` as one list, without the AND that joined it; or None."""
    and_before = bool(before) and _is_and(before[-1])
    and_after = bool(after) and _is_and(after[0])
    if (and_before or and_after) and _has_alternatives([*before, *after]):
        return None
    if not before or not after:
        return [*before[: len(before) - and_before], *after[and_after:]]
    if and_before:
        return [*before[:-1], *after] if after[0].sign in (Sign.OPERATOR, Sign.MINUS) else None
    return None


def _is_and(token: Token) -> bool:
    return token.sign is Sign.OPERATOR and token.text == "AND"


def _has_alternatives(tokens: list[Token]) -> bool:
    depth = 0
    for token in tokens:
        depth += (token.sign is Sign.OPEN) - (token.sign is Sign.CLOSE)
        is_or = token.sign is Sign.OPERATOR and token.text == "OR"
        if not depth and (is_or or token.sign is Sign.COMMA):
            return True
    return False


def _moved(text: str, tokens: list[Token], at: int, end: int) -> tuple[str, ...]:
    """Offer the same topic with `kind:` last, if what remains is plain to see."""
    start, stop = tokens[at].start, tokens[end - 1].end
    first = at
    if at and (_is_and(tokens[at - 1]) or tokens[at - 1].text == "OR"):
        first, start = at - 1, tokens[at - 1].start
    alone = first and tokens[first - 1].sign is Sign.OPEN
    if alone or tokens[end].sign is Sign.OPERATOR or (at and tokens[at - 1].sign is Sign.MINUS):
        return ()
    kind = text[tokens[at].start : stop]
    rest = f"{text[:start].rstrip()} {text[stop:].lstrip()}".replace(" ,", ",").replace(" )", ")")
    return (f"{rest.strip()} {kind}",)


def _error(text: str, token: Token, message: str, *suggestions: str) -> TopicError:
    where = f"{message} (character {token.start + 1})"
    return TopicError(where, text=text, position=token.start, suggestions=suggestions)
