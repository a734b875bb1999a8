"""The words around a URL → whose it is, and what it leads to. PURE.

Measured on 31,000 papers: of links to code hosts in abstracts fewer than one in two hundred are
somebody else's, so the words must plainly say "based on", "fork of", "the baseline by" before a
repository is dropped. It is the other way round for unknown web addresses: they are shown only
when words introduce them. PURE because it only reads the words it is given.
"""

import re
from dataclasses import dataclass
from enum import IntEnum

from bot.model import LinkKind
from bot.patterns import later


class Whose(IntEnum):
    """Whose a link is, as far as its words say; the greater, the surer that it is the paper's."""

    FOREIGN = -1
    UNSAID = 0
    OWN = 1


@dataclass(frozen=True, slots=True)
class Words:
    """What stands around one URL: `lead` before it in its sentence, `tail` behind it.

    `gap` is the last part of `lead`, since the link before in the same sentence (all of it when
    there is none).
    """

    lead: str
    gap: str
    tail: str


# ── sentences ────────────────────────────────────────────────────────────────────────────────────

_BREAK = later(  # the text is in one line; "e.g. Foo" does not end a sentence
    r"[.!?](?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bet al\.)(?<!\bvs\.)(?<!\bcf\.)(?<!\bFig\.)(?<!\bresp\.)"
    r"(?:[\"'”’)\]}]* (?=[A-Z0-9(\[\"“'{]|$)|(?=(?:Our|The|We|Code)\b))|;\s|\|+\s"
)
_REACH, _REACH_BEHIND = 260, 120  # characters of a sentence that are read around a URL


def lead_of(text: str, start: int) -> str:
    """The part of the sentence that stands before `start`."""
    piece = text[max(0, start - _REACH) : start]
    last = 0
    for match in _BREAK.finditer(piece):
        last = match.end()
    return piece[last:]


def tail_of(text: str, end: int, ceiling: int) -> str:
    """The part of the sentence that stands behind `end`, not reaching beyond `ceiling`."""
    piece = text[end : min(ceiling, end + _REACH_BEHIND)]
    match = re.search(r"[.!?;](?:\s|$)|\|+\s", piece)
    return piece[: match.start()] if match else piece


# ── whose ────────────────────────────────────────────────────────────────────────────────────────

