"""An independent, naive reference: which papers a topic finds, by the plainest means.

Shares no code with `bot`: words by a regular expression, stems by nltk's Porter, phrases by looking
at every position. Slow, and easy to believe.
"""

import re
from functools import cache

from nltk.stem import PorterStemmer

_STOP_WORDS = (
    "a an and are as at be but by for if in into is it no not of on or such that the their then "
    "there these they this to was will with"
)
_STOP = frozenset(_STOP_WORDS.split())
_WORD = re.compile(r"[^\W_]+(?:[.:'’][^\W_]+)*", re.UNICODE)
_PORTER = PorterStemmer(mode=PorterStemmer.MARTIN_EXTENSIONS)


@cache
def stem(word: str) -> str:
    return str(_PORTER.stem(re.sub(r"['’]s$", "", word.lower())))


@cache
def stems(text: str) -> tuple[str, ...]:
    return tuple("*" if w.lower() in _STOP else stem(w) for w in _WORD.findall(text))


def has_phrase(text: str, phrase: str) -> bool:
    wanted, words = stems(phrase), stems(text)
    if not set(wanted) - {"*"} <= set(words):
        return False
    starts = range(len(words) - len(wanted) + 1)
    return any(
        all(want in ("*", word) for want, word in zip(wanted, words[start:], strict=False))
        for start in starts
    )


def finds(topic: str, title: str, abstract: str, categories: list[str]) -> bool:
    """Tell whether a topic of the plain kinds matches: `phrase`, `a, b`, `cs.XX`, `x -y`."""
    if "," in topic:
        return any(finds(one.strip(), title, abstract, categories) for one in topic.split(","))
    if re.fullmatch(r"[a-z-]+\.[A-Z]{2}", topic):
        return topic in categories
    if " -" in topic:
        keep, _, drop = topic.partition(" -")
        return finds(keep, title, abstract, categories) and not finds(
            drop, title, abstract, categories
        )
    return has_phrase(title, topic) or has_phrase(abstract, topic)
