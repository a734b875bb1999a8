"""The paper's own link, from text as authors really write it. Real data is measured in
test_links_measured.py; every text here is invented."""

import re
import time
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given, strategies as st

from bot.compose.links import find_links, find_promise
from bot.model import LinkKind
from tests.compose.linked import MINE, first, kinds

# ── text as it really is ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "text",
    [
        "Code: https://github.com/me/mine.",
        "Code is at (https://github.com/me/mine).",
        "Code is at https://github.com/me/mine). More follows.",
        "Code is at [https://github.com/me/mine].",
        'Code is at "https://github.com/me/mine".',
        "Code is at `https://github.com/me/mine`",
        "Code is at https://github.com/me/mine。",
        "Code is at https://github.com/me/mine || ",
        "Code is at https://github.com/me/mine.git.",
        "Code is at https://github.com/me/mine/",
        "Code is at http://www.github.com/me/mine",
        "Code is at github.com/me/mine.",
        "Code is at www.github.com/me/mine",
        "Code is athttps://github.com/me/mine.",
        "Code is at~https://github.com/me/mine",
        "Code is at https://github.com/me/mine/tree/main/sub?tab=readme-ov-file#usage",
        "Code is at https://github.com/me/mine#.",
        "Code is at https://github.com/me/mine.The rest is silence.",
        "Code is at https://github. com/me/mine.",
        "Code is at https: //github.com/me/mine.",
        "Code is at https:\n//github.com/me/mine.",
        "Code is at https:/github.com/me/mine.",
        "Code is at https//github.com/me/mine.",
        "Code is at https://github.com/ me/mine.",
        "Code is at https://github.com/me/ mine.",
        "Code is at https://github.com/me/\nmine.",
        "Code is at https://github.com/me /mine.",
        r"Code is at \url{https://github.com/me/mine}.",
        r"Code is at \url{https://github.com/me/ mine}.",
        r"Code is \href{https://github.com/me/mine}{here}.",
        r"Code is at \href{https://github.com/me/mine}{https://github.com/me/mine}.",
        r"Code is at \href{https://github.com/me/mine}.",
        r"Our \href{code}{https://github.com/me/mine}.",
        r"Code is $\href{https://github.com/me/mine}{\text{here}}$.",
        r"Code is at \textcolor{blue}{https://github.com/me/mine}.",
        r"We release it\footnote{https://github.com/me/mine}.",
        "Code is at [this https URL](https://github.com/me/mine).",
        'Code is at <a href="https://github.com/me/mine">this https URL</a>.',
        "Code: https://github.com/me/mine,https://github.com/me/other",
        "Code: https://github.com/me/minehttps://huggingface.co/me/model",
    ],
)
def test_the_repository_is_found_however_it_is_written(text: str) -> None:
    assert first(text) == MINE


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("Code: HTTPS://GITHUB.COM/Me/Mine.GIT", "https://github.com/Me/Mine"),
        ("Code: https://github.com/me/digit", "https://github.com/me/digit"),
        ("Code: https://github.com/me/legit.git", "https://github.com/me/legit"),
        ("Code: https://github.com/me/a.github.io", "https://github.com/me/a.github.io"),
        ("Code: https://github.com/me/fusion-.git", "https://github.com/me/fusion-"),
        (r"Code: https://github.com/me/my\_own\_code", "https://github.com/me/my_own_code"),
        ("Code: https://github.com/me/some- Thing", "https://github.com/me/some-Thing"),
        ("Code: https://gitlab.uni.fr/a/b/c/-/tree/main", "https://gitlab.uni.fr/a/b/c"),
        ("Code: https://gitlab.com/a/b/tree/dev", "https://gitlab.com/a/b"),
        ("Code: https://bitbucket.org/me/mine/src/master/", "https://bitbucket.org/me/mine"),
        ("Code: https://codeberg.org/me/mine/src/branch/x", "https://codeberg.org/me/mine"),
        (
            "Code: https://sourceforge.net/projects/mine/files/",
            "https://sourceforge.net/projects/mine",
        ),
        (
            "Code: https://anonymous.4open.science/r/mine-12AB/README.md",
            "https://anonymous.4open.science/r/mine-12AB",
        ),
        ("Model: https://huggingface.co/me/m/tree/main", "https://huggingface.co/me/m"),
        ("Project page: me.github.io/mine/.", "https://me.github.io/mine"),
        ("Project page: https://Me.github.io.", "https://Me.github.io"),
        ("Website: https://me. github.io/mine", "https://me.github.io/mine"),
        (r"Code: http://www.uni.edu/\~{}me/code/", "http://www.uni.edu/~me/code/"),
        (r"Code: http://www.uni.edu/$\sim$me/c.html.", "http://www.uni.edu/~me/c.html"),
        ("Data: doi:10.5281/zenodo.1234567.", "https://doi.org/10.5281/zenodo.1234567"),
        ("Code: https://x.org/a?b=1&amp;c=2.", "https://x.org/a?b=1&c=2"),
        ("Page: https://en.x.org/Mine_(tool)", "https://en.x.org/Mine_(tool)"),
        ("Our website is smddbench.com.", "https://smddbench.com"),
        (
            "Code: https://web.archive.org/web/2020/https://x.org/y",
            "https://web.archive.org/web/2020/https://x.org/y",
        ),
    ],
)
def test_the_address_shown_is_whole_and_no_more(text: str, url: str) -> None:
    assert first(text) == url