_FOR_GOOD = later(  # these need no other word: what follows is where the authors' things are
    r"\b(?:(?:is|are|be|been|being|was|were|made|make|makes|making|it|them|all)\s+(?:\w+ly\s+|now\s+"
    r"|also\s+|all\s+|soon\s+|both\s+|fully\s+|open\s+)*(?:available|av\w+able|released?|accessible"
    r"|open-?\s?sourced?|hosted|published|provided|shared|found|downloaded|accessed|obtained|located"
    r"|public|viewed|maintained|deposited|archived|uploaded|presented|given|here|seen)\b"
    r"(?:\s+(?:from|at|on|in|via|through|by|under|here))*"
    r"|\b(?:we|to|by|and|will|authors)\s+(?:\w+ly\s+|also\s+|will\s+|further\s+|have\s+|fully\s+"
    r"|hereby\s+)*"
    r"(?:open-?\s?sourc(?:e|ed|ing)|releas(?:e|ed|ing)|publish(?:ed|ing)?|provid(?:e|ed|ing)"
    r"|shar(?:e|ed|ing)|mak(?:e|ing)|made|host|maintain|contribute|upload(?:ed)?)\b"
    r"|\b(?:our|my)\s+(?:\S+\s+){0,3}?(?:code\w*|implementation|project|repo\w*|github|git|software"
    r"|data\w*|models?|benchmark|web\s?(?:site|page)|site|page|homepage|demo|toolkit|toolbox|library"
    r"|package|framework|tool|results|work|method|resources?|materials?|fork|solution|submission"
    r"|scripts?|recipes?)\b)",
    re.IGNORECASE,
)
_NOUN = (
    r"(?:codes?|code\s?base|source|implementation|software|repo(?:sitory|sitories)?|git(?:hub|lab)?"
    r"|project|home\s?page|web\s?(?:site|page)|page|site|demos?|videos?|data\w*|models?|weights"
    r"|checkpoints|benchmark|hugging\s?face|artifacts?|artefacts?|package|supplementary\s\w+"
    r"|materials?|resources?|scripts?|toolkit|toolbox|library|tool|available|availability|link|url"
    r"|here|download|leaderboard|visuali[sz]ations?|results|examples|samples|documentation|blog"
    r"|details|information|dashboard|screencast|location|package\s\S+)"
)
_BEHIND_NOUN = (
    r"\s*(?:for\s+this\s+\w+\s*)?(?:page|link|url|repo\w*|site)?\s*(?:doi|zenodo|zenodo\s+doi)?\s*"
)
_LABEL = later(  # "Code:", "project page (", "Github repo -", "code at"
    r"\b" + _NOUN + _BEHIND_NOUN + r"(?:is\s|are\s)?(?:see\s+|is\s+)?"
    r"(?:[:(\[–—-]|\b(?:at|on|in|via|under|from|here)\b)?[\s:([{~]*$",
    re.IGNORECASE,
)
_PLAIN_LABEL = later(  # the same without any doubt: a colon, or "is at"
    r"\b" + _NOUN + _BEHIND_NOUN + r"(?::|\b(?:is|are)\s+(?:at|on|in|here)\b:?)[\s([{~]*$",
    re.IGNORECASE,
)
_BASED = later(  # the object of these is somebody else's, even of what we release
    r"\b(?:(?:based|built|build|builds|building|rely|relies|relying|depends?|expands?|expanding"
    r"|improves?|improving)\s+(?:\w+ly\s+)?(?:up)?on(?:\s+top\s+of)?|on\s+top\s+of"
    r"|fork(?:s|ed|ing)?\s+(?:of|from)"
    r"|extend(?:s|ed|ing)?|(?:extension|plug-?in|add-?on|wrapper|binding)s?\s+(?:of|to|for|around)"
    r"|(?:adapt|modif|deriv|port|borrow|tak|download|inherit|originat)\w*\s+(?:\S+\s+){0,4}?from"
    r"|adapt(?:s|ing)|(?<!\bas\s)follows|inspired\s+by|modif(?:y|ies|ying)|we\s+integrat\w+\s+(?:\S+\s+){0,4}?into"
    r"|(?:modification|port|variant|clone|fork)s?\s+(?:of|around)|(?:proposed|provided"
    r"|developed|created|written|maintained|introduced|released|published|offered|hosted)\s+by"
    r"|thanks?\s+to|courtesy\s+of|credits?\s+to|re-?implementations?\s+of|reproductions?\s+of"
    r"|official\s+(?:code|implementation|repo\w*|release|version)\s+(?:of|by)"
    r"|fine-?tun\w+\s+(?:from|of)|initiali[sz]ed\s+(?:from|with)"
    r"|powered\s+by|we\s+(?:thank|acknowledge)|upon(?!\s+(?:accept|public|request|paper)))\b",
    re.IGNORECASE,
)
_RIVAL = later(  # what the paper is measured with, also "evaluate our model on"
    r"\b(?:(?:evaluat|test|validat|compar|assess)\w*\s+(?:\S+\s+){0,4}?(?:on|with|against|to)"
    r"|experiments\s+on|outperform(?:s|ed|ing)?|we\s+(?:\w+\s+)?reproduc\w+\s+(?:\S+\s+){0,3}?of)\b",
    re.IGNORECASE,
)
_USED = later(  # weaker: only where nothing before it says that something is released
    r"(?:\b(?:(?:obtain|collect|retriev|cop|sourc|draw|crawl|scrap|extract|start)\w*\s+from|compar\w+"
    r"\s+(?:\S+\s+){0,4}?(?:to|with|against)|outperform(?:s|ed|ing)?|baselines?|in\s+contrast\s+to"
    r"|against|(?:proposed|introduced)\s+in|third-party|unofficial|the\s+original|we\s+follow"
    r"|existing|prior|previous|predecessor|uses|(?:we|by|and|also|then|experiments|is|are|was|were)\s+(?:use|used"
    r"|employ|employed|utili[sz]e|utili[sz]ed|adopt|adopted|leverage|leveraged|run|ran|combine"
    r"|apply|applied|modified|forked|test|tested)|using|utili[sz]ing|employing|leveraging|adopting"
    r"|(?:trained|evaluated?|tested|experiments|run|conducted|implemented|benchmarked)\s+(?:on|with"
    r"|using)|(?:built|written|performed|carried\s+out|done|computed|simulated|analy[sz]ed)"
    r"\s+(?:\w+ly\s+)?(?:with|using)|fine-?tun(?:e|es|ed|ing)|such\s+as|(?:we|paper)\s+(?:stud(?:y|ies)|analy[sz]es?"
    r"|examines?|investigates?|evaluates?|assess(?:es)?)|with\s+(?:\w+\s+)?(?:code|data|weights)"
    r"(?=\s+from))\b|^\W*following\b)",
    re.IGNORECASE,
)
_KNOWN = (
    r"(?:\w+\s+)?(?:public|existing|popular|standard|established|well-known|widely[\s-]used)"
    r"\s+(?:\S+\s+){0,2}\w+s"
)
_THING = (
    r"(?:code\w*|implementation|repo\w*|librar\w+|framework|toolkit|toolbox|package|model|software"
    r"|baseline|project|work|git\s?hub|data\s?set|data|corpus|benchmark|simulator|scripts?|tool"
    r"|weights|method|authors|system|version|platform)"
)
_LEADING_TO = later(  # an object that is a bare noun, or ends by pointing: "the code at"
    rf"(?:(?:the|their|its|an?|public)\s+)?{_THING}?|{_KNOWN}|.*\b(?:available|released|provided|published"
    rf"|hosted|found|located|at|from|in|on|here|via|of|by)|.*\b(?:the|their)\s+[A-Z]\S*\s+{_THING}"
)
_NEW = later(
    r"\b(?:a\s+new|novel|our|we|proposed|this\s+(?:paper|work)|link|url|address|reproduc\w+"
    r"|development|location)\b",
    re.IGNORECASE,
)
_OF_OTHERS = later(  # even where it says that it is available
    rf"^\W*(?i:their|his|her)\s+(?i:{_THING})"
    rf"|^\W*(?i:(?:the\s+)?(?:official\s+|source\s+)?{_THING}\s+(?:of|for|by)\s+(?:the\s+)?"
    r"(?:compet\w+|rival|original|third-party))\b|\b(?:of|by|from)\s+(?:[A-Z]\w+\s+)?[A-Z]\w+\s+(?i:et\s+al)"
    r"|\b(?i:et\s+al)\.?\s(?:\S+\s){0,4}?(?i:their)\s|^\W*(?i:the\s+original\s+(?:code|implementation)\s)"
    r"|\b(?i:unofficial|third-party)\s+(?i:re-?)?(?i:code|implementation)"
)
_OURS = later(r"\b(?:we|our|ours|us)\b", re.IGNORECASE)
_OF_BASELINE = later(
    r"^\W*(?:the\s+)?(?:\w+\s+(?:of|for)\s+(?:the\s+|all\s+)?baselines?|baselines?\s+code)\b",
    re.IGNORECASE,
)
_AFTERWARDS = later(  # behind the URL: "…, which we extend", "… as our baseline"
    r"^[\s)\]},.]*(?:which\s+we\s+(?:extend|build|modif|adapt|use)|(?:is|was|were|are)\s+used\s+as"
    r"|as\s+(?:the|our|a)\s+(?:base|start|back|foundation|reference)|by\s+[A-Z]\w+\s+et\s+al"
    r"|by\s+(?:the|their)\s+(?:organi[sz]ers|authors\s+of|original)"
    r"|is\s+(?:the|a)\s+(?:baseline|original))",
    re.IGNORECASE,
)
_THEN_USED = later(r"^[\s)\]},]*(?:was|were)\s+used\b", re.IGNORECASE)
_EVENT = later(
    r"\b(?:workshops?|conference|symposium|challenge|competition|contest|congress|colloquium|seminar"
    r"|summit|school|hackathon|meeting|tournament|(?:up)?on\s+request|habilitation|thesis)\b",
    re.IGNORECASE,
)
_PAPER_ITSELF = later(  # not trusted before an unknown host: it is the paper, or its journal
    r"\b(?:proceedings|proc\.|track|session|forum|award|winner|talk|journal|published\s+(?:in|at|by"
    r"|version)|accepted\s+(?:at|to|by|in|for)|(?<!are\s)(?<!is\s)presented\s+at|annals|institute"
    r"|society|submitted\s+to|appear\w*\s+(?:in|at)|full\s+(?:version|paper|text)|original\s+document"
    r"|(?:official|final|published|latest|longer|extended|electronic|resolution|complete|pdf|html)"
    r"\s+version|version\s+of\s+this|reprint|preprint|related\s+\S*reprints?|abstract"
    r"|paper\s+(?:is\s+)?(?:also\s+)?(?:available|at|from)|reviews?|postscript|pre-?registr\w+|related\s+(?:work|papers?|topics?)"
    r"|other\s+author\S*|slides|poster|book|chapter|lecture|pdf|e-?mail|contact|correspond\w+"
    r"|author\S*\s+(?:has|web|home)|other\s+formats)\b",
    re.IGNORECASE,
)
_NAMED = later(  # "we present Kiwi (URL)", "this paper introduces the AGAPI platform (URL)"
    r"\b(?:we|paper|work|study|article|here|to)\s+(?:\w+ly\s+|then\s+|also\s+|further\s+)?(?:present"
    r"|introduc|propos|describ|develop|releas|launch|contribut|creat|built|build|design|host|announc"
    r"|construct|implement)(?:e|es|ed|s|t)?\b",
    re.IGNORECASE,
)


