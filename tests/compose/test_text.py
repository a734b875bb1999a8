"""Plain text as people read it; the exact pairs stand in test_tex_pairs.py."""

import pytest

from bot.compose.text import plain


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (r"\mathcal{O}(n^2)", "O(n²)"),
        (r"$\mathcal{N}=4$", "N=4"),
        (r"\mathcal{N}=4", "N=4"),
        (r"$\textit{safe}$", "safe"),
        (r"46.7\%", "46.7%"),
        ("``quotes''", "“quotes”"),
        ("a -- b", "a – b"),
        (r"Andr\'e", "André"),
    ],
)
def test_what_the_issue_promises(raw: str, shown: str) -> None:
    assert plain(raw) == shown
