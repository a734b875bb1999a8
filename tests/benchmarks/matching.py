"""What matching costs: stored topics against a day's papers, beside tantivy and SQLite's FTS5.

    uv run python tests/benchmarks/matching.py

Each engine gets the same papers and topics and must know every match. Timed is what happens on a
day: reading the papers' words, or indexing the papers, and finding all matches; topics are stored,
and tantivy's queries parsed, beforehand. Times are of the processor, all threads: other work on the
machine shall not count. Each engine runs in a process of its own. Papers and topics come from
../shared/data where it is there, else they are generated.
"""

import contextlib
import gc
import gzip
import itertools
import json
import random
import re
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import tantivy

from bot.compose import expression as tree, words
from bot.compose.evaluate import Analysed
from bot.compose.expression import Expression, Field
from bot.compose.match import TopicIndex
from bot.compose.topic import parse_topic
from bot.errors import TopicError
from bot.model import Paper, Raw

SHARED = Path(__file__).resolve().parents[3] / "shared"
COUNTS = (1_000, 10_000, 100_000)
DAYS = (1_000, 2_000)
REPEATS = 3
GENERATED = 20_000  # papers, where there are no real ones
GLUE = frozenset(
    "we our us its from while across which can how when where also both has have "  # noqa: SIM905
    "than more most propose proposed show shows using use used based via study "
    "paper present introduce however between through over under often may each all "
    "new existing further without within only other achieve achieves improve "
    "improves provide provides enable enables two several many".split()
)


@dataclass(frozen=True, slots=True)
class Result:
    """One engine's figures for one number of topics and papers."""

    engine: str
    topics: int
    papers: int  # 0 in the row that carries the cost of a change
    matches: int
    seconds: float  # of processor time, the best of the repeats
    store_seconds: float  # parsing and storing all topics
    mb: float  # that topics, index and matching added to the process at its peak
    change_us: float  # removing one topic and adding another


# ── papers and topics ────────────────────────────────────────────────────────────────────────────


def papers() -> list[Paper]:
    """Return real announcements of several days, or generated ones: 3,900 or so."""
    return list(_real_papers()) or list(_made_papers(min(GENERATED, 3_900)))


def _real_papers() -> Iterator[Paper]:
    seen = set()
    for row in _rows("listings.jsonl.gz"):
        if row["id"] not in seen:
            seen.add(row["id"])
            categories = tuple(re.findall(r"\(([a-z-]+(?:\.[A-Za-z-]+)?)\)", row["subjects"]))
            authors = tuple(Raw(name) for name in row["authors"])
            yield Paper(row["id"], Raw(row["title"]), Raw(row["abstract"]), 1, authors, categories)


def _made_papers(count: int) -> Iterator[Paper]:
    chance = random.Random(2)
    two = ["".join(pair) for pair in itertools.product("bcdfglmnprst", "aeiou")][::4]
    endings = ("", "s", "ing", "ation", "al")
    vocabulary = ["".join(parts) for parts in itertools.product(two, two, two, endings)]
    weights = [1 / (rank + 3) for rank in range(len(vocabulary))]
    for number in range(count):
        text = chance.choices(vocabulary, weights, k=190)
        names = tuple(Raw(" ".join(chance.choices(vocabulary[-500:], k=2))) for _ in range(5))
        yield Paper(
            f"2601.{number:05}", Raw(" ".join(text[:10])), Raw(" ".join(text[10:])), 1, names,
            tuple(chance.sample(("cs.CV", "cs.LG", "cs.AI", "cs.CL", "hep-th"), 2)),
        )  # fmt: skip


def topics(count: int) -> list[str]:
    """Return that many different topics, as people write them."""
    chance = random.Random(1)
    phrase = _phrases(chance)
    names = [name for paper in papers() for name in paper.authors]
    makers = _makers(chance, phrase, names)
    shares = [share for share, _ in makers]
    found: dict[str, str] = {}
    for _, make in chance.choices(makers, shares, k=count):
        size = len(found)
        while len(found) == size:  # as often as needed, so that the shares stay
            text = make()
            with contextlib.suppress(TopicError):
                found.setdefault(parse_topic(text).canonical, text)
    chance.shuffle(shuffled := list(found.values()))
    return shuffled


def _phrases(chance: random.Random) -> Callable[[int], str]:
    """Return what makes a phrase of so many words: half from titles, half from abstracts.

    It begins and ends as a topic does, and a word that every twentieth paper has is no topic alone.
    """
    rows = list(_rows("verdict_papers.jsonl.gz"))
    rows = rows or [{"title": p.title, "abstract": p.abstract} for p in _made_papers(GENERATED)]
    word = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
    runs = [word.findall(row[field]) for row in rows for field in ("title", "abstract")]
    papers_with = Counter(part for run in runs for part in {part.lower() for part in run})
    common = {part for part, count in papers_with.items() if count > len(rows) / 20}
    edges = words.STOP_WORDS | GLUE

    def phrase(length: int) -> str:
        while True:
            run = chance.choice(runs)
            at = chance.randrange(max(1, len(run) - length))
            said = run[at : at + length]
            ends = {part.lower() for part in (said[:1] + said[-1:])}
            if len(said) == length and not ends & (edges if length > 1 else edges | common):
                return " ".join(said)

    return phrase


