"""English words → stems, as arXiv's index makes them. PURE.

Porter's original algorithm (https://tartarus.org/martin/PorterStemmer/def.txt) with Martin's two
additions, bli → ble and logi → log, which is what Lucene runs. Porter2 ("English") is not it: it
would lose "LLMs". Libraries either lack the additions or take 31 MB, so it stands here; nltk's
MARTIN_EXTENSIONS is the oracle in tests.
"""

import re
from collections.abc import Callable

from bot.patterns import later

_Test = Callable[[str], "re.Match[str] | None"]

# A letter is a consonant (c) or a vowel (v); "y" is a vowel after a consonant. A word reads
# [C](VC)^m[V] with runs C and V, and m is its measure. Runs are possessive (?+): without that, an
# initial "y" could be read as a vowel.
_C = r"[^aeiou][^aeiouy]*+"
_V = r"[aeiouy][aeiou]*+"
_HEAD = rf"(?:{_C})?+"
_has_vowel = later(rf"{_HEAD}[aeiouy]").match
_measure_over_0 = later(rf"{_HEAD}{_V}{_C}").match
_measure_is_1 = later(rf"{_HEAD}{_V}{_C}(?:{_V})?+\Z").match
_measure_over_1 = later(rf"{_HEAD}{_V}{_C}{_V}{_C}").match
_ends_double = later(r".*(?:([^aeiouylsz])\1|[^aeiouy]yy)\Z", re.DOTALL).match
_short = later(r"[^aeiou][^aeiouy]*+[aeiouy][^aeiouwxy]\Z").match  # measure 1, ends cvc

_STEP_2 = {
    "ational": "ate", "tional": "tion", "enci": "ence", "anci": "ance", "izer": "ize",
    "bli": "ble", "alli": "al", "entli": "ent", "eli": "e", "ousli": "ous", "ization": "ize",
    "ation": "ate", "ator": "ate", "alism": "al", "iveness": "ive", "fulness": "ful",
    "ousness": "ous", "aliti": "al", "iviti": "ive", "biliti": "ble", "logi": "log",
}  # fmt: skip
_STEP_3 = {
    "icate": "ic", "ative": "", "alize": "al", "iciti": "ic", "ical": "ic", "ful": "", "ness": "",
}  # fmt: skip
_STEP_4 = dict.fromkeys(
    "al ance ence er ic able ible ant ement ment ent ion ou ism ate iti ous ive ize".split(),  # noqa: SIM905
    "",
)


def stem(word: str) -> str:
    """Return the stem of one word in lower case; of anything else, something stable."""
    if len(word) <= 2:  # noqa: PLR2004 (Martin's own departure: "is", "as" keep their s)
        return word
    word = _participle(_plural(word))
    if word.endswith("y") and _has_vowel(word[:-1]):
        word = word[:-1] + "i"
    word = _replaced(word, _STEP_2, 7, _measure_over_0)
    word = _replaced(word, _STEP_3, 5, _measure_over_0)
    return _final(_replaced(word, _STEP_4, 5, _measure_over_1))


def _plural(word: str) -> str:
    if not word.endswith("s") or word.endswith("ss"):
        return word
    return word[:-2] if word.endswith(("sses", "ies")) else word[:-1]


def _participle(word: str) -> str:
    if word.endswith("eed"):
        return word[:-1] if _measure_over_0(word[:-3]) else word
    for suffix in ("ed", "ing"):
        if word.endswith(suffix):
            rest = word.removesuffix(suffix)
            return _mended(rest) if _has_vowel(rest) else word
    return word


def _mended(rest: str) -> str:
    """Undo what "-ed" or "-ing" did to its word: hop(p)ing, fil(e)ing."""
    if rest.endswith(("at", "bl", "iz")):
        return rest + "e"
    if _ends_double(rest):
        return rest[:-1]
    return rest + "e" if _short(rest) else rest


def _replaced(word: str, table: dict[str, str], longest: int, enough: _Test) -> str:
    """Replace the longest ending in `table`, if what stands before it is long enough."""
    for length in range(min(longest, len(word)), 1, -1):
        ending = word[-length:]
        if ending in table:
            rest = word[:-length]
            fits = enough(rest) and (ending != "ion" or rest.endswith(("s", "t")))
            return rest + table[ending] if fits else word
    return word


def _final(word: str) -> str:
    if word.endswith("e"):
        rest = word[:-1]
        if _measure_over_1(rest) or (_measure_is_1(rest) and not _short(rest)):
            word = rest
    if word.endswith("ll") and _measure_over_1(word):
        word = word[:-1]
    return word
