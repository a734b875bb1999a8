"""Categories with wildcards fit as shell patterns do."""

from fnmatch import fnmatchcase

from hypothesis import given, strategies as st

from bot.compose.expression import _fits

patterns = st.text("ab.*", max_size=9)
names = st.text("ab.", max_size=9)


@given(patterns, names)
def test_a_pattern_fits_what_the_shell_would_fit(pattern: str, name: str) -> None:
    assert _fits(pattern, name) is fnmatchcase(name, pattern)
