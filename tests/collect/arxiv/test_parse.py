"""Reading arXiv's answers: right, or refused with the error that says what they are."""

import gzip
import importlib.metadata
import inspect
import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import arxiv
import pytest
from arxiv import _feed

from bot.collect.arxiv.feeds import parse_feed
from bot.collect.arxiv.oai import parse_oai
from bot.collect.arxiv.parse import parse_api
from bot.collect.arxiv.values import Announce, FeedDay, OaiPage, SearchPage
from bot.errors import ArxivBusy, ArxivError, ArxivGarbled, ArxivRefused
from tests.shared_data import SHARED, needs_shared
from tests.standins import arxiv_documents as documents
from tests.standins.arxiv_world import FeedEntry, Record, Text

NOW = datetime(2026, 11, 18, 6, tzinfo=UTC)
DAY = date(2026, 11, 18)
FIRST, SECOND = datetime(2026, 11, 2, 8, 30, tzinfo=UTC), datetime(2026, 11, 17, 9, tzinfo=UTC)
RECORD = Record(
    "2611.00042",
    ((1, FIRST), (2, SECOND)),
    ("math.MP", "hep-th", "math-ph"),
    Text(
        "On $a < b$ &\n  more",
        "  First line\nwrapped here.\n  Second paragraph with <b>tags</b>.\n",
        ("Andr\\'e Example", ":", "Zoë Sample"),
        comment="12 pages,\n  2 figures",
        journal_ref="J. Ex. 1 (2026)",
        doi="10.1000/x",
    ),
    date(2026, 11, 18),
)
ABSTRACT = "First line wrapped here.\n  Second paragraph with <b>tags</b>."
FEED = [FeedEntry(RECORD, "replace")]


def rss() -> bytes:
    return documents.rss(["math"], DAY, FEED)


def atom() -> bytes:
    return documents.atom(["math"], DAY, FEED)


def api() -> bytes:
    return documents.api([RECORD], 1, 0, 10, NOW)


def oai() -> bytes:
    return documents.oai([RECORD], "next", NOW)


EACH = pytest.mark.parametrize(
    ("document", "parse"),
    [(rss, parse_feed), (atom, parse_feed), (api, parse_api), (oai, parse_oai)],
)
Parse = Callable[[bytes], FeedDay | SearchPage | OaiPage]


# ── what is there ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("document", [rss, atom])
def test_a_feed_item_has_everything_but_comment_and_dates(document: Callable[[], bytes]) -> None:
    day = parse_feed(document())
    paper = day.items[0].paper

    assert (day.day, day.items[0].announce) == (DAY, Announce.REPLACE)
    assert (paper.id, paper.version, paper.categories) == ("2611.00042", 2, ("math-ph", "hep-th"))
    assert (paper.title, paper.abstract) == ("On $a < b$ & more", ABSTRACT)
    assert paper.authors == ("Andr\\'e Example", "Zoë Sample")
    assert (paper.journal_ref, paper.doi) == ("J. Ex. 1 (2026)", "10.1000/x")
    assert paper.comment is None
    assert paper.published is paper.updated is None


def test_the_api_gives_a_whole_paper() -> None:
    page = parse_api(api(), start=0)
    paper = page.papers[0]

    assert (page.total, page.start) == (1, 0)
    assert (paper.id, paper.version, paper.categories) == ("2611.00042", 2, ("math-ph", "hep-th"))
    assert (paper.title, paper.abstract) == ("On $a < b$ & more", ABSTRACT)
    assert paper.authors == ("Andr\\'e Example", "Zoë Sample")
    assert (paper.comment, paper.journal_ref) == ("12 pages, 2 figures", "J. Ex. 1 (2026)")
    assert (paper.published, paper.updated) == (FIRST, SECOND)


def test_oai_gives_the_same_paper_and_the_date_of_every_version() -> None:
    page = parse_oai(oai())
    record = page.records[0]

    assert record.paper == parse_api(api()).papers[0]
    assert record.versions == ((1, FIRST), (2, SECOND))
    assert (record.datestamp, page.token, page.responded) == (DAY, "next", DAY)


def test_a_comment_that_the_api_and_oai_do_not_mention_is_known_to_be_empty() -> None:
    bare = Record("2611.00001", ((1, FIRST),), ("cs.CL",), Text("T", "A"), DAY)

    for paper in (
        parse_api(documents.api([bare], 1, 0, 1, NOW)).papers[0],
        parse_oai(documents.oai([bare], "", NOW)).records[0].paper,
    ):
        assert paper is not None
        assert (paper.comment, paper.journal_ref, paper.doi) == ("", None, None)


def test_an_empty_feed_and_an_empty_harvest_are_answers_too() -> None:
    assert parse_feed(documents.rss(["cs"], DAY, [])).items == ()
    assert parse_feed(documents.atom(["cs"], DAY, [])).items == ()
    assert parse_api(documents.api([], 0, 0, 10, NOW)).papers == ()
    assert parse_oai(documents.oai_error("noRecordsMatch", "", NOW)).records == ()


