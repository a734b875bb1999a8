"""A page of OAI-PMH (https://oaipmh.arxiv.org/oai) → records, strictly. PURE.

We ask for arXivRaw, the only format with the date of every version and the raw author string; the
formats arXiv and oai_dc are read as well, as far as they go (in `arXiv` `<created>` is the current
version's date, so neither gives `versions`). Protocol: https://www.openarchives.org/OAI/2.0/.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime

from lxml import etree

from bot.collect.arxiv.authors import real_authors, split_authors
from bot.collect.arxiv.dates import mail_moment
from bot.collect.arxiv.ids import canonical_categories, parse_id, read_version
from bot.collect.arxiv.values import OaiPage, OaiRecord
from bot.collect.arxiv.xml import local_name, one_line, read_xml, reflow, text_of, whole_text
from bot.errors import ArxivGarbled, ArxivRefused
from bot.model import Paper, Raw

_WHAT = "arXiv's OAI"
_ANSWERS = ("ListRecords", "GetRecord")


def parse_oai(body: bytes, *, strict: bool = True) -> OaiPage:
    """Read one page of records; "no records match" is an empty last page.

    Raises `ArxivBusy` (throttled), `ArxivRefused` (an OAI error) and `ArxivGarbled` (anything else
    that is not a whole page). With `strict=False` a record that cannot be read is left out and
    named in `problems`.
    """
    root = read_xml(body, _WHAT)
    if local_name(root) == "record":  # a single record, as harvesters save them
        return _page(root, [root], strict=strict)
    if local_name(root) != "OAI-PMH":
        raise ArxivGarbled(f"{_WHAT}: the answer is no OAI-PMH document")
    error = root.find("{*}error")
    if error is not None:
        return _failed(error, root)
    listed = next(
        (found for name in _ANSWERS if (found := root.find(f"{{*}}{name}")) is not None), None
    )
    if listed is None:
        raise ArxivGarbled(f"{_WHAT}: the answer has no records")
    return _page(root, listed.findall("{*}record"), strict=strict)


def _failed(error: etree._Element, root: etree._Element) -> OaiPage:
    code = error.get("code", "")
    if code == "noRecordsMatch":
        return OaiPage((), responded=_responded(root))
    if code == "badResumptionToken":
        return OaiPage((), expired=True, responded=_responded(root))
    raise ArxivRefused(f"{_WHAT}: {code}: {one_line(whole_text(error))}")


def _page(root: etree._Element, elements: list[etree._Element], *, strict: bool) -> OaiPage:
    if not elements:
        raise ArxivGarbled(f"{_WHAT}: the answer has no records")
    records, problems = [], []
    for element in elements:
        try:
            records.append(_record(element))
        except ArxivGarbled as error:
            if strict:
                raise
            problems.append(str(error))
    token = one_line(text_of(root, ".//{*}resumptionToken") or "")
    return OaiPage(tuple(records), token, responded=_responded(root), problems=tuple(problems))


def _responded(root: etree._Element) -> date | None:
    text = text_of(root, "{*}responseDate")
    return _day(text, "the answer") if text else None


def _record(record: etree._Element) -> OaiRecord:
    name = text_of(record, "{*}header/{*}identifier") or "a record"
    found = parse_id(name)
    if found is None:
        raise ArxivGarbled(f"{_WHAT}: {name!r} is no identifier")
    datestamp = _day(text_of(record, "{*}header/{*}datestamp") or "", name)
    header = record.find("{*}header")
    if header is not None and header.get("status") == "deleted":
        return OaiRecord(found.id, datestamp, None)
    metadata = record.find("{*}metadata/*")
    if metadata is None or local_name(metadata) not in _FORMATS:
        raise ArxivGarbled(f"{_WHAT}: {name} has no metadata that can be read")
    return _FORMATS[local_name(metadata)](found.id, datestamp, metadata)


def _raw(paper: str, datestamp: date, data: etree._Element) -> OaiRecord:
    versions = tuple(sorted(_version(one, paper) for one in data.iterfind("{*}version")))
    if not versions:
        raise ArxivGarbled(f"{_WHAT}: {paper} lacks its versions")
    authors = split_authors(_part(data, "authors", paper))
    return OaiRecord(paper, datestamp, _paper(paper, data, authors, versions), versions)


def _arxiv(paper: str, datestamp: date, data: etree._Element) -> OaiRecord:
    authors = real_authors(_full_name(author) for author in data.iterfind("{*}authors/{*}author"))
    return OaiRecord(paper, datestamp, _paper(paper, data, authors, ()))


def _dublin_core(paper: str, datestamp: date, data: etree._Element) -> OaiRecord:
    described = [reflow(whole_text(element)) for element in data.iterfind("{*}description")]
    comments = [text[9:] for text in described if text.startswith("Comment: ")]
    abstracts = [text for text in described if not text.startswith("Comment: ")]
    found = Paper(
        id=paper,
        title=Raw(one_line(_part(data, "title", paper))),
        abstract=Raw(abstracts[0] if abstracts else _part(data, "description", paper)),
        authors=real_authors(
            _turned(creator.text or "") for creator in data.iterfind("{*}creator")
        ),
        comment=Raw(one_line(comments[0] if comments else "")),
    )
    return OaiRecord(paper, datestamp, found)


_FORMATS: Mapping[str, Callable[[str, date, etree._Element], OaiRecord]] = {
    "arXivRaw": _raw,
    "arXiv": _arxiv,
    "dc": _dublin_core,
}


def _paper(
    paper: str,
    data: etree._Element,
    authors: tuple[Raw, ...],
    versions: tuple[tuple[int, datetime], ...],
) -> Paper:
    return Paper(
        id=paper,
        version=versions[-1][0] if versions else 1,
        title=Raw(one_line(_part(data, "title", paper))),
        abstract=Raw(reflow(_part(data, "abstract", paper))),
        authors=authors,
        categories=canonical_categories(_part(data, "categories", paper).split()),
        comment=Raw(one_line(text_of(data, "{*}comments") or "")),
        journal_ref=Raw(one_line(text_of(data, "{*}journal-ref") or "")) or None,
        doi=one_line(text_of(data, "{*}doi") or "") or None,
        published=versions[0][1] if versions else None,
        updated=versions[-1][1] if versions else None,
    )


def _version(element: etree._Element, paper: str) -> tuple[int, datetime]:
    try:
        number = read_version(element.get("version", ""))
        moment = mail_moment(text_of(element, "{*}date") or "")
    except ValueError:
        raise ArxivGarbled(f"{_WHAT}: {paper} has a version without number or date") from None
    return number, moment.astimezone(UTC)


def _full_name(author: etree._Element) -> str:
    parts = (text_of(author, f"{{*}}{name}") for name in ("forenames", "keyname", "suffix"))
    return " ".join(filter(None, parts))


def _turned(name: str) -> str:
    last, _, first = name.partition(", ")
    return f"{first} {last}"


def _part(data: etree._Element, name: str, paper: str) -> str:
    text = text_of(data, f"{{*}}{name}")
    if text is None:
        raise ArxivGarbled(f"{_WHAT}: {paper} lacks its {name}")
    return text


def _day(text: str, name: str) -> date:
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        raise ArxivGarbled(f"{_WHAT}: {name} has the date {text!r}") from None
