"""An answer of arXiv's query API (Atom) → papers, strictly. PURE.

The `arxiv` package turns the bytes into results; this is the only module that touches its private
parser (pinned in pyproject, and in tests/collect/arxiv/test_parse.py). The package forgives what
must not be forgiven (an error entry, HTML, an empty or cut body, entries without parts: it gives
fewer results and no error), so everything is checked here before and after. Its `Result` does not
leave this module. It is loaded with the first answer: see query.py.
"""

from typing import TYPE_CHECKING

from lxml import etree

from bot.collect.arxiv.authors import real_authors
from bot.collect.arxiv.ids import canonical_categories, parse_id
from bot.collect.arxiv.values import SearchPage
from bot.collect.arxiv.xml import one_line, read_xml, reflow, text_of
from bot.errors import ArxivGarbled, ArxivRefused
from bot.model import Paper, Raw

if TYPE_CHECKING:
    import arxiv

_ATOM = "{http://www.w3.org/2005/Atom}"
_COUNT = "{http://a9.com/-/spec/opensearch/1.1/}"
_WHAT = "arXiv's API"
_NEEDED = ("id", "title", "summary", "published", "updated")


def parse_api(body: bytes, start: int | None = None) -> SearchPage:
    """Read one page of results; `start` is the position that was asked for.

    Raises `ArxivBusy` (throttled), `ArxivRefused` (an error entry: the request is wrong) and
    `ArxivGarbled` (not a whole page of results). Unknown identifiers are left out by arXiv itself.
    """
    root = read_xml(body, _WHAT)
    if root.tag != f"{_ATOM}feed":
        raise ArxivGarbled(f"{_WHAT}: the answer is no Atom feed")
    entries = root.findall(f"{_ATOM}entry")
    for entry in entries:
        _refuse_errors(entry)
    total, first, size = _counts(root)
    if start is not None and first != start:
        raise ArxivGarbled(f"{_WHAT}: results from {first} where {start} was asked for")
    if (due := max(0, min(size, total - first))) != len(entries):
        raise ArxivGarbled(f"{_WHAT}: a short page, {len(entries)} of {due} entries")
    return SearchPage(tuple(_papers(body, entries)), total, first)


def _refuse_errors(entry: etree._Element) -> None:
    if "/api/errors#" in (text_of(entry, f"{_ATOM}id") or ""):
        raise ArxivRefused(f"{_WHAT}: {one_line(text_of(entry, f'{_ATOM}summary') or 'error')}")


def _counts(root: etree._Element) -> tuple[int, int, int]:
    names = ("totalResults", "startIndex", "itemsPerPage")
    try:
        total, first, size = (int(root.findtext(f"{_COUNT}{name}") or "") for name in names)
    except ValueError:
        raise ArxivGarbled(f"{_WHAT}: the answer does not say how many results it has") from None
    return total, first, size


def _papers(body: bytes, entries: list[etree._Element]) -> list[Paper]:
    from arxiv._feed import parse as parse_with_package

    for entry in entries:
        _demand_parts(entry)
    try:
        results = parse_with_package(body).results
    except (ValueError, OverflowError) as error:  # a date that is none
        raise ArxivGarbled(f"{_WHAT}: {error}") from error
    if len(results) != len(entries):
        raise ArxivGarbled(f"{_WHAT}: {len(results)} of {len(entries)} entries can be read")
    return [_paper(result) for result in results]


def _demand_parts(entry: etree._Element) -> None:
    missing = [name for name in _NEEDED if entry.find(f"{_ATOM}{name}") is None]
    missing += [name for name in ("author", "category") if entry.find(f"{_ATOM}{name}") is None]
    if missing:
        name = text_of(entry, f"{_ATOM}id") or "an entry"
        raise ArxivGarbled(f"{_WHAT}: {name} lacks {', '.join(missing)}")


def _paper(result: "arxiv.Result") -> Paper:
    found = parse_id(result.entry_id)
    if found is None:
        raise ArxivGarbled(f"{_WHAT}: {result.entry_id!r} is no identifier")
    first = [result.primary_category] if result.primary_category else []
    return Paper(
        id=found.id,
        version=found.version or 1,
        title=Raw(one_line(result.title)),
        abstract=Raw(reflow(result.summary)),
        authors=real_authors(author.name for author in result.authors),
        categories=canonical_categories([*first, *result.categories]),
        comment=Raw(one_line(result.comment or "")),
        journal_ref=Raw(one_line(result.journal_ref or "")) or None,
        doi=result.doi or None,
        published=result.published,
        updated=result.updated,
    )
