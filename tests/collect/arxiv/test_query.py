"""The URLs that are asked. They also pin how the `arxiv` package spells a search."""

from datetime import UTC, date, datetime
from urllib.parse import parse_qs, urlsplit

from bot.collect.arxiv.query import (
    Endpoints,
    Sort,
    between,
    feed_url,
    ids_url,
    oai_url,
    search_url,
)

HOSTS = Endpoints()


def asked(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def test_archives_and_categories_share_one_feed() -> None:
    assert feed_url(HOSTS, ("cs.CL", "math")) == "https://rss.arxiv.org/rss/cs.CL+math"


def test_papers_are_asked_for_by_identifier_as_many_as_there_are() -> None:
    assert asked(ids_url(HOSTS, ("2502.07701v2", "hep-th/9901001"))) == {
        "id_list": "2502.07701v2,hep-th/9901001",
        "sortBy": "relevance",
        "sortOrder": "descending",
        "start": "0",
        "max_results": "2",
    }


def test_a_search_carries_its_parentheses_quotes_and_order() -> None:
    url = search_url(HOSTS, '(ti:"spin glass") AND cat:cs.*', 200, 100, Sort.NEWEST)

    assert url.startswith("https://export.arxiv.org/api/query?")
    assert asked(url) == {
        "search_query": '(ti:"spin glass") AND cat:cs.*',
        "sortBy": "submittedDate",
        "sortOrder": "descending",
        "start": "200",
        "max_results": "100",
    }


def test_a_slice_by_date_has_two_closed_ends_in_utc_minutes() -> None:
    since, until = datetime(1991, 8, 1, tzinfo=UTC), datetime(2026, 11, 22, 14, 5, 59, tzinfo=UTC)

    assert between("a OR b", since, until) == (
        "(a OR b) AND submittedDate:[199108010000 TO 202611221405]"
    )


def test_oai_is_asked_for_raw_records_since_a_day_without_a_set() -> None:
    assert asked(oai_url(HOSTS, date(2026, 11, 20))) == {
        "verb": "ListRecords",
        "metadataPrefix": "arXivRaw",
        "from": "2026-11-20",
    }


def test_a_resumption_token_goes_alone_and_escaped_once_more() -> None:
    token = "verb%3DListRecords%26skip%3D7"

    url = oai_url(HOSTS, date(2026, 11, 20), token)

    assert "resumptionToken=verb%253DListRecords%2526skip%253D7" in url
    assert asked(url) == {"verb": "ListRecords", "resumptionToken": token}