_NEAR, _NEARER, _BESIDE = 8, 6, 2  # words between a cue and the link that it governs
_SHORTEST_NAME, _SHORTEST_PLAIN_NAME = 3, 4  # letters that make a name telling: "JAX", "clip"


def whose(words: Words, url: str, *, before: Whose | None = None) -> Whose:
    """Whose the link to `url` is. `before`: whose the link before it in its sentence was."""
    if _AFTERWARDS.search(words.tail):
        return Whose.FOREIGN
    if _THEN_USED.search(words.tail) and not _OURS.search(words.gap):
        return Whose.FOREIGN
    found = _by_last_cue(words.gap, url)
    if found is Whose.UNSAID and before is not None and not _goes_on(words.gap):
        is_new = words.gap.strip(" )]") == ":" or _OURS.search(words.gap)  # "based on URL: URL"
        return Whose.UNSAID if is_new else before
    return found


def _by_last_cue(lead: str, url: str) -> Whose:
    """The cue nearest to the link decides, since "based on X, our code is at URL" is ours."""
    good = _end_of_last(_FOR_GOOD, lead)
    if _OF_OTHERS.search(lead) and not _OURS.search(lead):
        return Whose.FOREIGN
    if _OF_BASELINE.search(lead):
        return Whose.UNSAID
    if _is_object_of(_BASED, lead, url, after=good) or _is_object_of(_RIVAL, lead, url, after=good):
        return Whose.FOREIGN
    if good >= 0 or _PLAIN_LABEL.search(lead):
        return Whose.OWN
    if _is_object_of(_USED, lead, url):
        return Whose.FOREIGN
    return Whose.OWN if _LABEL.search(lead) else Whose.UNSAID


