"""What readable text costs: `plain` on real abstracts, beside two yardsticks of the same run.

    uv run python tests/benchmarks/text.py

Yardsticks: what any program must do (HTML entities, NFC), and pylatexenc's own conversion, on every
abstract with TeX in a sample. Abstracts come from ../shared/data where it is there, else they are
generated. The last line holds the figures; the promise is a median of at most 0.3 ms an abstract.
"""

import gzip
import html
import json
import random
import statistics
import time
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path

from pylatexenc.latex2text import LatexNodes2Text

from bot.compose.text import excerpt, plain, plain_spans

SHARED = Path(__file__).resolve().parents[3] / "shared"
FILES = ("arxiv/corpus.jsonl.gz", "verdict_papers.jsonl.gz")
SAMPLE = 6_000  # abstracts
BESIDE = 150  # of those with TeX, for pylatexenc, which is slow
SEED = 11
PARTS = (
    "We study the running time of local search on random instances and compare it with theory.",
    r"It takes $\mathcal{O}(n\log n)$ steps, or $10^{-3}$ s, on $H_2O$ and $\alpha$-RuCl$_3$.",
    r"The gain is 46.7\% over Erd\H{o}s--R\'enyi graphs, ``as expected'', by \emph{far}.",
    "Experiments on twelve data sets show that the method is robust, fast and easy to tune.",
)


def main() -> None:
    """Measure and print."""
    texts = abstracts()
    with_tex = [text for text in texts if "\\" in text or "$" in text]
    plain(with_tex[0])  # builds the table of symbols
    ours, ours_tex = milliseconds(plain, texts), milliseconds(plain, with_tex)
    floor = milliseconds(entities_and_nfc, texts)
    beside = [text for text in with_tex if r"\href" not in text][:BESIDE]  # it raises on \href
    library = milliseconds(LatexNodes2Text().latex_to_text, beside)
    print(f"{len(texts)} abstracts, {len(with_tex)} with TeX; milliseconds each")
    report("plain", ours)
    report("plain, with TeX", ours_tex)
    report("plain_spans", milliseconds(plain_spans, texts))
    report("excerpt", milliseconds(excerpt, texts))
    report("entities and NFC", floor)
    report("pylatexenc, with TeX", library)
    share = sum(milliseconds(plain, beside)) / sum(library)
    print(
        f"text: median_ms={statistics.median(ours):.4f} tex_median_ms="
        f"{statistics.median(ours_tex):.4f} floor_ratio={sum(ours) / sum(floor):.2f} "
        f"pylatexenc_ratio={share:.3f}"
    )


def abstracts() -> list[str]:
    """The same sample every time: real abstracts, or invented ones of the same kinds."""
    chance = random.Random(SEED)
    if not SHARED.is_dir():
        return [" ".join(chance.choices(PARTS, (6, 1, 1, 6), k=8)) for _ in range(SAMPLE)]
    found: list[str] = []
    for name in FILES:
        with gzip.open(SHARED / "data" / name, "rt", encoding="utf-8") as lines:
            found += [json.loads(line)["abstract"] for line in lines]
    return chance.sample(found, SAMPLE)


def entities_and_nfc(text: str) -> str:
    """The least that is owed to any text from arXiv."""
    return unicodedata.normalize("NFC", html.unescape(text))


def milliseconds(convert: Callable[[str], object], texts: Sequence[str]) -> list[float]:
    """The time of each text."""
    times = []
    for text in texts:
        begin = time.perf_counter()
        convert(text)
        times.append((time.perf_counter() - begin) * 1_000)
    return times


def report(name: str, times: Sequence[float]) -> None:
    """One line: median, mean, 99th percentile."""
    mean, last = statistics.fmean(times), statistics.quantiles(times, n=100)[-1]
    print(f"{name:22} median {statistics.median(times):.4f}  mean {mean:.4f}  p99 {last:.4f}")


if __name__ == "__main__":
    main()
