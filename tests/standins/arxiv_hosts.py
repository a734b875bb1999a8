"""arXiv's three hosts: what each answers to a request, from a world and a calendar."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime
from email.utils import format_datetime
from urllib.parse import parse_qsl, quote, unquote

from aiohttp import web

from bot.collect.arxiv.ids import parse_id
from bot.ports import Calendar
from bot.taxonomy import ARCHIVES, CATEGORIES
from tests.standins import arxiv_documents as documents
from tests.standins.arxiv_faults import Answer, Fault
from tests.standins.arxiv_query import BadQuery, compile_query
from tests.standins.arxiv_world import Record, World


class Hosts:
    """rss.arxiv.org, export.arxiv.org and oaipmh.arxiv.org."""

    def __init__(self, world: World, calendar: Calendar, oai_page: int) -> None:
        self.world = world
        self.calendar = calendar
        self.oai_page = oai_page

    def rss(self, request: web.Request, fault: Fault | None) -> Answer:
        return self._feed(request, fault, "application/rss+xml")

    def atom(self, request: web.Request, fault: Fault | None) -> Answer:
        return self._feed(request, fault, "application/atom+xml")

    def _feed(self, request: web.Request, fault: Fault | None, content_type: str) -> Answer:
        asked = unquote(request.match_info["sets"]).split("+")
        today = self.world.feed_day(self.calendar.now())
        bad = next((name for name in asked if name not in ARCHIVES and name not in CATEGORIES), "")
        if bad or fault is Fault.ERROR_ENTRY:
            body = documents.rss_error("+".join(asked), today, f"Bad archive '{bad or 'down'}'.")
            return Answer(body, content_type, 400 if bad else 200)
        day = self._last_day_before(today) if fault is Fault.YESTERDAY else today
        entries = self.world.feed(day, asked)
        render = documents.atom if "atom" in content_type else documents.rss
        return _conditional(request, render(asked, today, entries), content_type, today)

    def _last_day_before(self, today: date) -> date:
        return max((day for day in self.world.days() if day < today), default=today)

    def api(self, request: web.Request, fault: Fault | None) -> Answer:
        now = self.calendar.now()
        try:
            start, size = (
                int(request.query.get("start", 0)),
                int(request.query.get("max_results", 10)),
            )
            found = self._results(request, self.world.records(self.world.api_day(now)))
        except (BadQuery, ValueError) as error:
            return Answer(documents.api_error(str(error), now), "application/atom+xml", 400)
        if fault is Fault.ERROR_ENTRY:
            return Answer(documents.api_error("internal error", now), "application/atom+xml")
        page = found[start : start + size]
        page = page[:-1] if fault is Fault.SHORT_PAGE else page
        return Answer(documents.api(page, len(found), start, size, now), "application/atom+xml")

    def _results(self, request: web.Request, records: dict[str, Record]) -> list[Record]:
        names = [name for name in request.query.get("id_list", "").split(",") if name]
        if len(names) > 100:
            raise BadQuery("too many identifiers")
        found = _by_ids(names, records) if names else list(records.values())
        if request.query.get("search_query"):
            matches = compile_query(request.query["search_query"])
            found = [record for record in found if matches(record)]
        if names:
            return found
        which = -1 if request.query.get("sortBy") == "lastUpdatedDate" else 0
        descending = request.query.get("sortOrder", "descending") == "descending"
        return sorted(found, key=lambda r: (r.versions[which][1], r.paper), reverse=descending)

    def oai(self, request: web.Request, fault: Fault | None) -> Answer:
        now = self.calendar.now()
        if fault is Fault.ERROR_ENTRY:
            return Answer(documents.oai_error("badArgument", "internal error", now))
        asked = dict(request.query)
        if asked.get("verb") != "ListRecords":
            return Answer(documents.oai_error("badVerb", "Invalid verb provided", now))
        if "resumptionToken" in asked:
            token = _read_token(asked["resumptionToken"], now)
            if token is None or len(asked) > 2:
                return Answer(documents.oai_error("badResumptionToken", "invalid or expired", now))
            asked = token
        if asked.get("metadataPrefix") != "arXivRaw":
            return Answer(documents.oai_error("cannotDisseminateFormat", "unknown format", now))
        return self._records(asked, now)

    def _records(self, asked: dict[str, str], now: datetime) -> Answer:
        try:
            since = date.fromisoformat(asked.get("from", "2005-09-16"))
            until = date.fromisoformat(asked.get("until", "9999-12-31"))
        except ValueError:
            message = "from date format must be YYYY-MM-DD"
            return Answer(documents.oai_error("badArgument", message, now))
        records = self.world.records(self.world.oai_day(now)).values()
        found = [record for record in records if since <= record.datestamp <= until]
        found.sort(key=lambda record: (record.datestamp, record.paper))
        skip = int(asked.get("skip", 0))
        page = found[skip : skip + self.oai_page]
        if not page:
            return Answer(documents.oai_error("noRecordsMatch", "an empty list", now))
        token = ""
        if skip + len(page) < len(found):
            token = _write_token({**asked, "skip": str(skip + len(page))}, now)
        return Answer(documents.oai(page, token, now))


def _conditional(request: web.Request, body: bytes, content_type: str, day: date) -> Answer:
    etag = f'"{hashlib.sha256(body).hexdigest()}"'
    midnight = datetime(day.year, day.month, day.day, 5, tzinfo=UTC)
    headers = {"ETag": etag, "Last-Modified": format_datetime(midnight, usegmt=True)}
    if request.headers.get("If-None-Match") == etag:
        return Answer(b"", content_type, 304, headers)
    return Answer(body, content_type, 200, headers)


def _check_depth(request: web.Request) -> None:
    start, size = int(request.query.get("start", 0)), int(request.query.get("max_results", 10))
    if not 0 <= size <= 2_000 or start + size > 10_000:
        raise BadQuery("max_results must be between 0 and 2000, start below 10000")


def _by_ids(names: Sequence[str], records: dict[str, Record]) -> list[Record]:
    found = []
    for name in names:
        read = parse_id(name)
        if read is None:
            raise BadQuery(f"incorrect id format for {name}")
        record = records.get(read.id)
        version = record.at(read.version) if record else None
        if version is not None:
            found.append(version)
    return found


def _write_token(asked: dict[str, str], now: datetime) -> str:
    fields = {**asked, "day": now.astimezone(UTC).date().isoformat()}
    return quote("&".join(f"{name}={value}" for name, value in fields.items()), safe="")


def _read_token(token: str, now: datetime) -> dict[str, str] | None:
    """Return what a token asks for; tokens expire at 00:00 UTC."""
    asked = dict(parse_qsl(unquote(token)))
    good = asked.pop("day", "") == now.astimezone(UTC).date().isoformat()
    return asked if good and asked.get("verb") == "ListRecords" else None
