"""Sub- and superscripts as Unicode has them, else with ^ and _. PURE.

Digits, signs and most letters exist as small signs; a word of three letters or more stays a word
(T_max, not Tₘₐₓ: it must be found by a search and read aloud), and so does whatever Unicode lacks.
"""

import re

_UP = dict(
    zip(
        "0123456789+-−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWβγδεθφχ",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵝᵞᵟᵋᶿᵠᵡ",
        strict=True,
    )
)
_DOWN = dict(
    zip(
        "0123456789+-−=()aehijklmnoprstuvxβγρφχ",
        "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ",
        strict=True,
    )
)
_RAISED = {c: c for c in "*′″°†‡"}  # signs that stand high by themselves
_UP_TABLE = str.maketrans(_UP | {"⊤": "ᵀ", "∘": "°"})
_DOWN_TABLE = str.maketrans(_DOWN)
_UP_KNOWN = frozenset(_UP | _RAISED | {"⊤": "", "∘": ""})
_DOWN_KNOWN = frozenset(_DOWN)
_WORD = re.compile(r"[^\W\d_]{3}")
_DECIMAL = re.compile(r"\d+\.\d+")
_BARE = re.compile(r"[-+]?\d+(?:\.\d+)?|\w+|\S")
_ORDINAL = re.compile(r"st|nd|rd|th")


def superscript(inner: str, *, before: str = "", after: str = "") -> str:
    """Raise `inner`; `before` and `after` are the characters beside it, or empty."""
    inner = inner.strip()
    if before.isdecimal() and _ORDINAL.fullmatch(inner):
        return inner
    tight = inner.replace(" ", "")
    if _UP_KNOWN.issuperset(tight) and not _WORD.search(tight):
        return tight.translate(_UP_TABLE)
    return inner if inner in ("±", "∓") else _written("^", inner, after)


def subscript(inner: str, *, after: str = "") -> str:
    """Lower `inner`; the point of a decimal number (the 0.9 of an alloy) stays a point."""
    inner = inner.strip()
    tight = inner.replace(" ", "")
    known = _DOWN_KNOWN.issuperset(tight.replace(".", "") if _DECIMAL.search(tight) else tight)
    if known and not _WORD.search(tight):
        return tight.translate(_DOWN_TABLE)
    return inner if inner in ("±", "∓") else _written("_", inner, after)


def _written(mark: str, inner: str, after: str) -> str:
    """With its mark; in parentheses where it would run into what follows, or has parts."""
    if not inner:
        return ""
    if len(inner) == 1 or (_BARE.fullmatch(inner) and not after.isalnum()):
        return mark + inner
    if _one_parenthesis(inner):
        return mark + inner
    return f"{mark}({inner})"


def _one_parenthesis(inner: str) -> bool:
    if not (inner.startswith("(") and inner.endswith(")")):
        return False
    return "(" not in inner[1:-1] and ")" not in inner[1:-1]