def test_an_expired_token_is_told_apart_from_an_empty_page() -> None:
    assert parse_oai(documents.oai_error("badResumptionToken", "", NOW)).expired


def test_a_deleted_record_has_no_paper() -> None:
    body = (
        b'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords><record>'
        b'<header status="deleted"><identifier>oai:arXiv.org:math/0309136</identifier>'
        b"<datestamp>2026-11-18</datestamp></header></record></ListRecords></OAI-PMH>"
    )

    assert parse_oai(body).records[0].paper is None


# ── what is not what it should be ────────────────────────────────────────────────────────────────


@EACH
@pytest.mark.parametrize(
    "body", [b"", b"  \n", b"<html><body>Sorry</body></html>", b"\x00\xff", b"{}"]
)
def test_rubbish_is_garbled(document: Callable[[], bytes], parse: Parse, body: bytes) -> None:
    del document
    with pytest.raises(ArxivGarbled):
        parse(body)


@EACH
def test_a_document_cut_anywhere_is_garbled(document: Callable[[], bytes], parse: Parse) -> None:
    whole = document().rstrip()
    for end in range(1, len(whole), 97):
        with pytest.raises(ArxivGarbled):
            parse(whole[:end])


@EACH
def test_the_throttling_text_means_busy(document: Callable[[], bytes], parse: Parse) -> None:
    del document
    with pytest.raises(ArxivBusy):
        parse(b"Rate exceeded.")


@EACH
def test_another_kind_of_document_is_garbled(document: Callable[[], bytes], parse: Parse) -> None:
    del document
    for other in (rss(), api(), oai(), b"<svg/>"):
        try:
            parse(other)
        except ArxivError as error:
            assert isinstance(error, ArxivGarbled)  # noqa: PT017 - each parser accepts its own


@EACH
def test_entities_and_document_types_are_refused(
    document: Callable[[], bytes], parse: Parse
) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>'
    with pytest.raises(ArxivGarbled):
        parse(document().replace(b'<?xml version="1.0" encoding="UTF-8"?>', bomb))


@pytest.mark.parametrize(
    ("document", "parse", "parts"),
    [
        (rss, parse_feed, "title guid description category arxiv:announce_type dc:creator"),
        (atom, parse_feed, "title id summary arxiv:announce_type dc:creator"),
        (api, parse_api, "title id summary published author"),
        (oai, parse_oai, "title identifier datestamp version authors categories abstract"),
    ],
)
def test_an_entry_that_lacks_a_part_is_garbled(
    document: Callable[[], bytes], parse: Parse, parts: str
) -> None:
    whole = document()
    for part in parts.split():
        without = re.sub(f"<{part}[ >].*?</{part}>".encode(), b"", whole, flags=re.DOTALL)
        assert without != whole
        with pytest.raises(ArxivGarbled):
            parse(without)


def test_lenient_reading_names_what_it_left_out_and_keeps_the_rest() -> None:
    other = Record("2611.00001", ((1, FIRST),), ("cs.CL",), Text("T", "A"), DAY)
    feed = documents.rss(["math"], DAY, [*FEED, FeedEntry(other, "new")])
    page = documents.oai([RECORD, other], "", NOW)

    day = parse_feed(feed.replace(b"v2 Announce", b"v2 Announcement", 1), strict=False)
    records = parse_oai(page.replace(b'version="v2"', b'version="x"', 1), strict=False)

    assert [item.paper.id for item in day.items] == ["2611.00001"]
    assert [record.id for record in records.records] == ["2611.00001"]
    assert "2611.00042" in day.problems[0]
    assert "2611.00042" in records.problems[0]


def test_an_announce_type_that_arxiv_adds_costs_only_its_items() -> None:
    other = Record("2611.00001", ((1, FIRST),), ("cs.CL",), Text("T", "A"), DAY)
    feed = documents.rss(["math"], DAY, [*FEED, FeedEntry(other, "withdrawn")])

    day = parse_feed(feed)

    assert [item.paper.id for item in day.items] == ["2611.00042"]
    assert "withdrawn" in day.problems[0]


def test_error_entries_are_refusals_and_carry_arxivs_words() -> None:
    with pytest.raises(ArxivRefused, match="incorrect id format for abc"):
        parse_api(documents.api_error("incorrect id format for abc", NOW))
    with pytest.raises(ArxivRefused, match="Bad archive 'foo'"):
        parse_feed(documents.rss_error("foo", DAY, "Bad archive 'foo'."))
    with pytest.raises(ArxivRefused, match="badVerb: no such verb"):
        parse_oai(documents.oai_error("badVerb", "no such verb", NOW))


def test_a_page_shorter_than_it_promises_is_garbled() -> None:
    with pytest.raises(ArxivGarbled, match="1 of 2 entries"):
        parse_api(documents.api([RECORD], 2, 0, 10, NOW))
    with pytest.raises(ArxivGarbled, match="results from 0 where 10 was asked for"):
        parse_api(api(), start=10)


# ── the package ──────────────────────────────────────────────────────────────────────────────────


