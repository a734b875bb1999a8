"""Raw text → the words and stems that arXiv's index has of it, with their places. PURE.

Words end where UAX #29 says (https://unicode.org/reports/tr29/, through `regex`, which keeps up
with Unicode): a hyphen, dash or brace separates, a colon, apostrophe or full stop between letters
joins. Stop words are not indexed but keep their place as a `GAP`. Comments and journal references
keep theirs as words, as in arXiv's mapping: "Phys. Rev. A" is not "Phys. Rev.".
Matching reads text as arXiv gives it (TeX and all), so places are offsets into that.
"""

import re
import sys
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.compose.stem import stem
from bot.patterns import later_unicode

if TYPE_CHECKING:
    import regex

GAP = ""
"""Stands where a stop word stood: equal to no stem; in a phrase it matches any one word."""

STOP_WORDS = frozenset(
    "a an and are as at be but by for if in into is it no not of on or such that the "  # noqa: SIM905
    "their then there these they this to was will with".split()
)

_TOKENS_KEPT = 1 << 16  # a day has some 35,000 different tokens

# The two patterns find the same words in ASCII; the first is ten times faster, because it looks
# around only where a mark that may join is followed by a letter or digit.
_ascii_words = re.compile(
    r"[A-Za-z0-9_]++(?:[:.,;'](?=[A-Za-z0-9])"
    r"(?:(?<=[A-Za-z][:.'])(?=[A-Za-z])|(?<=[0-9][.,;'])(?=[0-9]))[A-Za-z0-9_]++)*+"
)
_EXTEND = r"[\p{WB=Extend}\p{WB=Format}\p{WB=ZWJ}]*+"
_LETTER = rf"[\p{{WB=ALetter}}\p{{WB=Hebrew_Letter}}]{_EXTEND}"
_DIGIT = rf"\p{{WB=Numeric}}{_EXTEND}"
_ANY = rf"(?:{_LETTER}|{_DIGIT}|[\p{{WB=ExtendNumLet}}\p{{WB=Katakana}}]{_EXTEND})"
_unicode_words = later_unicode(
    rf"(?:{_ANY}"
    rf"|(?<={_LETTER})[\p{{WB=MidLetter}}\p{{WB=MidNumLet}}'](?={_LETTER})"
    rf"|(?<={_DIGIT})[\p{{WB=MidNum}}\p{{WB=MidNumLet}}'](?={_DIGIT}))++"
    rf"|[\p{{Ideographic}}\p{{Hiragana}}]{_EXTEND}"
)
_possessive = re.compile(r"(?<=.)(?:'s)+\Z", re.DOTALL)


@lru_cache(maxsize=_TOKENS_KEPT)
def normal(token: str) -> str:
    """Return a token's one spelling: composed, casefolded, without possessive or invisible marks.

    Applying it again changes nothing, so canonical topics read back as themselves.
    """
    before = ""
    while before != token:  # twice at most for real text: folding can call for composing again
        before = token
        token = unicodedata.normalize("NFC", token).casefold().replace("’", "'").replace("＇", "'")
        seen = "".join(c for c in token if unicodedata.category(c) != "Cf")
        token = _possessive.sub("", seen or token)  # no word becomes ""
    return token


class _Stems(dict[str, str]):
    """Token as it stands → stem or GAP; forgets everything when it grows too large."""

    def __missing__(self, token: str) -> str:
        if len(self) >= _TOKENS_KEPT:
            self.clear()
        word = normal(token)
        found = GAP if word in STOP_WORDS else stem_of(word)
        self[token] = found
        return found


_stem_of_token = _Stems()


@lru_cache(maxsize=_TOKENS_KEPT)
def stem_of(word: str) -> str:
    """Return the stem of one normal word, stop word or not, as the one string kept for it."""
    return sys.intern(stem(word))


def words(text: str) -> list[str]:
    """Return the normal words of a text, stop words included."""
    return [normal(token) for token in _pattern(text).findall(text)]


def stems(text: str) -> list[str]:
    """Return the stems of a title, an abstract or a phrase for them; GAP for a stop word."""
    return list(map(_stem_of_token.__getitem__, _pattern(text).findall(text)))


def exact_stems(text: str) -> list[str]:
    """Return the stems of a comment, a journal reference or a phrase for them: no gaps."""
    return [stem_of(word) for word in words(text)]


def places(text: str) -> list[tuple[int, int]]:
    """Return (start, end) of each word, in step with `words`, `stems` and `exact_stems`."""
    return [match.span() for match in _pattern(text).finditer(text)]


def _pattern(text: str) -> "re.Pattern[str] | regex.Pattern[str]":
    return _ascii_words if text.isascii() else _unicode_words


# ── names ────────────────────────────────────────────────────────────────────────────────────────

_FOLDED = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ȷ": "j"}
)
_TEX_LETTER = r"\\(?:ss|oe|OE|ae|AE|aa|AA|th|TH|dh|DH|dj|DJ|ng|NG|[oOlLij])(?![A-Za-z])"
_TEX_ACCENT = r"\\(?:['`^\"~=.]|[cvuHkrbdt](?![A-Za-z]))[ {]*"
_name_words = re.compile(rf"(?:[^\W_]|[\u0300-\u036f{{}}'’]|{_TEX_LETTER}\s?|{_TEX_ACCENT})+")
_plain_name = re.compile(r"[A-Za-z .-]*\Z").match
_tex_letter = re.compile(rf"{_TEX_LETTER}\s?")
_tex_accent = re.compile(_TEX_ACCENT)


def name_words(name: str) -> list[tuple[str, int, int]]:
    r"""Return (folded word, start, end) of a person's name; from TeX too: `Sch\"olkopf`, scholkopf.

    Full stops and hyphens separate, so "J.-P." is two initials; apostrophes do not.
    """
    found = ((_folded_name(m.group()), *m.span()) for m in _name_words.finditer(name))
    return [part for part in found if part[0]]


def folded_name(name: str) -> list[str]:
    """Return the folded words of a person's name; a plain name is read ten times faster."""
    if _plain_name(name):
        return name.casefold().replace(".", " ").replace("-", " ").split()
    return [word for word, _, _ in name_words(name)]


@lru_cache(maxsize=_TOKENS_KEPT)
def _folded_name(word: str) -> str:
    if word.isascii() and word.isalnum():
        return word.casefold()
    word = _tex_letter.sub(lambda tex: tex.group()[1:].strip().rstrip("{}"), word)
    word = _tex_accent.sub("", word)
    bare = unicodedata.normalize("NFKD", word).casefold().translate(_FOLDED)
    return "".join(c for c in bare if c.isalnum())
