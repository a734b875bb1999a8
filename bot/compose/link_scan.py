"""Mended text → the places where a URL stands in it, trimmed. PURE.

Finds URLs with a scheme, host names without one, and bare DOIs of data; splits two links run
together and drops the sentence's punctuation. What a URL leads to is link_hosts.py's business,
whose it is link_words.py's. PURE because it only reads the text it is given.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from bot.patterns import later

# Top-level domains that a host without a scheme is believed to have. Short on purpose: "e.g.it",
# "used.It" and product names would be links otherwise.
_TLDS = (
    "com|org|io|net|ai|edu|co|dev|app|gov|info|science|tech|space|cloud|online|site|xyz|me|page"
    "|de|uk|fr|ch|cn|jp|eu|it|nl|at|be|ca|au|in|br|es|pl|se|fi|dk|no|kr|il|sg|hk|tw|us|cz|pt|gr"
)
_INSIDE = r"[^\s<>\"{}|\\^`“”‘’«»„，。；、：（）【】\[\]$*]"
_URL = later(
    rf"https?://{_INSIDE}+"
    rf"|(?P<bare>(?<![\w@./:~-])(?:(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:{_TLDS})\b"
    rf"(?!\.?[a-z0-9-]|@)|www\.(?:[a-z0-9-]+\.)+[a-z]{{2,}})(?::\d+)?(?:/{_INSIDE}*)?)"
    r"|(?P<doi>\b10\.(?:5281/zenodo\.\d+|6084/m9\.figshare\.[\d.]*\d|17605/osf\.io/\w+"
    r"|5061/dryad\.\w+|7910/dvn/\w+|17632/\w+\.\d|57967/hf/\d+|24433/co\.[\d.]*\d))",
    re.IGNORECASE,
)
# What a text without a link lacks. Four texts in five have none, so this comes before anything
# else. Two patterns, because each begins with letters that the engine can leap to.
_DOT_IN_WORD, _DOI = later(r"\.[A-Za-z]{2}"), later(r"10\.\d{4,5}/")
_TRACES = ("http", "www", "github", "gitlab", "huggingface", "4open")


@dataclass(frozen=True, slots=True)
class Mention:
    """A URL as it stands at `start:end` of the mended text; `bare` when it had no scheme."""

    url: str
    start: int
    end: int
    bare: bool = False


def may_hold_link(text: str) -> bool:
    """Whether `text`, raw or mended, is worth reading: False is certain, True is a guess."""
    low = text.lower()
    return (
        any(trace in low for trace in _TRACES)
        or _DOT_IN_WORD.search(text) is not None
        or _DOI.search(text) is not None
    )


def scan(mended: str) -> Iterator[Mention]:
    """Every URL of a mended text, from left to right, trimmed of what is not its own."""
    for start, end in _spots(mended):
        for match in _URL.finditer(mended, start, end):
            if match["doi"]:
                yield Mention(f"https://doi.org/{match[0]}", *match.span(), bare=True)
            elif match["bare"]:
                url = _trimmed(match[0])
                yield Mention(f"https://{url}", match.start(), match.start() + len(url), bare=True)
            else:
                yield from _run_together(match[0], match.start())


def _spots(text: str) -> Iterator[tuple[int, int]]:
    """The words in which a URL or DOI may stand, so that the long pattern reads only these."""
    ats = [m.start() for pattern in (_DOT_IN_WORD, _DOI) for m in pattern.finditer(text)]
    done = 0
    for at in sorted(ats):
        if at >= done:
            space = text.find(" ", at)
            end = len(text) if space < 0 else space
            yield max(done, text.rfind(" ", 0, at) + 1), end
            done = end


_SCHEME = later(r"https?://", re.IGNORECASE)
_ARCHIVED = later(r"web\.archive\.org/|archive\.(?:is|ph|today)/|purl\.|proxy", re.IGNORECASE)
_GLUE = later(
    r"(?<=/)(?:and|or)$|[,;&]+$"
    r"|(?:Project(?:\s?[Pp]age)?|Codes?|Data(?:set)?|Demo|Web(?:site|page)|Page|Models?|Videos?):$"
)


def _run_together(found: str, start: int) -> Iterator[Mention]:
    """`https://ahttps://b` is two links, unless the first quotes the second (web archives)."""
    starts = [match.start() for match in _SCHEME.finditer(found)]
    if starts[1:] and _ARCHIVED.search(found, 0, starts[1]):
        starts = starts[:1]
    for at, end in pairwise([*starts, len(found)]):
        url = _trimmed(_GLUE.sub("", found[at:end]))
        yield Mention(url, start + at, start + at + len(url))


# ── trimming ─────────────────────────────────────────────────────────────────────────────────────

_NEXT_SENTENCE = later(
    r"\.(?:The|Our|We|Codes?|Project|Data|Datasets?|This|Models?|Demo|Website|It|All|In|For"
    r"|Keywords?|Page|Videos?|Git[Hh]ub|Accepted|Published|Under|To|Index)$"
)
_TRAILING = ".,;:!?'\"~)>]}*–—"  # not "-" and "_": a repository may be called "fusion-"


def _trimmed(url: str) -> str:
    """Without the sentence's punctuation, an unopened bracket, or the next sentence's word."""
    kept = _balanced(url)
    if kept.endswith(")"):
        return kept
    kept = _NEXT_SENTENCE.sub("", kept.rstrip(_TRAILING))
    return kept.rstrip(_TRAILING)


def _balanced(url: str) -> str:
    """Cut at the first closing bracket that nothing opened, or at an opening one never closed."""
    depth = 0
    for at, char in enumerate(url):
        depth += (char == "(") - (char == ")")
        if depth < 0:
            return url[:at]
    return url if depth == 0 else url[: url.index("(")]
