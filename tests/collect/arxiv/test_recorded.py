"""Saved feeds for `run --replay`: the day is the one that a file speaks of."""

import gzip
import json
from datetime import date
from pathlib import Path

import pytest

from bot.collect.arxiv.recorded import read_recording
from bot.collect.arxiv.values import Announce
from bot.errors import PapersFileError
from tests.shared_data import SHARED, needs_shared
from tests.standins import arxiv_documents as documents
from tests.standins.arxiv_world import invent, list_days

FRIDAY, MONDAY, TUESDAY = list_days(date(2026, 11, 20), 3)
WORLD = invent([FRIDAY, MONDAY, TUESDAY])


def save(folder: Path, name: str, day: date, *asked: str) -> None:
    render = documents.atom if ".atom" in name else documents.rss
    content = render(asked or ("cs",), day, WORLD.feed(day, asked or ("cs",)))
    (folder / name).write_bytes(gzip.compress(content) if name.endswith("gz") else content)


def test_each_file_is_the_day_that_it_speaks_of(tmp_path: Path) -> None:
    save(tmp_path, "1.atom.xml", MONDAY)
    save(tmp_path, "2.rss.gz", FRIDAY)
    save(tmp_path, "3.xml", TUESDAY)

    days = read_recording(tmp_path).days

    assert [day.day for day in days] == [FRIDAY, MONDAY, TUESDAY]
    assert all(day.items for day in days)


def test_several_files_of_a_day_are_one_day_and_weekends_are_left_out(tmp_path: Path) -> None:
    save(tmp_path, "cs.xml", MONDAY)
    save(tmp_path, "hep-th.xml", MONDAY, "hep-th")
    save(tmp_path, "sunday.xml", date(2026, 11, 22))

    (day,) = read_recording(tmp_path).days
    assert {item.paper.categories[0] for item in day.items} >= {"hep-th", "cs.CV"}


def test_papers_as_json_lines_are_days_too(tmp_path: Path) -> None:
    bare = {"title": "T", "abstract": "A"}
    rows = [
        {**bare, "id": "2611.00001", "day": "2026-11-20"},
        {**bare, "id": "2611.00002v2", "day": "2026-11-20"},
        {**bare, "id": "2611.00003", "day": "2026-11-23", "kind": "cross"},
        {**bare, "id": "2611.00004", "day": "2026-11-23", "kind": "other"},
    ]
    (tmp_path / "days.jsonl").write_text("\n".join(map(json.dumps, rows)))

    recording = read_recording(tmp_path)

    assert [[(i.paper.id[-1], i.announce) for i in day.items] for day in recording.days] == [
        [("1", Announce.NEW), ("2", Announce.REPLACE)],
        [("3", Announce.CROSS)],
    ]
    assert "days.jsonl:4" in str(recording.problems[0])


def test_a_days_date_may_stand_in_the_name_of_a_file_of_papers(tmp_path: Path) -> None:
    line = json.dumps({"id": "2611.00001", "title": "T", "abstract": "A"})
    (tmp_path / "sample-2026-11-20.jsonl").write_text(line)
    (tmp_path / "undated.jsonl").write_text(line)

    recording = read_recording(tmp_path)
    assert [day.day for day in recording.days] == [FRIDAY]
    assert "undated.jsonl:1" in str(recording.problems[0])


def test_a_file_that_cannot_be_read_does_not_cost_the_others(tmp_path: Path) -> None:
    save(tmp_path, "good.xml", MONDAY)
    (tmp_path / "bad.xml").write_text("<html>down</html>")

    recording = read_recording(tmp_path)
    assert len(recording.days) == 1
    assert "bad.xml" in str(recording.problems[0])


def test_a_folder_without_feeds_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing")

    with pytest.raises(PapersFileError, match="holds no feed"):
        read_recording(tmp_path)
    with pytest.raises(PapersFileError, match="No such file"):
        read_recording(tmp_path / "nowhere")


@needs_shared
def test_the_recorded_days_of_real_feeds_are_read() -> None:
    recording = read_recording(SHARED / "data/arxiv/rss/reconstructed")

    assert [day.day.day for day in recording.days] == [17, 20, 21, 22, 23, 24, 27, 28]
