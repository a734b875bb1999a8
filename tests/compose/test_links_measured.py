"""Links measured on real papers: the seed page, known repositories, and 300 labels by hand.

`link_labels.tsv` was written by reading the texts, before any rule was tuned: paper, part (`tune`:
looked at while the rules were made, `held`: not), whether the text has one link or several, the
kinds that are right, and the addresses that are right to show (`-`: none). Alternatives, where two
readings are as good, are separated by `|`.
"""

import csv
import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.compose.links import find_links
from bot.model import Link
from tests.shared_data import SHARED, needs_shared

pytestmark = needs_shared
LABELS = Path(__file__).with_name("link_labels.tsv")
SEED = "data/000_6a340b8c26ff5754.txt"
ROW = re.compile(
    r"\| \*\*\[.*?\]\((?P<paper>.*?)\)\*\* \| \S+ \| <details><summary>Show</summary><p>"
    r"(?P<abstract>.*?)</p></details> \| (?P<comment>.*) \| (?P<code>[^|]*) \|"
)
ROOT_PAGES = {  # the four that the seed missed
    "2502.08580v1": "http://code.sonography.ai",
    "2502.07870v1": "https://textatlas5m.github.io",
    "2406.07209v2": "https://MS-Diffusion.github.io",
    "2502.01189v3": "https://ddcm-2025.github.io",
}


def papers(name: str) -> list[dict[str, str]]:
    with gzip.open(SHARED / f"data/{name}.jsonl.gz", "rt") as lines:
        return [json.loads(line) for line in lines]


def same(url: str) -> str:
    return re.sub(r"^https?://(www\.)?|\.git$", "", url.rstrip("/").lower()).removesuffix(".git")


def seed_rows() -> Iterator[tuple[str, list[Link], str | None]]:
    for line in (SHARED / SEED).read_text().splitlines():
        row = ROW.fullmatch(line)
        if row is not None:
            folded = re.search(r"<p>(.*)</p>", row["comment"])
            target = re.search(r"\((.*)\)", row["code"])
            links = find_links(row["abstract"], folded[1] if folded else row["comment"])
            yield row["paper"].rsplit("/", 1)[1], links, target[1] if target else None


def test_the_seed_page_has_every_target_and_the_four_that_it_missed() -> None:
    rows = list(seed_rows())
    known = [(same(links[0].url) if links else "", same(t)) for _, links, t in rows if t]
    extra = {paper: links[0].url for paper, links, target in rows if links and not target}
    assert (len(rows), len(known)) == (98, 30)
    assert [pair for pair in known if pair[0] != pair[1]] == []
    assert extra == ROOT_PAGES


def flat(text: str) -> str:
    """The text without spaces, backslashes and case: what a URL in it must be a part of."""
    return re.sub(r"[\s\\]", "", text).lower()


@pytest.fixture(scope="module")
def known() -> list[tuple[str, str, list[Link]]]:
    """Papers whose known repository stands in the text: (text, repository, links found)."""
    rows = []
    for paper in papers("code_links"):
        text = flat(f"{paper['abstract']} {paper['comment'] or ''}")
        target = same(paper["code_link_external"])
        if target in text:
            rows.append((text, target, find_links(paper["abstract"], paper["comment"])))
    return rows


def test_the_known_repository_is_shown_first(known: list[tuple[str, str, list[Link]]]) -> None:
    right = sum(bool(links) and same(links[0].url) == target for _, target, links in known)
    assert len(known) > 1_000
    assert right / len(known) >= 0.996  # measured: 1,047 of 1,049


def test_no_address_is_corrupted(known: list[tuple[str, str, list[Link]]]) -> None:
    for text, _, links in known:
        for link in links:
            assert same(link.url) in text


@dataclass(frozen=True, slots=True)
class Label:
    """One line of the label file beside what was found."""

    part: str
    several: bool
    expected: frozenset[str]  # normalised; empty: no link
    kinds: frozenset[str]
    links: list[Link]

    @property
    def right(self) -> bool:
        return bool(self.links) and same(self.links[0].url) in self.expected

    @property
    def kind_right(self) -> bool:
        return not self.links or self.links[0].kind.value in self.kinds


@pytest.fixture(scope="module")
def labels() -> list[Label]:
    texts = {paper["id"]: paper for paper in papers("link_texts")}
    with LABELS.open(newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return [
        Label(
            row["part"],
            row["links"] == "several",
            frozenset(same(u) for u in row["expected"].split("|") if u != "-"),
            frozenset(row["kind"].split("|")),
            find_links(texts[row["paper"]]["abstract"], texts[row["paper"]]["comment"]),
        )
        for row in rows
    ]


def test_the_labels_are_many_and_hard_enough(labels: list[Label]) -> None:
    assert len(labels) == 300
    assert sum(label.several for label in labels) >= 60


@pytest.mark.parametrize("part", ["tune", "held"])
def test_what_is_shown_agrees_with_the_labels(labels: list[Label], part: str) -> None:
    some = [label for label in labels if label.part == part]
    shown = [label for label in some if label.links]
    wanted = [label for label in some if label.expected]
    assert sum(label.right for label in shown) / len(shown) >= 0.98  # precision
    assert sum(label.right for label in wanted) / len(wanted) >= 0.97  # recall
    assert sum(label.kind_right for label in some) / len(some) >= 0.98
