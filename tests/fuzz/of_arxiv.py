"""What arXiv sends: feeds, API pages, OAI pages, headers; and the text that stands in them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

from bot.collect.arxiv.feeds import parse_feed
from bot.collect.arxiv.ids import MOST_VERSIONS, id_order, parse_id
from bot.collect.arxiv.lane import read_retry_after
from bot.collect.arxiv.oai import parse_oai
from bot.collect.arxiv.parse import parse_api
from bot.compose.links import find_links
from bot.compose.text import authors_line, excerpt, plain
from bot.model import Paper, Raw
from tests.fuzz.target import Target, reading
from tests.standins import arxiv_documents as documents
from tests.standins.arxiv_world import FeedEntry, Record, Text

_NOW: Final = datetime(2026, 11, 24, 5, 21, tzinfo=UTC)
_DAY: Final = date(2026, 11, 24)
_TEXTS: Final = (
    Text(
        "Images & <lamps>: $\\mathcal{N}=4$ in 3D",
        "We present Lamp, a model.\nCode: https://github.com/example/lamp.git and\n  more.",
        ("Ada Example (Here and There)", "Ben Sample, Jr.", "LAMP Collaboration: C. Third"),
        "12 pages; code at https://example.org/x_{1}",
        "J. Lamps 12 (2026) 1-9",
        "10.1000/182",
    ),
    Text(
        "G\\'eom\\'etrie d'un miroir", "Soit $x^{2}$. 100% of \\emph{mirrors}~work.", ("D. Quatre",)
    ),
)
_RECORDS: Final = tuple(
    Record(
        paper,
        tuple((number, datetime(2026, 11, number, 9, tzinfo=UTC)) for number in range(1, last + 1)),
        categories,
        text,
        _DAY,
    )
    for paper, last, categories, text in (
        ("2611.00001", 1, ("cs.CV", "eess.IV"), _TEXTS[0]),
        ("hep-th/9901001", 3, ("hep-th", "math.MP"), _TEXTS[1]),
    )
)
_WORDS: Final = (
    "<item>", "</item>", "<entry>", "</entry>", "<guid>", "</title>", "<title/>", "<category/>",
    "<arxiv:announce_type>new</arxiv:announce_type>", "<pubDate>", "</pubDate>", "<updated>",
    "<dc:creator>", "<version version='v2'>", "<date>", "</date>", "<record>", "<resumptionToken>",
    "<header status='deleted'>", "<error code='x'>", "xmlns='x'", "<?xml version='1.1'?>",
    "<!DOCTYPE x [<!ENTITY a 'b'>]>", "&a;", "<html>", "Rate exceeded.", "Feed error",
    "<opensearch:totalResults>9</opensearch:totalResults>", "http://arxiv.org/api/errors#x",
    "Tue, 24 Nov 2026 00:00:00 -0500", "2026-11-24T00:00:00-05:00", "replace-cross", "Abstract:",
)  # fmt: skip
_TEX: Final = (
    "\\alpha", "\\frac{1}{2}", "\\frac{", "x_{1}^{2}", "\\sqrt[3]{x}", "\\begin{matrix}", "\\left(",
    "\\mathcal{N}", "\\'e", "\\c{c}", "\\textbf{", "\\href{http://a.b}{c}", "\\url{", "\\(", "\\]",
    "https://github.com/a/b", "http://www.", "github.com/a", "huggingface.co/a/b.",
    "code is available at", "will be released", "https://a.io/~b_{c}", "(10 pages)", "et al.",
)  # fmt: skip


def _entries() -> list[FeedEntry]:
    announces = ("new", "replace")
    return [FeedEntry(one, announce) for one, announce in zip(_RECORDS, announces, strict=True)]


def feeds() -> Sequence[bytes]:
    asked, entries = ("cs.CV", "hep-th"), _entries()
    return [
        documents.rss(asked, _DAY, entries),
        documents.atom(asked, _DAY, entries),
        documents.rss(asked, _DAY, ()),
        documents.rss_error("xx", _DAY, "no such archive"),
    ]


def _read_feed(body: bytes) -> None:
    for item in parse_feed(body, strict=False).items:
        demand_sound(item.paper)
    parse_feed(body)


def pages() -> Sequence[bytes]:
    return [
        documents.api(_RECORDS, 2, 0, 2, _NOW),
        documents.api((), 0, 0, 10, _NOW),
        documents.api_error("incorrect id format for x", _NOW),
    ]


def lists() -> Sequence[bytes]:
    return [
        documents.oai(_RECORDS, "token|1001", _NOW),
        documents.oai(_RECORDS[:1], "", _NOW),
        documents.oai_error("noRecordsMatch", "none", _NOW),
        documents.oai_error("badArgument", "no", _NOW),
        _DUBLIN,
        _ARXIV,
    ]


def _read_oai(body: bytes) -> None:
    for record in parse_oai(body, strict=False).records:
        if record.paper:
            demand_sound(record.paper)
    parse_oai(body)


def _read_api(body: bytes) -> None:
    for paper in parse_api(body).papers:
        demand_sound(paper)


def demand_sound(paper: Paper) -> None:
    """Check that the store can hold a paper that was read, and every platform show it."""
    assert 1 <= paper.version <= MOST_VERSIONS
    texts = (paper.id, paper.title, paper.abstract, *paper.authors, *paper.categories)
    more = (paper.comment or "", paper.journal_ref or "", paper.doi or "")
    "".join((*texts, *more)).encode()
    moments = [moment for moment in (paper.published, paper.updated) if moment]
    assert all(moment.utcoffset() == timedelta(0) for moment in moments)


_HEADER: Final = (
    "<record><header><identifier>oai:arXiv.org:2611.00001</identifier>"
    "<datestamp>2026-11-24</datestamp></header><metadata>"
)
_DUBLIN: Final = (
    f"{_HEADER}<oai_dc:dc xmlns:oai_dc='http://www.openarchives.org/OAI/2.0/oai_dc/' "
    "xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:title>A title</dc:title>"
    "<dc:creator>Example, Ada</dc:creator><dc:description>Text.</dc:description>"
    "<dc:description>Comment: 3 pages</dc:description></oai_dc:dc></metadata></record>"
).encode()
_ARXIV: Final = (
    f"{_HEADER}<arXiv xmlns='http://arxiv.org/OAI/arXiv/'><id>2611.00001</id><authors><author>"
    "<keyname>Example</keyname><forenames>Ada</forenames><suffix>Jr</suffix></author></authors>"
    "<title>A title</title><categories>cs.CV math.MP</categories><abstract>Text.</abstract>"
    "</arXiv></metadata></record>"
).encode()


def _read_words(text: str) -> None:
    """Read what arXiv says in headers and in names."""
    read_retry_after(text, _NOW)
    found = parse_id(text)
    id_order(found.id if found else text)


def _read_text(text: str) -> None:
    raw = Raw(text)
    plain(raw)
    find_links(raw, raw)
    excerpt(raw)
    authors_line((raw, raw), (1,))


TARGETS: Final = (
    Target("feed", feeds, reading(_read_feed), _WORDS, 3.0),
    Target("api", pages, reading(_read_api), _WORDS, 2.0),
    Target("oai", lists, reading(_read_oai), _WORDS, 3.0),
    Target(
        "headers",
        lambda: [
            "120", "Tue, 24 Nov 2026 05:30:00 GMT", "2502.07701v2", "hep-th/9901001",
            "https://arxiv.org/pdf/2502.07701v1.pdf", "doi:10.48550/arXiv.2502.07701",
        ],
        reading(_read_words),
        ("GMT", "-0000", "+2400", "Mon, ", " Feb 29 "),
        2.0,
    ),
    Target(
        "paper text",
        lambda: [part for text in _TEXTS for part in (text.title, text.abstract, *text.authors)],
        reading(_read_text),
        _TEX,
        0.25,
    ),
)  # fmt: skip
