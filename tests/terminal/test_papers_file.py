"""`match` and `preview` on a papers file: what is found, because of what, what kept one away."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.__main__ import main

PAPERS = [
    {"id": "2611.00001", "title": "A survey of diffusion", "abstract": "Models diffuse."},
    {
        "id": "2611.00002",
        "version": 3,
        "title": "Text-to-image models",
        "abstract": "Image generations by diffusing.",
        "authors": ["Bernhard Schölkopf"],
        "categories": ["cs.CV"],
    },
    {"id": "2611.00003", "title": "Diffusion in glass", "abstract": "A toy model of glass."},
]


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    file = tmp_path / "papers.jsonl"
    file.write_text("".join(json.dumps(paper) + "\n" for paper in PAPERS))
    return file


def typed(*words: str) -> str:
    done = CliRunner().invoke(main, list(words))
    assert done.exit_code == 0, done.output
    return done.stdout


def test_preview_says_which_part_of_the_topic_left_a_paper_out(papers: Path) -> None:
    said = typed("preview", 'diffusion -survey -"toy model"', "--papers", str(papers))
    before, _, after = said.partition("Left out: 2\n")
    assert "Text-to-image models" in before
    assert after.splitlines() == [
        "  2611.00001v1 by -survey: A survey of diffusion",
        '  2611.00003v1 by -"toy model": Diffusion in glass',
    ]


def test_preview_says_nothing_of_papers_that_no_part_left_out(papers: Path) -> None:
    assert "Left out" not in typed("preview", "glass -survey", "--papers", str(papers))


def test_match_names_each_topic_as_typed_and_the_words_as_they_stand(papers: Path) -> None:
    topics = ['"Image Generation"', "au:“scholkopf b”", "diffused, cat:cs.*"]
    said = typed("match", *topics, "--papers", str(papers), "--format", "json")
    rows = [json.loads(line) for line in said.splitlines()]
    assert [(row["topic"], row["id"], row["version"]) for row in rows] == [
        (topics[0], "2611.00002", 3),
        (topics[1], "2611.00002", 3),
        (topics[2], "2611.00001", 1),
        (topics[2], "2611.00002", 3),
        (topics[2], "2611.00003", 1),
    ]
    assert [row["because"] for row in rows] == [
        [{"field": "abstract", "words": "Image generations"}],
        [{"field": "author", "words": "Bernhard Schölkopf"}],
        [{"field": "title", "words": "diffusion"}, {"field": "abstract", "words": "diffuse"}],
        [{"field": "abstract", "words": "diffusing"}, {"field": "category", "words": "cs.CV"}],
        [{"field": "title", "words": "Diffusion"}],
    ]


def test_match_prints_plain_lines_where_nobody_looks(papers: Path) -> None:
    said = typed("match", "glass", "toy model", "--papers", str(papers))
    assert [line.split("\t") for line in said.splitlines()] == [
        ["glass", "2611.00003v1", "title: glass; abstract: glass", "Diffusion in glass"],
        ["toy model", "2611.00003v1", "abstract: toy model", "Diffusion in glass"],
    ]
