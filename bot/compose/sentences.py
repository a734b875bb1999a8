"""An abstract in, its sentences and the one that states the contribution out. PURE.

The contribution is found by a closed list of cues (we propose, this paper, is presented …), read in
order: the first sentence with a cue is shown as it stands. Nothing is weighed or rewritten, so what
people see can always be explained, and is always the authors' own sentence.
"""

from itertools import pairwise

from bot.compose.text_plain import plain
from bot.model import Plain
from bot.patterns import later_unicode

# Where a sentence may end: a stop, perhaps quotes and brackets, space, and something that looks
# like a beginning: a capital, a digit, a quote, a symbol, or a name such as iVISPAR or bioRxiv.
_END = later_unicode(
    r"[.!?…]+[\"'”’)\]]*(?=\s+[\"'“‘(\[$]*(?:\p{Lu}|\d|\p{Greek}|\p{Sm}|\p{Ll}+[-\d]*\p{Lu}))"
    r"|(?<=[\p{Ll})\]])\.(?=(?:We|Our|This|Here|In this|To address|Moreover|Furthermore|However)\b)"
)
_NEVER_ENDS = later_unicode(
    r"(?:^|[^\p{L}])(?:i\. ?e|e\. ?g|cf|viz|vs|resp|approx|ca|w\.r\.t|a\.k\.a|s\.t|esp|incl|"
    r"[Ff]igs?|[Ee]qs?|[Ee]qn|[Ss]ecs?|[Ss]ect|[Rr]efs?|[Tt]abs?|[Cc]h(?:ap)?|[Aa]pp|[Nn]os?|"
    r"[Vv]ols?|[Pp]rop|[Tt]hm|[Ll]em|[Cc]or|[Dd]ef|[Dd]r|[Pp]rof|[Mm]rs?|[Mm]s|[Ss]t|[Ss]r|"
    r"[Pp]hys|[Rr]ev|[Ll]ett|[Mm]ath|[Pp]roc|[Tt]rans|[Aa]nn|[Jj]ourn|[Aa]stron|[Aa]strophys|"
    r"[Cc]omm(?:un)?|[Ss]oc|[Aa]cad|[Ii]nt|[Cc]onf|[Nn]at|[Ss]ci|[Cc]hem|Opt|Am|arXiv|[Nn]ucl|[Ii]nst)\.$"
)
_MAY_END = later_unicode(
    r"(?:^|[^\p{L}])(?:et\.? al|etc|[Ii]nc|[Ll]td|[Cc]o|[Jj]r|[Uu]niv|[Dd]ept)\.$"
)
_INITIAL = later_unicode(r"(?:^|[\s(\[.\-–])\p{Lu}\.$")
_OPENER = later_unicode(
    r"\s*[\"“(]?(?:A|Additionally|After|Also|Although|An|And|As|At|Based|Because|Both|But|By|Despite|"
    r"Each|Existing|Experiments?|Finally|First|For|From|Further|Furthermore|Given|Hence|Here|How|"
    r"However|I|If|In|Instead|It|Its|Let|Many|Moreover|Most|Next|No|Notably|Now|On|One|Our|Prior|"
    r"Recent|Recently|Results?|Second|Since|So|Some|Specifically|Such|That|The|Then|There|Therefore|"
    r"These|They|This|Thus|To|Two|Under|Unlike|Using|We|What|When|Where|While|With|Yet)\b"
)
_ONE_THING = later_unicode(r"\$[^$]*\\[^$]*\$|\([^()]{1,200}\)|\[[^\[\]]{1,200}\]|“[^“”]{1,100}”")

# ── the closed list of cues ──────────────────────────────────────────────────────────────────────