def _is_object_of(cue: re.Pattern[str], words: str, url: str, *, after: int = -1) -> bool:
    """Whether the link is the object of a "based on", "using" and the like that ends `after`.

    Authors end any sentence with their own link in brackets ("… based on graph networks (URL)"), so
    it counts only if nothing stands between, or a bare noun, or a name that the URL repeats.
    """
    end = _end_of_last(cue, words)
    names = words[end:].strip(" \t\n:,([{~\"'`").split() if end > after else []
    if end <= after or len(names) > _NEAR or _NEW.search(" ".join(names)):
        return False
    if len(names) <= _NEARER and _LEADING_TO.fullmatch(" ".join(names)):
        return True
    if cue is _RIVAL and len(names) == 1 and words.endswith("(") and not names[0].islower():
        return True
    return any(_is_named_in(name, url) for name in names)


def _is_named_in(word: str, url: str) -> bool:
    """Whether a name (PyKEEN, nano-GPT) stands in the path of the URL too."""
    name = re.sub(r"[^a-z0-9]", "", word.lower())
    path = re.sub(r"[^a-z0-9/]", "", url.lower().partition("://")[2])
    telling = len(name) >= _SHORTEST_NAME and any(char.isupper() or char.isdigit() for char in word)
    whole = len(name) >= _SHORTEST_PLAIN_NAME and name in path.split("/")
    return whole or (telling and name in path)


