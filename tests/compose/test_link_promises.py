"""Promises of code in abstracts and comments."""

import pytest

from bot.compose.links import find_promise
from bot.model import LinkKind
from tests.compose.linked import MINE

# ── promises ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Code will be released.", LinkKind.CODE),
        ("We will release our code upon acceptance.", LinkKind.CODE),
        ("The code and dataset will be made publicly available soon.", LinkKind.CODE),
        ("Code coming soon.", LinkKind.CODE),
        ("We plan to open-source the implementation.", LinkKind.CODE),
        ("We include our data and will release the training code publicly.", LinkKind.CODE),
        ("The dataset will be released. Models are large.", LinkKind.DATA),
        ("The dataset will be released. Code will be available on GitHub.", LinkKind.CODE),
    ],
)
def test_a_promise_is_recognised(text: str, kind: LinkKind) -> None:
    promise = find_promise(text, None)
    assert promise is not None
    assert promise.kind is kind


def test_a_promise_with_an_address_names_it() -> None:
    promise = find_promise("We do. Code will be released at https://github.com/me/mine.git.", "")
    assert promise is not None
    assert promise.url == MINE
    assert promise.evidence.startswith("Code will be released")


@pytest.mark.parametrize(
    "text",
    [
        "Code is available at https://github.com/me/mine.",
        "Models will help the public soon to share rides.",
        "The robot will be available to users.",
        "We evaluate on publicly available data after review.",
        "",
    ],
)
def test_no_promise_is_read_into_other_words(text: str) -> None:
    assert find_promise(text, None) is None
