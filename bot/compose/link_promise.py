"""A paper's abstract and comment → its promise of code, data or models, if it makes one. PURE.

For later use: a paper that promises code can be looked at again. Read sentence by sentence, because
"will" and "code" in different sentences promise nothing. PURE because it only reads the text.
"""

import re
from dataclasses import dataclass

from bot.compose.link_hosts import Place, locate
from bot.compose.link_mend import mend
from bot.compose.link_scan import may_hold_link, scan
from bot.compose.link_words import kinds_in
from bot.model import LinkKind
from bot.patterns import later


@dataclass(frozen=True, slots=True)
class Promise:
    """Authors say that something will be public. `url` is where, if they say so, else empty."""

    kind: LinkKind
    evidence: str  # the sentence
    url: str = ""


# A promise has one of each in one sentence; looked for first, because most texts have none.
_LATER = (
    "will ",
    "soon",
    "upon",
    "once",
    "after",
    "following",
    "pending",
    "plan",
    "to be",
    "shall",
)
_LATER_TOO = ("intend", "aim to", "hope to", "going to", "like to", "commit")
_STEMS = ("releas", "sourc", "avail", "public", "soon", "provid", "shar", "publish", "upload")
_SENTENCE = later(r"(?<=[.!?;])(?:\s+|(?=[A-Z]))|\s\|\|?\s|\n\s*\n")
_BETWEEN = (
    r"(?:(?:soon|also|all|both|further|fully|then|later|eventually|now|the|our|its|this|these|\w+ly"
    r"|codes?|source|and|data|datasets?|models?|weights|full|complete|entire|relevant)\s+){0,6}"
)
_STATE = (
    r"(?:released?|open-?\s?sourced?|publicly|public|published|available|av\w+able|accessible|shared"
    r"|provided|uploaded|hosted|found|online|open)"
)
_FUTURE = later(
    r"\b(?:will|shall|to)\s+" + _BETWEEN + r"be(?:come)?\s+(?:\w+\s+){0,4}?" + _STATE + r"\b"
    r"|\b(?:we|authors|and)\s+(?:\w+ly\s+|also\s+)?(?:will|shall|plan\s+to|intend\s+to"
    r"|aim\s+to|hope\s+to|are\s+going\s+to|are\s+planning\s+to|would\s+like\s+to|commit\s+to)\s+"
    + _BETWEEN
    + r"(?:releas\w+|open-?\s?sourc\w+|publish\w*|mak(?:e|ing)|shar(?:e|ing)|provid(?:e|ing)"
    r"|upload)\b"
    r"|\bto\s+be\s+(?:\w+ly\s+)?(?:released|open-?\s?sourced)\b"
    r"|\b(?:coming|available|released?|public|online|up)\s+(?:very\s+)?soon(?=\W*$|[.,;)]|\s(?:on|at|in)\b)"
    r"|\bsoon\s+available\b|\b(?:releas\w+|open-?\s?sourced?|available|public|published|shared|provided)"
    r"(?:\s+(?:\w+ly|on|at|in|via|\S*git\S*)){0,3}\s+(?:upon|after|once|following|pending)"
    r"\s+(?:\w+\s+){0,3}(?:accept\w+|publication|publish\w*|review\w*)\b",
    re.IGNORECASE,
)
_THINGS = later(
    r"\b(?:codes?|code\s?base|implementations?|source|software|scripts?|datasets?|data|benchmarks?"
    r"|models?|weights|checkpoints?|toolkit|librar(?:y|ies)|package|repository|framework|everything"
    r"|resources|materials|artifacts?|project)\b",
    re.IGNORECASE,
)


def find_promise(abstract: str, comment: str | None) -> Promise | None:
    """The first promise of code, else the first of data or a model, else None.

    A promise that names an address ("code will be released at …") is one too: until it is kept the
    address is empty.
    """
    promises = [
        promise
        for text in (abstract, comment)
        if text and _may_promise(text)
        for sentence in _SENTENCE.split(mend(text) if may_hold_link(text) else text)
        if _may_promise(sentence) and (promise := _promised(sentence)) is not None
    ]
    of_code = [promise for promise in promises if promise.kind is LinkKind.CODE]
    return next(iter(of_code or promises), None)


def _may_promise(text: str) -> bool:
    low = text.lower()
    return any(stem in low for stem in _STEMS) and any(
        word in low for word in (*_LATER, *_LATER_TOO)
    )


def _promised(sentence: str) -> Promise | None:
    future = _FUTURE.search(sentence)
    if future is None or not _THINGS.search(sentence):
        return None
    return Promise(_kind(sentence), " ".join(sentence.split()), _address(sentence))


def _kind(sentence: str) -> LinkKind:
    """Code if it is among what is promised, else what is named first."""
    kinds = kinds_in(sentence)
    if LinkKind.CODE in kinds:
        return LinkKind.CODE
    return next((k for k in kinds if k is not LinkKind.DEMO), LinkKind.OTHER)


def _address(sentence: str) -> str:
    """The first address in the sentence that is not a publication's."""
    if not may_hold_link(sentence):
        return ""
    found = (locate(mention.url) for mention in scan(sentence))
    return next((a.url for a in found if a and a.place is not Place.PUBLICATION), "")
