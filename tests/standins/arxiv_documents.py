"""Records → the documents that arXiv's three hosts send, in their real formats (PURE)."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from email.utils import format_datetime
from xml.sax.saxutils import escape, quoteattr

from tests.standins.arxiv_world import EASTERN, FeedEntry, Record

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_FEED_NS = 'xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/"'


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _tag(name: str, text: str, attributes: str = "") -> str:
    return f"<{name}{attributes}>{escape(text)}</{name}>\n"


# ── the feed ─────────────────────────────────────────────────────────────────────────────────────


def rss(asked: Sequence[str], day: date, entries: Iterable[FeedEntry]) -> bytes:
    """Return the RSS 2.0 document of a feed day."""
    midnight = datetime.combine(day, time(), EASTERN)
    items = "".join(_rss_item(entry, midnight) for entry in entries)
    return _rss(f"{', '.join(asked)} updates on arXiv.org", "+".join(asked), "", midnight, items)


def rss_error(asked: str, day: date, message: str) -> bytes:
    """Return the RSS document that comes with HTTP 400."""
    midnight = datetime.combine(day, time(), EASTERN)
    return _rss(f"Feed error for query: {asked}", asked, message, midnight, "")


def _rss(title: str, asked: str, about: str, midnight: datetime, items: str) -> bytes:
    about = about or f"{title} e-print archive."
    return (
        f'{_HEAD}<rss {_FEED_NS} version="2.0"><channel>\n{_tag("title", title)}'
        f"<link>http://rss.arxiv.org/rss/{asked}</link>\n{_tag('description', about)}"
        f"{_tag('lastBuildDate', format_datetime(midnight.astimezone(UTC)))}"
        f"{_tag('pubDate', format_datetime(midnight))}"
        f"<skipDays><day>Saturday</day><day>Sunday</day></skipDays>\n{items}</channel></rss>\n"
    ).encode()


def _rss_item(entry: FeedEntry, midnight: datetime) -> str:
    record = entry.record
    categories = "".join(_tag("category", category) for category in record.categories)
    return (
        f"<item>\n{_tag('title', record.text.title)}"
        f"<link>https://arxiv.org/abs/{record.paper}</link>\n"
        f"{_tag('description', _description(entry))}"
        f'<guid isPermaLink="false">{_oai_name(record)}</guid>\n{categories}'
        f"{_tag('pubDate', format_datetime(midnight))}{_extensions(entry)}</item>\n"
    )


def atom(asked: Sequence[str], day: date, entries: Iterable[FeedEntry]) -> bytes:
    """Return the Atom document of a feed day."""
    midnight = datetime.combine(day, time(), EASTERN)
    updated = midnight.astimezone(UTC).isoformat()
    items = "".join(_atom_item(entry, midnight) for entry in entries)
    title = f"{', '.join(asked)} updates on arXiv.org"
    return (
        f'{_HEAD}<feed {_FEED_NS} xmlns="http://www.w3.org/2005/Atom">\n'
        f"<id>http://rss.arxiv.org/atom/{'+'.join(asked)}</id>\n{_tag('title', title)}"
        f"<updated>{updated}</updated>\n{_tag('subtitle', title)}{items}</feed>\n"
    ).encode()


def _atom_item(entry: FeedEntry, midnight: datetime) -> str:
    categories = "".join(f"<category term={quoteattr(c)}/>" for c in entry.record.categories)
    return (
        f"<entry>\n<id>{_oai_name(entry.record)}</id>\n{_tag('title', entry.record.text.title)}"
        f"{_tag('summary', _description(entry))}{categories}\n"
        f"<published>{midnight.isoformat()}</published>\n{_extensions(entry)}</entry>\n"
    )


def _oai_name(record: Record) -> str:
    return f"oai:arXiv.org:{record.paper}v{record.versions[-1][0]}"


def _description(entry: FeedEntry) -> str:
    name = _oai_name(entry.record).removeprefix("oai:arXiv.org:")
    return f"arXiv:{name} Announce Type: {entry.announce} \nAbstract: {entry.record.text.abstract}"


def _extensions(entry: FeedEntry) -> str:
    text = entry.record.text
    return (
        _tag("arxiv:announce_type", entry.announce)
        + _tag("dc:rights", "http://arxiv.org/licenses/nonexclusive-distrib/1.0/")
        + (_tag("arxiv:DOI", text.doi) if text.doi else "")
        + (_tag("arxiv:journal_reference", text.journal_ref) if text.journal_ref else "")
        + _tag("dc:creator", ", ".join(name.replace(",", "") for name in text.authors))
    )


# ── the query API ────────────────────────────────────────────────────────────────────────────────


def api(records: Sequence[Record], total: int, start: int, size: int, now: datetime) -> bytes:
    """Return one page of the query API."""
    entries = "".join(map(_api_entry, records))
    return _api("arXiv Query", entries, (total, start, size), now)


def api_error(message: str, now: datetime) -> bytes:
    """Return the error entry that comes with HTTP 400."""
    slug = message.replace(" ", "_")
    entry = (
        f"<entry>\n<id>https://arxiv.org/api/errors#{escape(slug)}</id>\n<title>Error</title>\n"
        f"{_tag('summary', message)}<author><name>arXiv api core</name></author></entry>\n"
    )
    return _api("arXiv Search Results", entry, (1, 0, 1), now)


def _api(title: str, entries: str, counts: tuple[int, int, int], now: datetime) -> bytes:
    total, start, size = counts
    return (
        f'{_HEAD}<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" '
        'xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">\n'
        f"<id>https://arxiv.org/api/x</id>\n{_tag('title', title)}{_tag('updated', _stamp(now))}"
        f"<opensearch:itemsPerPage>{size}</opensearch:itemsPerPage>\n"
        f"<opensearch:totalResults>{total}</opensearch:totalResults>\n"
        f"<opensearch:startIndex>{start}</opensearch:startIndex>\n{entries}</feed>\n"
    ).encode()


def _api_entry(record: Record) -> str:
    text, (version, updated) = record.text, record.versions[-1]
    categories = "".join(f"<category term={quoteattr(c)}/>" for c in record.categories)
    authors = "".join(f"<author>{_tag('name', name)}</author>\n" for name in text.authors)
    optional = "".join(
        _tag(f"arxiv:{name}", value)
        for name, value in (
            ("comment", text.comment),
            ("journal_ref", text.journal_ref),
            ("doi", text.doi),
        )
        if value
    )
    return (
        f"<entry>\n<id>http://arxiv.org/abs/{record.paper}v{version}</id>\n"
        f"{_tag('title', text.title)}<updated>{_stamp(updated)}</updated>\n"
        f"{_tag('summary', text.abstract)}{categories}\n"
        f"<published>{_stamp(record.versions[0][1])}</published>\n{optional}"
        f"<arxiv:primary_category term={quoteattr(record.categories[0])}/>\n{authors}</entry>\n"
    )


# ── OAI-PMH ──────────────────────────────────────────────────────────────────────────────────────


def oai(records: Sequence[Record], token: str, now: datetime) -> bytes:
    """Return a page of ListRecords in arXivRaw; no token element on the last page."""
    resumption = (
        f"<resumptionToken expires='x'>{escape(token)}</resumptionToken>\n" if token else ""
    )
    inner = "".join(map(_oai_record, records))
    return _oai(f"<ListRecords>\n{inner}{resumption}</ListRecords>\n", now)


def oai_error(code: str, message: str, now: datetime) -> bytes:
    """Return an OAI error, which comes with HTTP 200."""
    return _oai(f"<error code='{code}'>{escape(message)}</error>\n", now)


def _oai(inner: str, now: datetime) -> bytes:
    return (
        f'{_HEAD}<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">\n'
        f"<responseDate>{_stamp(now)}</responseDate>\n"
        f"<request>http://oaipmh.arxiv.org/oai</request>\n{inner}</OAI-PMH>\n"
    ).encode()


def _oai_record(record: Record) -> str:
    text = record.text
    versions = "".join(
        f'<version version="v{number}"><date>{moment:%a, %d %b %Y %H:%M:%S} GMT</date></version>\n'
        for number, moment in record.versions
    )
    optional = "".join(
        _tag(name, value)
        for name, value in (
            ("comments", text.comment),
            ("journal-ref", text.journal_ref),
            ("doi", text.doi),
        )
        if value
    )
    return (
        f"<record><header><identifier>oai:arXiv.org:{record.paper}</identifier>\n"
        f"<datestamp>{record.datestamp}</datestamp></header>\n<metadata>\n"
        f'<arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/">\n{_tag("id", record.paper)}{versions}'
        f"{_tag('title', text.title)}{_tag('authors', ', '.join(text.authors))}"
        f"{_tag('categories', ' '.join(record.categories))}{optional}"
        f"{_tag('abstract', f'  {text.abstract}')}</arXivRaw></metadata></record>\n"
    )