def _goes_on(gap: str) -> bool:
    """Whether the sentence begins something new between two links, so that they share nothing."""
    return len(gap.split()) > _NEARER or _NAMED.search(gap) is not None


def _end_of_last(pattern: re.Pattern[str], text: str) -> int:
    last = -1
    for match in pattern.finditer(text):
        last = match.end()
    return last


def is_introduced(words: Words) -> bool:
    """Whether the words introduce what stands behind them as something of this paper."""
    if _FOR_GOOD.search(words.gap) or _LABEL.search(words.gap) or _NAMED.search(words.gap):
        return True
    pointed = _POINTING.search(words.gap) or _READ_ON.search(words.lead + words.tail)
    return pointed is not None and _KIND_WORDS.search(words.gap + words.tail) is not None


def is_surely_introduced(words: Words) -> bool:
    """The same for an address without scheme: it may be only a name ("traffic on Walmart.com")."""
    good, named = _end_of_last(_FOR_GOOD, words.gap), _end_of_last(_NAMED, words.gap)
    if good >= 0 and len(words.gap[good:].split()) <= _BESIDE:
        return True
    if named >= 0 and words.gap.endswith("(") and words.tail.startswith(")"):
        return len(words.gap[named:].split()) <= _NEARER  # "we launch Model Arena (arena.ai)"
    return _POINTING.search(words.gap) is not None and bool(_KIND_WORDS.search(words.gap))


_POINTING = later(
    r"(?:\b(?:at|via|see|visit|under|accessible\s+(?:on|from)|available\s+(?:on|from|through|in)"
    r"|check(?:\s+out)?|refer\s+to|here)|:)[\s:([{~]*$",
    re.IGNORECASE,
)
_READ_ON = later(
    r"\b(?:see|visit|refer\s+to|check(?:\s+out)?|for\s+(?:more|further))\b", re.IGNORECASE
)


def speaks_of_rank(words: Words) -> bool:
    """Whether the last thing named is somebody's list on which the paper has a place."""
    return _RANK.search(words.gap) is not None