@pytest.mark.parametrize(
    "text",
    [
        "Our code is available at (this https URL).",
        "Our code will be available at https://github.com/.",
        "Our code is on GitHub.com.",
        "Our code is at https://github.com/xxx.",
        "Write to me@cs.uni.edu or me@pages.github.io for the code.",
        "We crawl Amazon.com, arXiv.org and Booking.com, e.g.in winter.",
        "Sonnet leads with LandCover.ai at 52.4.",
        "Sections 2.to and 3.5/4.6 differ; 10.5% of 10.1000/2000.",
        "Proposed at https://[half an address",
        "",
    ],
)
def test_what_is_no_link_is_not_made_one(text: str) -> None:
    assert find_links(text, None) == []


def test_a_sentence_that_goes_on_is_not_swallowed() -> None:
    assert first("See https://me.github.io/ Code: https://github.com/me/mine") == MINE
    assert first("Code at https://github.com/me/mine/ and data elsewhere.") == MINE
    assert first("Code at https://github.com/me/ and data elsewhere.") == "https://github.com/me"
    assert first("Code:https://github.com/me/mineProject:https://me.github.io/mine") == MINE


# ── what, and in which order ─────────────────────────────────────────────────────────────────────


def test_code_stands_before_page_data_model_and_demo_wherever_they_are_named() -> None:
    abstract = (
        "The dataset is at https://huggingface.co/datasets/me/d, models are at "
        "https://huggingface.co/me/m, a demo is at https://huggingface.co/spaces/me/s."
    )
    comment = "Project page: https://me.github.io/p, Code: https://github.com/me/mine"
    assert kinds(abstract, comment) == [
        ("github.com", "code"),
        ("me.github.io", "project"),
        ("huggingface.co", "data"),
        ("huggingface.co", "model"),
        ("huggingface.co", "demo"),
    ]


def test_a_repository_of_data_named_first_does_not_hide_the_code() -> None:
    text = "The dataset is at https://github.com/me/data. The code is at https://github.com/me/c."
    assert first(text) == "https://github.com/me/c"