def test_the_private_parser_is_the_one_that_was_examined() -> None:
    """If this fails after an upgrade: read the new `arxiv/_feed.py`, then adapt collect/arxiv."""
    assert importlib.metadata.version("arxiv").startswith("4.0.")
    assert str(inspect.signature(_feed.parse)) == "(content: 'bytes') -> 'ParsedFeed'"
    fields = {"entry_id", "updated", "published", "title", "authors", "summary", "comment"}
    fields |= {"journal_ref", "doi", "primary_category", "categories"}
    assert fields <= set(vars(_feed.parse(api()).results[0]))
    assert set(arxiv.Search("x")._url_args()) == {"search_query", "id_list", "sortBy", "sortOrder"}


def test_the_package_still_forgives_what_we_must_check_ourselves() -> None:
    assert _feed.parse(b"Rate exceeded.").results == []
    assert _feed.parse(b"").results == []
    assert _feed.parse(documents.api_error("bad", NOW)).results == []


# ── real answers ─────────────────────────────────────────────────────────────────────────────────

ARXIV = SHARED / "data/arxiv"
KINDS: dict[str, tuple[Any, str]] = {
    "api": (parse_api, "papers"),
    "rss": (parse_feed, "items"),
    "oai": (parse_oai, "records"),
}
REFUSED: dict[str, type[ArxivError]] = {
    "api/arxivpy_id_abc_s0_m100_20260412T225906_204665.xml": ArxivRefused,
    "api/yanhua_rsi_arxiv_raw_56f3c5.xml": ArxivGarbled,  # two documents, one after the other
    "api/error_429_body_rate_exceeded.txt": ArxivBusy,
    "api/error_empty_body_200_or_timeout.xml": ArxivGarbled,
    "rss/atom_csAI_zoteroarxivdaily_tests_retriever_arxiv_rss_example_d38fed.xml": ArxivGarbled,
    "rss/atom_csAI_zoteroarxivdaily_tests_retriever_arxiv_rss_example_ccdc78.xml": ArxivGarbled,
    "rss/listing_html_new_csAI_2026-08-12_sample.html": ArxivGarbled,
    "rss/reconstructed/error_400_bad_archive.rss.xml": ArxivRefused,
    "rss/reconstructed/error_400_bad_archive.atom.xml": ArxivRefused,
    "rss/reconstructed/error_400_bad_subject_class.rss.xml": ArxivRefused,
    "rss/reconstructed/error_400_bad_subject_class.atom.xml": ArxivRefused,
    "oai/inspirenext_1305.0014v1.xml": ArxivRefused,
    "oai/inspirenext_1305.9999.xml": ArxivRefused,
    "oai/inspirenext_is-malformed.xml": ArxivRefused,
    "oai/reconstructed/error_badArgument.xml": ArxivRefused,
    "oai/reconstructed/error_badVerb.xml": ArxivRefused,
    "oai/reconstructed/error_cannotDisseminateFormat.xml": ArxivRefused,
    "oai/reconstructed/error_idDoesNotExist.xml": ArxivRefused,
    "oai/reconstructed/ListIdentifiers_arXiv.xml": ArxivGarbled,  # never asked for
    "oai/reconstructed/ListMetadataFormats.xml": ArxivGarbled,
    "oai/reconstructed/ListSets.xml": ArxivGarbled,
    "oai/reconstructed/Identify.xml": ArxivGarbled,
}


def recorded() -> list[dict[str, Any]]:
    if not SHARED.is_dir():
        return []
    files: list[dict[str, Any]] = json.loads((ARXIV / "MANIFEST.json").read_text())
    return [file for file in files if file["file"].split("/")[0] in KINDS]


def content(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


@needs_shared
@pytest.mark.parametrize("file", [pytest.param(f, id=f["file"]) for f in recorded()])
def test_every_recorded_answer_is_read_whole_or_refused_for_what_it_is(
    file: dict[str, Any],
) -> None:
    parse, part = KINDS[file["file"].split("/")[0]]
    read = partial(parse, content(ARXIV / file["file"]))

    if error := REFUSED.get(file["file"]):
        with pytest.raises(error):
            read()
    else:
        page = read()
        assert len(getattr(page, part)) == file["entries"]
        assert getattr(page, "total", None) == file.get("totalResults")


@needs_shared
def test_rss_and_atom_of_a_real_day_hold_the_same_items() -> None:
    names = ("cs.CV_2026-04-21.rss.xml.gz", "cs.CV_2026-04-21.atom.xml.gz")
    rss_day, atom_day = (parse_feed(content(ARXIV / "rss/reconstructed" / name)) for name in names)

    assert len(rss_day.items) == 501
    assert rss_day == atom_day


@needs_shared
def test_old_raw_records_have_every_version_and_name() -> None:
    page = parse_oai(content(ARXIV / "oai/arXivRaw_2014-01-16_cursor46000.xml.gz"))
    record = next(one for one in page.records if one.id == "0801.3674")

    assert record.paper is not None
    assert len(record.versions) == record.paper.version == 4
    assert record.paper.authors == (
        "Robert H. Brandenberger",
        "Keshav Dasgupta",
        "Anne-Christine Davis",
    )
    assert all(one.paper and one.paper.authors and one.paper.categories for one in page.records)