def speaks_of_event(words: Words, url: str) -> bool:
    """Whether the last thing named is where people meet, and not what comes with the paper."""
    if _EVENT_PAGE.search(words.gap) or _is_last_named(_EVENT, words.gap):
        return True
    end = _end_of_last(_VENUE, words.gap)  # "accepted to LaMAS (lamas2026)"
    named = re.split(r"[^\w-]+", words.gap[end:]) if _is_last_named(_VENUE, words.gap) else []
    return any(_is_named_in(name, url) for name in named)


def speaks_of_paper(words: Words) -> bool:
    """Whether the last thing named is the paper itself, or where it is printed."""
    return _ITSELF.match(words.gap) is not None or _is_last_named(_PAPER_ITSELF, words.gap)


def _is_last_named(what: re.Pattern[str], words: str) -> bool:
    end = _end_of_last(what, words)
    return end >= 0 and not _KIND_WORDS.search(words[end:])


_ITSELF = later(
    r"\W*(?:is\s+|and\s+)?also\s+available\b|\W*open\s+access\b|\W*also\b\W*$", re.IGNORECASE
)
_RANK = later(
    r"\b(?:performance|results?|scores?|accuracy|rank\w*|places?|top-\S+|state-of-the-art)"
    r"\s+(?:\S+\s+){0,2}(?:on|of|in)\s(?!our\b)[^,;]*$",
    re.IGNORECASE,
)
_VENUE = later(r"\b(?:accepted|presented|appear\w*)\s+(?:at|to|in|by)\b", re.IGNORECASE)
_EVENT_PAGE = later(
    r"\b(?:conference|workshop|symposium)(?:'s)?\s+(?:web\s?)?(?:page|site)\W*$", re.IGNORECASE
)


# ── what ─────────────────────────────────────────────────────────────────────────────────────────

_CODE = (
    r"(?<!qr )(?<!bar)code(?:s|base|bases)?(?!-?\s?(?:generation|gen\b|switch|mix|review|completion"
    r"|search|llm|model|agent|edit|repair|understanding|reasoning|translation|summari|intelligence))"
    r"|implementations?|software|source\s?code|toolkits?|tool\s?box(?:es)?|packages?|librar(?:y|ies)"
    r"|scripts?|plug-?ins?|artifacts?|artefacts?|notebooks?"
)
_PROJECT = (
    r"project(?:'s)?(?:\s?-?\s?(?:web)?(?:page|site|home\s?page))?|home\s?-?pages?|web\s?-?(?:site"
    r"|page)s?|(?<!\d )(?<!\d)page|site|supplementa\w+|details|information|resources|materials?"
)
_DATA = r"data(?:sets?|\s?sets?|bases?)?|corpus|corpora|annotations?|trajectories|test\s?set"
_OTHER = (
    r"benchmarks?|frameworks?|tools?|pipelines?|simulators?|apps?|applications?|suite|environments?"
)
_MODEL = r"models?|weights|checkpoints?"
_DEMO = (
    r"demos?|demonstrations?|leader\s?boards?|playground|videos?|samples|dashboard|arena|visuals?"
    r"|viewer"
)
_KIND_WORDS = later(
    rf"\b(?:(?P<code>{_CODE})|(?P<project>{_PROJECT})|(?P<data>{_DATA})|(?P<model>{_MODEL})"
    rf"|(?P<demo>{_DEMO})|(?P<other>{_OTHER}))\b",
    re.IGNORECASE,
)
_NOT_NAMED = later(
    r"hugging\s?face\s(?:datasets?|models?)?|data\s?-?driven|model-\w+|source-free|\w+-based\s"
    r"|language\smodels?|diffusion\smodels?|benchmark\s(?:data)?sets?",
    re.IGNORECASE,
)


def kinds_in(words: str) -> list[LinkKind]:
    """The kinds of things that `words` name, in their order, each once.

    OTHER stands for words such as "framework" and "benchmark", which may be code or not.
    """
    found = (m.lastgroup for m in _KIND_WORDS.finditer(_NOT_NAMED.sub(" ", words)))
    return [LinkKind(name) for name in dict.fromkeys(found) if name is not None]