def test_a_list_of_two_repositories_follows_the_list_of_their_names() -> None:
    text = "Data and code are available at https://github.com/me/d and https://github.com/me/c."
    assert [(link.url, link.kind) for link in find_links(text, None)] == [
        ("https://github.com/me/c", LinkKind.CODE),
        ("https://github.com/me/d", LinkKind.DATA),
    ]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("The dataset is available at https://github.com/me/mine", "data"),
        ("The code and dataset are available at https://github.com/me/mine", "code"),
        ("Project page: https://github.com/me/mine", "code"),
        ("Code is available at https://me.github.io/mine", "code"),
        ("Website with code: https://me.github.io/mine", "project"),
        ("Videos and more on our project page https://me.github.io/mine", "project"),
        ("We release the corpus at https://zenodo.org/record/1", "data"),
        ("Scripts and data: https://doi.org/10.5281/zenodo.1", "code"),
        ("Model: https://huggingface.co/me/m", "model"),
        ("Leaderboard: https://huggingface.co/spaces/me/m", "demo"),
        ("Datasets: https://huggingface.co/me", "data"),
        ("A video is at https://youtu.be/abc", "demo"),
        ("Our package: https://pypi.org/project/mine", "code"),
        ("We present Mine (https://mine.uni.edu), a platform.", "project"),
    ],
)
def test_the_kind_follows_the_host_and_the_words(text: str, kind: str) -> None:
    (link,) = find_links(text, None)
    assert link.kind.value == kind


def test_a_link_named_twice_is_listed_once_under_the_more_telling_kind() -> None:
    links = find_links("See https://github.com/Me/Mine.", "Dataset: https://github.com/me/mine/")
    assert [(link.url, link.kind) for link in links] == [
        ("https://github.com/Me/Mine", LinkKind.CODE)
    ]


def test_a_repository_stands_before_the_page_of_its_owner() -> None:
    assert first("Code: https://github.com/me, https://github.com/me/mine") == MINE


def test_evidence_holds_the_words_around_the_link() -> None:
    (link,) = find_links("We do. Our code is at\nhttps://github.com/me/mine, enjoy. Bye.", None)
    assert link.evidence == "Our code is at https://github.com/me/mine, enjoy"
    assert link.host == "github.com"


# ── whatever arXiv sends ─────────────────────────────────────────────────────────────────────────

_PIECES = st.sampled_from(
    (
        "https://",
        "github.com/",
        "a/b",
        " ",
        "\n",
        "\\href{",
        "}",
        "{",
        "(",
        ")",
        ".git",
        "...",
        "www.",
        "code",
        "is at",
        "based on",
        "10.5281/zenodo.1",
        "\\_",
        "~",
        "[x](",
        "&amp;",
        "é",
        ".",
        ",",
        ":",
    )
)


@given(st.one_of(st.text(), st.lists(_PIECES).map("".join)))
@example("https://github.com/a/b" * 3)
@example("\\href{\\href{https://github.com/a/b}{")
def test_any_text_gives_clean_links_and_never_an_error(text: str) -> None:
    for link in find_links(text, text):
        parts = urlsplit(link.url)
        assert parts.scheme in {"http", "https"}
        assert parts.hostname in {link.host, f"www.{link.host}"}
        assert not re.search(r"\s|[.,;]$|github\.com/.*\.git$", link.url)
    find_promise(text, text)


_NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9]{0,8}([._-][A-Za-z0-9]{1,8}){0,2}", fullmatch=True)
_FRAMES = st.sampled_from(
    [
        "{}",
        "{}.",
        "({})",
        "{},",
        "{};",
        "<{}>",
        "{}.git",
        "{}/",
        "\\url{{{}}}",
        '"{}"',
        "{}.\n",
        "{}:",
    ]
)


@given(_NAMES.filter(lambda n: not n.lower().endswith(".git")), _FRAMES)
def test_any_repository_in_any_frame_is_found_to_the_letter(name: str, frame: str) -> None:
    url = f"https://github.com/someone/{name}"
    assert first(f"Our code is available at {frame.format(url)}") == url


def test_a_hostile_text_costs_no_more_than_a_moment() -> None:
    pieces = ("https://", "\\href{", "https://github.com/a/-", "a.", "[", "made publicly ", "(")
    start = time.perf_counter()
    for piece in pieces:
        find_links(piece * (8_000 // len(piece)) + "https://github.com/a/b", None)
    assert time.perf_counter() - start < len(pieces)