def _makers(
    chance: random.Random, phrase: Callable[[int], str], names: list[Raw]
) -> list[tuple[float, Callable[[], str]]]:
    """Return kinds of topics with their share in percent."""

    def category() -> str:
        return chance.choice(("cs.CV", "cs.LG", "cs.AI", "cs.*", "cs.CL", "stat.ML", "hep-th"))

    return [
        (50, lambda: phrase(2)),
        (22, lambda: phrase(3)),
        (2, lambda: phrase(1)),
        (3, lambda: phrase(5)),
        (6, lambda: f'ti:"{phrase(2)}"'),
        (6, lambda: f'cat:{category()} AND "{phrase(2)}"'),
        (4, lambda: f"{phrase(2)}, {phrase(2)}"),
        (2, lambda: f'"{phrase(2)}" -"{phrase(1)}"'),
        (2, lambda: f'"{phrase(2)}" AND "{phrase(1)}"'),
        (3, lambda: f'au:"{chance.choice(names)}"'),
    ]


def _rows(name: str) -> Iterator[dict[str, str]]:
    path = SHARED / "data" / name
    if path.is_file():
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            yield from map(json.loads, lines)


# ── engines ──────────────────────────────────────────────────────────────────────────────────────


class Paperboy:
    """Topics in our index, the papers walk past."""

    def __init__(self, texts: list[str]) -> None:
        self._topics = [parse_topic(text) for text in texts]
        self._index = TopicIndex(self._topics)

    def prepare(self, yesterday: list[Paper]) -> None:
        """Know yesterday's words, as a running bot does, and no others."""
        words._stem_of_token.clear()
        for paper in yesterday:
            Analysed(paper)

    def match(self, day: list[Paper]) -> int:
        """Return the number of matches."""
        return sum(1 for _ in self._index.match(day))

    def change_us(self) -> float:
        """Return what it costs to take one topic out and put another in, in microseconds."""
        changing = random.Random(3).sample(self._topics, min(2_000, len(self._topics)))
        old, new = changing[: len(changing) // 2], changing[len(changing) // 2 :]
        for topic in new:
            self._index.remove(topic)
        start = time.perf_counter()
        for before, after in zip(old, new, strict=True):
            self._index.remove(before)
            self._index.add(after)
        return (time.perf_counter() - start) / len(new) * 1e6


class Tantivy:
    """One tantivy query per topic, parsed beforehand, over an index of the day."""

    def __init__(self, texts: list[str]) -> None:
        schema = tantivy.SchemaBuilder()
        for name in ("title", "abstract"):
            schema.add_text_field(name, tokenizer_name="en_stem")
        for name in ("author", "category"):
            schema.add_text_field(name, tokenizer_name="default")
        self._schema = schema.build()
        empty = tantivy.Index(self._schema)
        said = (_tantivy(parse_topic(text).expression) for text in texts)
        self._queries = [empty.parse_query(query) for query in said]

    def match(self, day: list[Paper]) -> int:
        """Return the number of matches."""
        index = tantivy.Index(self._schema)
        writer = index.writer(heap_size=128_000_000, num_threads=1)
        for paper in day:
            writer.add_document(tantivy.Document(**_columns(paper)))
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        searcher = index.searcher()
        return sum(len(searcher.search(q, len(day), count=False).hits) for q in self._queries)


class Fts5:
    """One FTS5 query per topic over a table of the day."""

    def __init__(self, texts: list[str]) -> None:
        self._queries = [_fts5(parse_topic(text).expression) for text in texts]

    def match(self, day: list[Paper]) -> int:
        """Return the number of matches."""
        with contextlib.closing(sqlite3.connect(":memory:")) as db:
            db.execute(
                "CREATE VIRTUAL TABLE day USING fts5"
                "(title, abstract, author, category, tokenize='porter unicode61')"
            )
            rows = (tuple(_columns(paper).values()) for paper in day)
            db.executemany("INSERT INTO day VALUES (?, ?, ?, ?)", rows)
            ask = "SELECT rowid FROM day WHERE day MATCH ?"
            return sum(len(db.execute(ask, (query,)).fetchall()) for query in self._queries)


def _columns(paper: Paper) -> dict[str, str]:
    cats = {part for cat in paper.categories for part in (cat, cat.partition(".")[0] + ".all")}
    return {
        "title": paper.title,
        "abstract": paper.abstract,
        "author": "; ".join(paper.authors),
        "category": " ".join(_plain(cat) for cat in cats),
    }


def _plain(category: str) -> str:
    return re.sub(r"\W", "", category.replace("*", "all")).lower()


def _tantivy(said: Expression) -> str:
    match said:
        case tree.And(parts):
            return "(" + " ".join(f"+{_tantivy(part)}" for part in parts) + ")"
        case tree.Or(parts):
            return "(" + " ".join(map(_tantivy, parts)) + ")"
        case tree.AndNot(keep, drop):
            return f"(+{_tantivy(keep)} -{_tantivy(drop)})"
        case tree.Category(pattern):
            return f"category:{_plain(pattern)}"
        case tree.Author(spoken):
            return "(" + " ".join(f'+author:"{word}"' for word in spoken) + ")"
        case tree.Phrase(where, spoken):
            names = [
                {Field.TITLE: "title"}.get(f, "abstract") for f in sorted(tree.fields_of(where))
            ]
            return "(" + " ".join(f'{name}:"{" ".join(spoken)}"' for name in names) + ")"


def _fts5(said: Expression) -> str:
    match said:
        case tree.And(parts):
            return "(" + " AND ".join(map(_fts5, parts)) + ")"
        case tree.Or(parts):
            return "(" + " OR ".join(map(_fts5, parts)) + ")"
        case tree.AndNot(keep, drop):
            return f"({_fts5(keep)} NOT {_fts5(drop)})"
        case tree.Category(pattern):
            return f"category : {_plain(pattern)}"
        case tree.Author(spoken):
            return "author : (" + " AND ".join(f'"{word}"' for word in spoken) + ")"
        case tree.Phrase(where, spoken):
            names = [
                {Field.TITLE: "title"}.get(f, "abstract") for f in sorted(tree.fields_of(where))
            ]
            return f'{{{" ".join(names)}}} : "{" ".join(spoken)}"'


# ── the run ──────────────────────────────────────────────────────────────────────────────────────

Engine = Paperboy | Tantivy | Fts5
ENGINES: dict[str, Callable[[list[str]], Engine]] = {
    "paperboy": Paperboy,
    "tantivy": Tantivy,
    "fts5": Fts5,
}


def measure(engine: str, texts: list[str]) -> Iterator[Result]:
    """Yield the figures of one engine for each size of day. To be run in a fresh process."""
    seen = papers()
    gc.collect()
    before, start = _peak_mb(), time.process_time()
    stored = ENGINES[engine](texts)
    store_seconds = time.process_time() - start
    for size in DAYS:
        matches, seconds = _best(stored, seen[:size], seen[max(DAYS) :])
        mb = _peak_mb() - before
        yield Result(engine, len(texts), size, matches, seconds, store_seconds, mb, 0.0)
    change_us = stored.change_us() if isinstance(stored, Paperboy) else 0.0
    yield Result(engine, len(texts), 0, 0, 0.0, store_seconds, mb, change_us)


def _best(stored: Engine, day: list[Paper], yesterday: list[Paper]) -> tuple[int, float]:
    seconds = []
    for _ in range(REPEATS):
        if isinstance(stored, Paperboy):
            stored.prepare(yesterday)
        start = time.process_time()
        matches = stored.match(day)
        seconds.append(time.process_time() - start)
    return matches, min(seconds)


def _peak_mb() -> float:
    """Return the most resident memory this process has had, in MB.

    Linux lets getrusage's figure begin with the parent's, so its own record is read where it is.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _apart(engine: str, file: Path, count: int) -> list[Result]:
    """Measure in a process of its own, so that memory is only what that engine takes."""
    command = [sys.executable, __file__, engine, str(file), str(count)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return [Result(**json.loads(line)) for line in done.stdout.splitlines()]


def main() -> None:
    """Measure everything and print a table, then the line that is checked."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "topics.json")
        file.write_text(json.dumps(topics(max(COUNTS))))
        print(f"{'topics':>8} {'papers':>7} {'engine':>9} {'matches':>9} {'seconds':>8} {'MB':>6}")
        results = {}
        for count, engine in itertools.product(COUNTS, ENGINES):
            for r in _apart(engine, file, count):
                results[engine, count, r.papers] = r
                if r.papers:
                    print(
                        f"{r.topics:>8,} {r.papers:>7,} {r.engine:>9} {r.matches:>9,}"
                        f" {r.seconds:>8.2f} {r.mb:>6.0f}",
                        flush=True,
                    )
    _conclude(results)


def _conclude(results: dict[tuple[str, int, int], Result]) -> None:
    most, day = max(COUNTS), max(DAYS)
    ours = results["paperboy", most, day]
    ratio = {name: ours.seconds / results[name, most, day].seconds for name in ENGINES}
    growth = ours.seconds / results["paperboy", min(COUNTS), day].seconds
    change = results["paperboy", most, 0].change_us
    print(f"parsing and storing 100k topics: {ours.store_seconds:.1f} s")
    print(
        f"matching 100k x 2k: seconds={ours.seconds:.2f} tantivy_ratio={ratio['tantivy']:.2f}"
        f" fts5_ratio={ratio['fts5']:.2f} memory_mb={ours.mb:.0f} growth={growth:.2f}"
        f" change_us={change:.0f}"
    )


if __name__ == "__main__":
    if len(sys.argv) == 1:
        main()
    else:
        said = json.loads(Path(sys.argv[2]).read_text())[: int(sys.argv[3])]
        for result in measure(sys.argv[1], said):
            print(json.dumps(asdict(result)))
