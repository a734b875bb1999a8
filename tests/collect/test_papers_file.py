"""A papers file: JSON lines or an Atom response, and what is wrong with it by line."""

import gzip
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.collect.papers_file import read_papers_file
from bot.errors import PapersFileError
from tests.standins import arxiv_documents as documents
from tests.standins.arxiv_world import Record, Text

WHOLE = {
    "id": "2502.07701v2",
    "version": 3,
    "title": "A title",
    "abstract": "An  abstract.",
    "authors": ["Ada One", "Bob Two"],
    "categories": ["cs.CL", "math.MP"],
    "comment": "12 pages",
    "published": "2025-02-11",
    "updated": "2025-03-01T10:00:00+02:00",
    "something": {"else": [1, 2]},
}
BARE = {"id": "hep-th/9901001", "title": "T", "abstract": "A"}


def write(path: Path, *lines: object) -> Path:
    path.write_text("\n".join(x if isinstance(x, str) else json.dumps(x) for x in lines))
    return path


def test_a_whole_line_is_read_and_unknown_keys_are_ignored(tmp_path: Path) -> None:
    paper = read_papers_file(write(tmp_path / "p.jsonl", WHOLE)).papers[0]

    assert (paper.id, paper.version, paper.title) == ("2502.07701", 3, "A title")
    assert paper.abstract == "An  abstract."
    assert (paper.authors, paper.categories) == (("Ada One", "Bob Two"), ("cs.CL", "math-ph"))
    assert paper.published == datetime(2025, 2, 11, tzinfo=UTC)
    assert paper.updated == datetime(2025, 3, 1, 8, tzinfo=UTC)


def test_only_id_title_and_abstract_are_required(tmp_path: Path) -> None:
    paper = read_papers_file(write(tmp_path / "p.jsonl", BARE)).papers[0]

    assert (paper.version, paper.authors, paper.categories) == (1, (), ())
    assert (paper.comment, paper.published, paper.updated) == (None, None, None)


def test_the_version_may_stand_in_the_identifier(tmp_path: Path) -> None:
    line = {**BARE, "id": "https://arxiv.org/abs/2502.07701v4"}

    paper = read_papers_file(write(tmp_path / "p.jsonl", line)).papers[0]
    assert (paper.id, paper.version) == ("2502.07701", 4)


def test_authors_and_categories_may_be_one_string(tmp_path: Path) -> None:
    line = {**BARE, "authors": "Ada One (Here), Bob Two and Cy Three", "categories": "cs.CL cs.LG"}

    paper = read_papers_file(write(tmp_path / "p.jsonl", line)).papers[0]
    assert paper.authors == ("Ada One", "Bob Two", "Cy Three")
    assert paper.categories == ("cs.CL", "cs.LG")


def test_a_bad_line_is_named_with_its_number_and_the_others_are_read(tmp_path: Path) -> None:
    path = write(
        tmp_path / "p.jsonl",
        BARE,
        "",
        {"id": "2502.07701", "title": "no abstract"},
        "{broken",
        {**BARE, "version": 0},
        {**BARE, "updated": "yesterday"},
        {**BARE, "id": "not an id"},
        {**BARE, "title": 7},
        WHOLE,
    )

    read = read_papers_file(path)

    assert [paper.id for paper in read.papers] == ["hep-th/9901001", "2502.07701"]
    assert [str(problem).split(":")[1] for problem in read.problems] == [
        "3",
        "4",
        "5",
        "6",
        "7",
        "8",
    ]
    assert all(str(path) in str(problem) and problem.remedy for problem in read.problems)
    assert "$.title" in str(read.problems[-1])


def test_gzip_is_told_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "papers"
    path.write_bytes(gzip.compress(json.dumps(BARE).encode()))

    assert len(read_papers_file(path).papers) == 1


def test_an_atom_response_is_a_papers_file_too(tmp_path: Path) -> None:
    now = datetime(2026, 11, 18, tzinfo=UTC)
    record = Record("2611.00001", ((1, now),), ("cs.CL",), Text("T", "A"), date(2026, 11, 18))
    path = tmp_path / "answer.xml"
    path.write_bytes(documents.api([record], 1, 0, 10, now))

    assert [paper.id for paper in read_papers_file(path).papers] == ["2611.00001"]


@pytest.mark.parametrize("content", [b"<feed>", b"\x1f\x8bbroken", b"<html></html>"])
def test_a_file_that_is_no_papers_file_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "p.xml"
    path.write_bytes(content)

    with pytest.raises(PapersFileError, match=r"p\.xml") as raised:
        read_papers_file(path)
    assert raised.value.remedy


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(PapersFileError, match=r"nowhere\.jsonl: No such file"):
        read_papers_file(tmp_path / "nowhere.jsonl")
