"""What single TeX commands stand for. PURE: tables, built once from pylatexenc and our own rules.

pylatexenc knows some 800 commands; ours are laid over it where people read rather than typeset:
one plain letter for a letter with variants (ϵ and ε), short arrows for long ones, a space for a
space. Its import costs 50 ms, so the table is built when the first TeX is met.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _pairs(text: str) -> Mapping[str, str]:
    words = text.split()
    return MappingProxyType(dict(zip(words[::2], words[1::2], strict=True)))


ACCENTS: Mapping[str, str] = _pairs(
    "` \u0300  ' \u0301  ^ \u0302  ~ \u0303  \" \u0308  = \u0304  . \u0307  u \u0306  v \u030c "
    "H \u030b  c \u0327  k \u0328  r \u030a  d \u0323  b \u0331  t \u0361"
)
"""Accents of text, by command; the mark follows its letter."""

MATH_ACCENTS: Mapping[str, str] = _pairs(
    "hat \u0302  widehat \u0302  tilde \u0303  widetilde \u0303  bar \u0304  overline \u0304 "
    "vec \u20d7  dot \u0307  ddot \u0308  check \u030c  breve \u0306  acute \u0301  grave \u0300 "
    "mathring \u030a  overrightarrow \u20d7"
)
"""Accents of math, by command."""

LETTERS: Mapping[str, str] = _pairs(
    "o ø  O Ø  l ł  L Ł  ss ß  ae æ  AE Æ  oe œ  OE Œ  aa å  AA Å  i ı  j ȷ  dh ð  DH Ð  th þ "
    "TH Þ  dj đ  DJ Đ"
)
"""Letters of words: in text the space after them belongs to the command; not in math."""

ESCAPED: Mapping[str, str] = MappingProxyType(
    dict(_pairs("% % & & # # _ _ $ $ { { } } | ‖"))
    | dict.fromkeys(",;:> \\\n\t", " ")
    | dict.fromkeys("!/-@)(][", "")
)
"""Backslash and one sign that is no letter; delimiters of math come to nothing here."""

FONTS = _names(
    "rm bf it em sl sc sf tt cal frak Bbb Cal mit bm pmb boldmath unboldmath rmfamily sffamily "
    "ttfamily bfseries itshape scshape upshape mathrm mathbf mathit mathsf mathtt mathbb mathcal "
    "mathscr mathfrak mathds mathbbm mathnormal boldsymbol symbf symcal emph textup underline "
    "uline textbf textit textsc textsl textsf texttt textrm textmd textnormal text mbox hbox fbox "
    "verb displaystyle textstyle scriptstyle tiny scriptsize footnotesize small normalsize large "
    "Large LARGE huge Huge noindent centering mathop mathrel mathbin mathord limits nolimits "
    "ensuremath operatorname relax protect xspace left right middle big Big bigg Bigg bigl bigr "
    "Bigl Bigr biggl biggr Biggl Biggr bigm Bigm nonumber notag sout hl null strut par newline "
    "linebreak smallskip medskip bigskip hfill hfil vfill allowbreak nobreak sloppy selectfont "
    "maketitle makebox normalfont unskip"
)
"""Commands that only change how their argument looks: they come to nothing, it stays."""

TEXT_BOXES = _names(
    "text mbox hbox fbox emph textrm textsf texttt textnormal textup textit textbf textsc textsl"
)
"""Commands in math whose argument is prose again."""

DROPPED: Mapping[str, int] = MappingProxyType(
    dict.fromkeys(
        _names(
            "label vspace hspace vskip color includegraphics bibliography bibliographystyle "
            "thispagestyle pagestyle phantom hphantom vphantom cellcolor footnotemark "
            "tag index bibitem setlength"
        ),
        1,
    )
    | {"fontsize": 2}
)
"""Commands that vanish, with so many arguments. Citations and references vanish besides."""

REFERENCE = re.compile(
    r"(?:no|paren|text|foot|auto|smart)?[cC]ite[a-zA-Z]*|(?:eq|auto|page|[cC]|name|v)?ref"
)

SECOND_ARGUMENT = _names(
    "textcolor colorbox hyperlink hypertarget texorpdfstring href foreignlanguage raisebox "
    "resizebox scalebox parbox"
)
r"""Commands of which people read the second argument (of `\href`, the address is added)."""

WRAPPERS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "abs": ("|", "|"),
        "avg": ("⟨", "⟩"),
        "bra": ("⟨", "|"),
        "braket": ("⟨", "⟩"),
        "ceil": ("⌈", "⌉"),
        "enquote": ("“", "”"),
        "floor": ("⌊", "⌋"),
        "footnote": (" (", ")"),
        "footnotetext": (" (", ")"),
        "ket": ("|", "⟩"),
        "norm": ("‖", "‖"),
        "pmod": (" (mod ", ")"),
        "set": ("{", "}"),
        "thanks": (" (", ")"),
    }
)
"""Commands that set signs around their argument."""

STRUCTURES = _names(
    "frac dfrac tfrac cfrac nicefrac sfrac textfrac binom dbinom tbinom over choose atop above "
    "brack brace stackrel overset underset substack overbrace underbrace matrix pmatrix cases "
    "genfrac overleftarrow overleftrightarrow underleftarrow underrightarrow xrightarrow "
    "xleftarrow sideset prescript multicolumn tabular array"
)
"""Commands whose meaning a line of characters would lose: the TeX stays as written."""

FUNCTIONS = _names(
    "arccos arcsin arctan arg cos cosh cot coth csc deg det dim exp gcd hom inf injlim ker lg lim "
    "liminf limsup ln log max min mod bmod Pr projlim sec sin sinh sup tan tanh Re Im argmin "
    "argmax softmax rank tr Tr diag sign sgn poly polylog"
)
"""Names that are set apart from their neighbours by spaces."""

_OURS: Mapping[str, str] = MappingProxyType(
    dict(
        _pairs(
            "epsilon ε  eps ε  phi φ  hbar ℏ  prime ′  ast *  colon :  imath i  jmath j "
            "leqslant ≤  geqslant ≥  leqq ≤  geqq ≥  ne ≠  lt <  gt >  nsim ≁  succeq ⪰  preceq ⪯ "
            "longrightarrow →  longleftarrow ←  gets ←  longmapsto ↦  Longrightarrow ⇒  implies ⇒ "
            "Longleftarrow ⇐  iff ⇔  Longleftrightarrow ⇔  longleftrightarrow ↔  leadsto ⇝ "
            "land ∧  lor ∨  neg ¬  models ⊨  vDash ⊨  owns ∋  join ⋈  lhd ⊲  rhd ⊳  unlhd ⊴ "
            "unrhd ⊵  lbrack [  rbrack ]  lbrace {  rbrace }  vert |  lvert |  rvert | "
            "diamond ⋄  triangle △  Box □  square □  blacktriangle ▲  bigstar ★  checkmark ✓ "
            "cdots ⋯  dotsb ⋯  dotsc …  bullet •  sphericalangle ∢  bigsqcup ⨆  biguplus ⨄ "
            "bigodot ⨀  oiint ∯  smallint ∫  dagger †  ddagger ‡  ddag ‡  degree °  celsius °C "
            "micro μ  percent %  ohm Ω  angstrom Å  varGamma Γ  varDelta Δ  varOmega Ω  varTheta Θ "
            "varLambda Λ  varSigma Σ  varPhi Φ  varPsi Ψ  LaTeX LaTeX  TeX TeX  BibTeX BibTeX "
            "S §  P ¶  pounds £  copyright ©  And &  lq ‘  rq ’  textquotesingle '  textless < "
            "textgreater >  textbar |  textasciitilde ~  textasciicircum ^  textunderscore _ "
            "textbraceleft {  textbraceright }  textbackslash \\  bmod mod  Mod mod "
            "ie i.e.  eg e.g.  etc etc.  vs vs.  cf cf.  wrt w.r.t."
        )
    )
    | dict.fromkeys(
        _names("quad qquad enspace space thinspace nobreakspace medspace thickspace"), " "
    )
    | {"etal": "et al.", "limsup": "lim sup", "liminf": "lim inf", "item": "• "}
)

_PREFIXES = frozenset("√∂∇∑∏∐∫∬∭∮∯∀∃∄∞∅¬∠⨆⨄⨀⋃⋂⋁⋀")  # math signs that nothing stands before


@cache
def symbols() -> Mapping[str, str]:
    """Command (without backslash) → what stands for it; a few stand for nothing."""
    from pylatexenc.latex2text import get_default_latex_context_db  # noqa: PLC0415 (50 ms)

    table = {name: name for name in FUNCTIONS}
    for spec in get_default_latex_context_db().iter_macro_specs():
        meaning = spec.simplify_repl
        if isinstance(meaning, str) and "%" not in meaning and spec.macroname != "today":
            table[spec.macroname] = meaning
    table.update(_OURS)
    for name in (*LETTERS, *ACCENTS, *MATH_ACCENTS, *FONTS):
        table.pop(name, None)
    return MappingProxyType(table)


def is_operator(sign: str) -> bool:
    """Whether a sign stands between two things, so that spaces are set evenly around it."""
    if len(sign) != 1 or sign in _PREFIXES:
        return False
    return unicodedata.category(sign) == "Sm" or sign in "·⋆∘←↑→↓↔⇒⇔…⋯|"
