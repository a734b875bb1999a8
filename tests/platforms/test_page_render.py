"""The Markdown topic page, against the seed page and against hostile text."""

import re
from datetime import UTC, datetime

from hypothesis import given, strategies as st

from bot.compose.match import TopicIndex
from bot.compose.topic import parse_topic
from bot.model import Paper, Raw
from bot.platforms.page.render import render_page
from tests.shared_data import SHARED, needs_shared

SEED = SHARED / "data" / "000_6a340b8c26ff5754.txt"
HEADER = 4  # lines before the first row
ROW = re.compile(
    r"\| \*\*\[(?P<title>.*)\]\(http://arxiv.org/abs/(?P<id>[\d.]+)v(?P<version>\d+)\)\*\* "
    r"\| (?P<date>[\d-]+) \| <details><summary>Show</summary><p>(?P<abstract>.*)</p></details> "
    r"\| (?P<comment>.*) \| (?P<code>.*) \|"
)


def seed_rows() -> list[re.Match[str]]:
    found = [ROW.fullmatch(line) for line in SEED.read_text().splitlines()[HEADER:] if line]
    return [row for row in found if row]


def as_paper(row: re.Match[str]) -> Paper:
    folded = re.fullmatch(r"<details><summary>.*?</summary><p>(.*)</p></details>", row["comment"])
    return Paper(
        id=row["id"],
        version=int(row["version"]),
        title=Raw(row["title"]),
        abstract=Raw(row["abstract"]),
        comment=Raw(folded[1] if folded else row["comment"]),
        updated=datetime.fromisoformat(row["date"]).replace(tzinfo=UTC),
    )


def bare(url: str) -> str:
    return url.removesuffix("/").removesuffix(".git")


@needs_shared
def test_the_seed_page_is_written_again_from_its_own_papers() -> None:
    papers = [as_paper(row) for row in seed_rows()]
    assert len(papers) == 98
    index = TopicIndex([parse_topic("Image Generation")])
    page = render_page("Image Generation", [match.paper for match in index.match(papers)])
    written, seed = page.splitlines(), SEED.read_text().splitlines()
    assert written[:HEADER] == seed[:HEADER]
    assert len(written) == len(seed) == HEADER + 98 + 1
    for mine, theirs in zip(written[HEADER:], seed[HEADER:], strict=True):
        assert mine.rpartition(" | ")[0] == theirs.rpartition(" | ")[0]


@needs_shared
def test_the_seed_s_code_links_are_found_and_four_that_it_missed() -> None:
    targets = 0
    missed = []
    for row in seed_rows():
        page = render_page("x", [as_paper(row)])
        mine = re.search(r"\| (?:\[Code Link\]\((.*)\)|None) \|\n\n$", page)
        assert mine
        theirs = re.fullmatch(r"\[Code Link\]\((.*)\)", row["code"])
        if theirs:
            targets += 1
            assert bare(mine[1] or "") == bare(theirs[1])
        elif mine[1]:
            missed.append(mine[1])
    assert targets == 30
    assert "https://textatlas5m.github.io" in map(bare, missed)
    assert len(missed) >= 4


def paper(number: int, **fields: object) -> Paper:
    given_fields = {"title": Raw(f"T{number}"), "abstract": Raw("A"), "comment": Raw("")} | fields
    return Paper(id=f"2611.{number:05d}", **given_fields)  # type: ignore[arg-type]  # of Paper


def titles(page: str) -> list[str]:
    return re.findall(r"\*\*\[(T\d+)\]", page)


def test_the_newest_version_comes_first_and_ties_stay_as_given() -> None:
    days = {1: 3, 2: 9, 3: 3, 4: 9}
    papers = [paper(n, updated=datetime(2026, 11, day, tzinfo=UTC)) for n, day in days.items()]
    assert titles(render_page("x", papers)) == ["T2", "T4", "T1", "T3"]


def test_the_page_ends_at_its_cap() -> None:
    assert len(titles(render_page("x", [paper(n) for n in range(150)]))) == 100
    assert len(titles(render_page("x", [paper(n) for n in range(9)], cap=2))) == 2


def test_a_comment_of_twenty_characters_stands_plain_and_a_longer_one_folds() -> None:
    short, long = Raw("x" * 20), Raw("Accepted at a workshop")
    assert f"| {short} |" in render_page("x", [paper(1, comment=short)])
    folded = "<details><summary>Accep...</summary><p>Accepted at a workshop</p></details>"
    assert f"| {folded} |" in render_page("x", [paper(1, comment=long)])


@given(st.text(), st.text(), st.text(), st.text())
def test_no_text_breaks_out_of_its_cell(
    topic: str, title: str, abstract: str, comment: str
) -> None:
    one = paper(1, title=Raw(title), abstract=Raw(abstract), comment=Raw(comment))
    heading, blank, columns, rule, row, end, last = render_page(topic, [one]).split("\n")
    assert heading.startswith("## ")
    assert (blank, end, last) == ("", "", "")
    assert columns.count("|") == rule.count("|") == row.count("|") == 6
    tags = re.findall(r"<[^>]*>", row)
    assert set(tags) <= {"<details>", "<summary>", "</summary>", "<p>", "</p>", "</details>"}
    assert "<" not in re.sub(r"</?(?:details|summary|p)>", "", row)
