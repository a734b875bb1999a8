import re
from datetime import UTC, datetime

from hypothesis import given, strategies as st

from bot.commands.bibtex import bibtex
from bot.model import Paper, Raw

texts = st.text(max_size=40).map(Raw)


def test_a_paper_becomes_an_entry() -> None:
    paper = Paper(
        "2502.07701",
        Raw(r"R&amp;D of $\alpha$-{R}{\'e}nyi 100% \& more #1"),
        Raw(""),
        authors=(Raw("Ada Example"), Raw(r"Bernhard Sch\"olkopf")),
        categories=("cs.CV", "cs.LG"),
        journal_ref=Raw("J. Lamps 1 (2025)"),
        doi="10.1000/a_b",
        published=datetime(2025, 2, 11, tzinfo=UTC),
    )
    assert bibtex([paper]) == (
        "@misc{arxiv:2502.07701,\n"
        r"  title = {R\&D of $\alpha$-{R}{\'e}nyi 100\% \& more \#1}," + "\n"
        r"  author = {Ada Example and Bernhard Sch\"olkopf}," + "\n"
        "  year = {2025},\n"
        "  eprint = {2502.07701},\n"
        "  archivePrefix = {arXiv},\n"
        "  primaryClass = {cs.CV},\n"
        "  journal = {J. Lamps 1 (2025)},\n"
        "  doi = {10.1000/a_b},\n"
        "  url = {https://arxiv.org/abs/2502.07701},\n"
        "}\n"
    )


def test_entries_stand_apart() -> None:
    papers = [Paper(f"2502.0000{n}", Raw("T"), Raw("A")) for n in range(3)]
    assert bibtex(papers).count("\n\n@misc{") == 2


@given(texts, texts)
def test_no_text_ends_its_entry_early(title: Raw, author: Raw) -> None:
    entry = bibtex([Paper("2502.07701", title, Raw(""), authors=(author,))])
    braces = re.sub(r"\\.", "", entry, flags=re.DOTALL)
    depth = 0
    for place, char in enumerate(braces):
        depth += {"{": 1, "}": -1}.get(char, 0)
        assert depth > 0 or place < len("@misc") or place >= len(braces) - 2
    assert depth == 0