_DOES = (  # beginnings of verbs, so that "present", "presents" and "presented" are one entry
    "achiev|adapt|address|advanc|advocat|aim|analy[sz]|answer|appl[iy]|ask|assess|attempt|augment|"
    "begin|benchmark|bridg|build|built|bypass|calculat|carr(?:y|ied) out|cast|characteri[sz]|"
    "classif|clos|collect|combin|compar|complet|comput|conduct|consider|construct|continu|"
    "contribut|creat|curat|defin|demonstrat|deriv|describ|design|detect|determin|develop|devis|"
    "discover|discuss|employ|enhanc|equip|establish|estimat|evaluat|examin|expand|explain|exploit|"
    "explor|extend|fabricat|fill|find|focus|formali[sz]|formulat|found|fram|gather|gave|"
    "generali[sz]|generat|giv|highlight|identif|illustrat|implement|improv|initiat|integrat|"
    "interpret|introduc|investigat|lay out|leverag|look (?:at|for)|make|map|measur|model|observ|"
    "obtain|offer|open-sourc|optimi[sz]|outlin|perform|point out|posit\\b|predict|present|prob[ei]|"
    "produc|propos|prov|quantif|re-examin|reali[sz]|recall|recast|reconsider|reconstruct|reduc|"
    "refin|reformulat|releas|replac|report|reproduc|resolv|rethink|reveal|review|revisit|scal|"
    "search|seek|set out|shift|show|simulat|sketch|solv|step|stud(?:y|ied)|suggest|summari[sz]|"
    "survey|synthesi[sz]|systemati[sz]|tackl|test|trac|train|transfer|translat|treat|turn|unif|"
    "us(?:e|ed|ing)\\b|utili[sz]|validat|verif|view"
)
_MEANWHILE = (  # words that may stand between "we" and its verb; no modals: "we can" is not a deed
    r"(?:\w+ly,?|here|hereby|also|first|then|further|now|next|thus|therefore|instead|have|has|will|"
    r"do|did|both|to|by|with|explicitly|start|begin|try)"
)
_WORK = (
    "paper|work|article|study|letter|report|thesis|dissertation|manuscript|book|volume|note|notes|"
    "survey|review|tutorial|course|chapter|contribution|research|investigation|monograph|document|"
    "essay|talk|lectures?"
)
_ACTIVE = later_unicode(
    rf"\b(?:we|I)(?:,[^,]{{1,40}},)? (?:{_MEANWHILE} ){{0,4}}(?:{_DOES})"
    rf"|\b(?:this|the present|our) (?:[\w-]+ ){{0,3}}(?:{_WORK})\b(?! was\b)"
    rf"|\bthe (?:{_WORK}) (?:\w+ly )?(?:{_DOES})"
    r"|\b(?:aim|goal|purpose|objective)s? of (?:this|the present|our)\b"
    r"|^\S+ (?:introduces|presents|proposes|provides)\b",
    ignore_case=True,
)
_PASSIVE = later_unicode(
    r"\b(?:is|are)(?: also| then)? (?:proposed|presented|introduced|investigated|studied|reported|"
    r"developed|described|derived|analy[sz]ed|examined|discussed|considered|established|proved|"
    r"proven|shown|calculated|computed|obtained|demonstrated|constructed|given|outlined|reviewed|"
    r"deduced)\b"
    r"|\b(?:was|were) (?:investigated|studied|measured|determined|evaluated|calculated|examined|"
    r"performed|carried out|analy[sz]ed|developed|built|synthesi[sz]ed|observed)\b",
    ignore_case=True,
)
_EARLIER = later_unicode(
    r"\b(?:in|of) (?:a|our|an|the|some|several)? ?(?:previous|earlier|prior|companion|preceding) ",
    ignore_case=True,
)


def excerpt(abstract: str) -> Plain:
    """The first sentence that states the contribution, else the first one.

    `abstract` is raw. What the authors do ("we show", "this paper") goes before what is done ("is
    shown"), which stands in backgrounds too. A sentence that is not the first begins with "… ".
    """
    parts = sentences(plain(abstract))
    for cue in (_ACTIVE, _PASSIVE):
        for place, part in enumerate(parts):
            if cue.search(part) and not _EARLIER.search(part):
                return part if place == 0 else Plain(f"… {part}")
    return parts[0] if parts else Plain("")


def sentences(text: str) -> list[Plain]:
    """Cut plain text into sentences: none is lost, each is stripped."""
    inside = [found.span() for found in _ONE_THING.finditer(text)]
    cuts = [0]
    for found in _END.finditer(text):
        at = found.end()
        if not any(start < at < end for start, end in inside) and _ends(text, found.start(), at):
            cuts.append(at)
    cuts.append(len(text))
    parts = (text[lo:hi].strip() for lo, hi in pairwise(cuts))
    return [Plain(part) for part in parts if part]


def _ends(text: str, stop: int, after: int) -> bool:
    """Whether the full stop at `stop` ends a sentence, rather than an abbreviation or initial."""
    before = text[max(0, stop - 16) : stop + 1]
    quoted = any(sign in "\"'”’" for sign in text[stop + 1 : after])
    if quoted or not before.endswith("."):
        return True
    if _NEVER_ENDS.search(before):
        return False
    if _MAY_END.search(before) or _INITIAL.search(before):
        return bool(_OPENER.match(text, after))
    return True
