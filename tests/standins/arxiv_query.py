"""The query API's own syntax, as arXiv evaluates it since November 2025 (PURE).

AND, OR and ANDNOT have no precedence and group to the right; a missing operator is OR, a missing
field `all:`; operators count in capitals only.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime

from tests.standins.arxiv_world import SAME, Record

Predicate = Callable[[Record], bool]

_TOKEN = re.compile(
    r"""\s*(?: (?P<open>\() | (?P<close>\))
        | (?P<operator>ANDNOT|AND|OR)(?=[\s()]|$)
        | submittedDate:\[(?P<since>\d{12})\ TO\ (?P<until>\d{12})\]
        | (?:(?P<field>ti|au|abs|co|jr|cat|all|id):)?
          (?: "(?P<phrase>[^"]*)" | (?P<word>[^\s()"]+) )
    )""",
    re.VERBOSE,
)
_WORD = re.compile(r"\w+")


class BadQuery(Exception):
    """arXiv would answer 400."""


def compile_query(query: str) -> Predicate:
    """Return a predicate over records; raises `BadQuery`."""
    tokens, position = [], 0
    while query[position:].strip():
        found = _TOKEN.match(query, position)
        if found is None:
            raise BadQuery(f"cannot read the query at {position}")
        tokens.append(found)
        position = found.end()
    predicate, rest = _expression(tokens)
    if rest:
        raise BadQuery("a parenthesis too many")
    return predicate


def _expression(tokens: list[re.Match[str]]) -> tuple[Predicate, list[re.Match[str]]]:
    left, rest = _operand(tokens)
    if not rest or rest[0]["close"]:
        return left, rest
    operator = rest[0]["operator"]
    right, rest = _expression(rest[1:] if operator else rest)
    if operator == "AND":
        return (lambda record: left(record) and right(record)), rest
    if operator == "ANDNOT":
        return (lambda record: left(record) and not right(record)), rest
    return (lambda record: left(record) or right(record)), rest


def _operand(tokens: list[re.Match[str]]) -> tuple[Predicate, list[re.Match[str]]]:
    if not tokens or tokens[0]["operator"] or tokens[0]["close"]:
        raise BadQuery("an operand is missing")
    first, rest = tokens[0], tokens[1:]
    if first["open"]:
        inside, rest = _expression(rest)
        if not rest:
            raise BadQuery("a parenthesis is never closed")
        return inside, rest[1:]
    if first["since"]:
        return _submitted(first["since"], first["until"]), rest
    text = first["word"] if first["phrase"] is None else first["phrase"]
    return _term(first["field"] or "all", text), rest


def _submitted(since: str, until: str) -> Predicate:
    first, last = (datetime.strptime(t, "%Y%m%d%H%M").replace(tzinfo=UTC) for t in (since, until))

    def within(record: Record) -> bool:
        moment = record.versions[0][1].replace(second=0, microsecond=0)
        return first <= moment <= last

    return within


def _term(field: str, text: str) -> Predicate:
    if field == "cat":
        pattern = re.compile(re.escape(SAME.get(text, text)).replace(r"\*", ".*"))
        return lambda record: any(pattern.fullmatch(SAME.get(c, c)) for c in record.categories)
    wanted = _words(text)
    return lambda record: any(_holds(_words(part), wanted) for part in _parts(field, record))


def _parts(field: str, record: Record) -> tuple[str, ...]:
    text = record.text
    parts = {
        "ti": (text.title,),
        "abs": (text.abstract,),
        "co": (text.comment,),
        "jr": (text.journal_ref,),
        "au": text.authors,
        "id": (record.paper,),
    }
    return parts.get(field) or tuple(part for some in parts.values() for part in some)


def _words(text: str) -> list[str]:
    return [word.removesuffix("s") for word in _WORD.findall(text.casefold())]


def _holds(words: list[str], wanted: list[str]) -> bool:
    size = len(wanted)
    return size > 0 and any(words[n : n + size] == wanted for n in range(len(words) - size + 1))
