r"""What TeX's commands do to the text that is being read. PURE.

A command is, in this order: a structure that a line of characters would lose, one of a few with
rules of their own, an accent, a change of font, a letter or sign, or unknown. An unknown command
(authors' own macros) stays as its name, or as its arguments if it has any: `\method` is "method".
"""

from collections.abc import Mapping

from bot.compose.tex_reader import Call, Reader, Run, StructureLost, clean_url
from bot.compose.tex_scripts import superscript
from bot.compose.tex_symbols import (
    ACCENTS,
    DROPPED,
    FONTS,
    FUNCTIONS,
    LETTERS,
    MATH_ACCENTS,
    REFERENCE,
    SECOND_ARGUMENT,
    STRUCTURES,
    TEXT_BOXES,
    WRAPPERS,
    is_operator,
    symbols,
)
from bot.patterns import later

_OPTIONS = later(r"\*?(?:\s*\[[^\[\]{}]{0,80}\]){0,3}")
_SIZE = later(r"(?:left|right|middle)|[bB]igg?[lrm]?")
_UNICODE = later(r"\s*(?:[xX]([0-9a-fA-F]{1,5})|(\d{1,6}))\s*")
_MATH = later(r"(?:equation|align|gather|multline|eqnarray|math|displaymath|flalign)\*?")
_GRID = later(r"(?:[pbvBV]?matrix|smallmatrix|cases|array|tabular)\*?")
_OPENS_BESIDE = later(r"\\(?:left|right|[bB]ig|[{}|,;:!)\]])|[^\w\\{]|\{[(\[|]|\Z")
_SWALLOWS_SPACE = later(r"[\w\\({^]")
_CLOSING = ("⟩", "⌋", "⌉")
_SCRIPTS = later(r"[⁰-ₜᵃ-ᵿᴬ-ᵪʰ-ˣ²³¹ᵢ-ᵪ_^]")


def run(reader: Reader, call: Call) -> int:
    """Carry out one command; answers where reading goes on."""
    name = call.name
    if name in STRUCTURES:
        return _structure(reader, call)
    special = _SPECIAL.get(name)
    if special is not None:
        return special(reader, call)
    if REFERENCE.fullmatch(name):
        return _drop(reader, call)
    return _ordinary(reader, call)


def _ordinary(reader: Reader, call: Call) -> int:
    name, math = call.name, call.math
    if name in ACCENTS and not math:
        return reader.accent(call, ACCENTS[name])
    if name in MATH_ACCENTS:
        return _math_accent(reader, call)
    if name in FONTS:
        return _font(reader, call)
    if name in LETTERS and (not math or len(name) > 1):
        reader.emit(LETTERS[name], call.start, call.end)
        return reader.skip_spaces(call.end, call.hi)
    sign = symbols().get(name)
    if sign is None:
        return _unknown(reader, call)
    return _math_sign(reader, call, sign) if math else _text_sign(reader, call, sign)


# ── signs ────────────────────────────────────────────────────────────────────────────────────────


def _text_sign(reader: Reader, call: Call, sign: str) -> int:
    """Outside math people type spaces to see them; "e.g." does not double a full stop."""
    if sign.endswith(".") and reader.raw.startswith(".", call.end):
        sign = sign[:-1]
    return reader.emit(sign, call.start, _past_empty_group(reader, call))


def _math_sign(reader: Reader, call: Call, sign: str) -> int:
    """In math a space after a command means nothing: set spaces by what the sign is."""
    raw, start = reader.raw, call.start
    after = reader.skip_spaces(call.end, call.hi)
    at_start = start <= reader.formula
    if call.name in FUNCTIONS:
        before = (
            " " if not at_start and (raw[start - 1].isalnum() or raw[start - 1] in ")}]") else ""
        )
        beside = _OPENS_BESIDE.match(raw, after, call.hi)
        return reader.emit(before + sign + ("" if beside else " "), start, after)
    if sign in _CLOSING and reader.pieces and reader.pieces[-1][0] == " ":
        reader.pieces.pop()
    if is_operator(sign):
        if at_start or not raw[start - 1].isspace():
            return reader.emit(sign, start, after)
        follows = after < call.hi and raw[after] not in ",.;:)]}"
        return reader.emit(f" {sign} " if follows else f" {sign}", start, after)
    swallow = _SWALLOWS_SPACE.match(raw, after, call.hi)
    return reader.emit(sign, start, after if swallow else call.end)


def _unknown(reader: Reader, call: Call) -> int:
    groups, at = [], call.end
    while (end := reader.marks.pairs.get(at)) is not None and reader.raw[at] == "{":
        groups.append((at + 1, end))
        at = end + 1
    if not any(lo < hi for lo, hi in groups):
        reader.emit(call.name, call.start, call.end)
        return at
    for lo, hi in groups:
        if lo != groups[0][0]:
            reader.emit(" ", lo - 1, lo)
        reader.read(lo, hi, math=call.math)
    return at


def _past_empty_group(reader: Reader, call: Call) -> int:
    return call.end + 2 if reader.raw.startswith("{}", call.end) else call.end


# ── fonts, accents, wrappers ─────────────────────────────────────────────────────────────────────


def _font(reader: Reader, call: Call) -> int:
    """Only the look changes: the argument, if any, is read where it stands."""
    raw, after = reader.raw, reader.skip_spaces(call.end, call.hi)
    if _SIZE.fullmatch(call.name):
        return after + 1 if raw.startswith(".", after) and call.name[0] in "lrm" else after
    if raw.startswith("*", after):
        after += 1
    end = reader.marks.pairs.get(after)
    if call.math and call.name in TEXT_BOXES and end is not None and raw[after] == "{":
        reader.read(after + 1, end, math=False)
        return end + 1
    return after


def _math_accent(reader: Reader, call: Call) -> int:
    lo, inner_end, end = reader.argument(call.end, call.hi)
    inner = reader.inner_of_argument(lo, inner_end, math=True).strip()
    mark = MATH_ACCENTS[call.name]
    if len(inner) > 1 and call.name in ("overline", "bar") and not _SCRIPTS.search(inner):
        return reader.emit("".join(c + "\u0305" for c in inner), call.start, end)
    rest = inner[1:]
    if len(_SCRIPTS.sub("", rest)) > 0 and not rest.startswith(("_", "^")):
        if call.math:
            raise StructureLost
        return reader.emit(inner, call.start, end)
    base = {"ı": "i", "ȷ": "j"}.get(inner[:1], inner[:1])
    return reader.emit(base + mark + rest if base else "", call.start, end)


def _wrap(reader: Reader, call: Call) -> int:
    """Signs around the argument: bars, quotes, the brackets of a footnote."""
    before, after = WRAPPERS[call.name]
    lo, inner_end, end = reader.argument(_past_options(reader, call), call.hi)
    if lo < inner_end:
        reader.emit(before, call.start, lo)
        reader.read(lo, inner_end, math=call.math)
        reader.emit(after, inner_end, end)
    return end


def _raised(reader: Reader, call: Call) -> int:
    lo, inner_end, end = reader.argument(call.end, call.hi)
    inner = reader.inner_of_argument(lo, inner_end, math=False)
    before = reader.raw[max(0, call.start - 1) : call.start]
    return reader.emit(superscript(inner, before=before), call.start, end)


def _root(reader: Reader, call: Call) -> int:
    r"""`\sqrt[3]{x+1}` is ³√(x+1)."""
    raw, at, degree = reader.raw, reader.skip_spaces(call.end, call.hi), ""
    if raw.startswith("[", at):
        close = raw.find("]", at, call.hi)
        degree = superscript(reader.inner_of_argument(at + 1, max(close, at + 1), math=True))
        at = close + 1 if close > 0 else at
    if "^" in degree:
        raise StructureLost
    lo, inner_end, end = reader.argument(at, call.hi)
    inner = reader.inner_of_argument(lo, inner_end, math=True).strip()
    bare = (
        len(inner) == 1
        or inner.isalnum()
        or (inner[:1] == "(" and inner.find(")") + 1 == len(inner))
    )
    return reader.emit(f"{degree}√{inner if bare else f'({inner})'}", call.start, end)


def _negated(reader: Reader, call: Call) -> int:
    lo, inner_end, end = reader.argument(call.end, call.hi)
    inner = reader.inner_of_argument(lo, inner_end, math=call.math).strip()
    spaced = reader.raw[max(0, call.start - 1) : call.start].isspace() and end < call.hi
    text = (inner[:1] + "\u0338" + inner[1:]) if inner else ""
    return reader.emit(f" {text} " if spaced else text, call.start, end)


def _character(reader: Reader, call: Call) -> int:
    r"""`\unicode{x2013}`, as MathJax writes it."""
    lo, inner_end, end = reader.argument(call.end, call.hi)
    found = _UNICODE.fullmatch(reader.raw, lo, inner_end)
    code = (int(found[1], 16) if found[1] else int(found[2])) if found else 0
    return reader.emit(chr(code) if 0 < code < 0x110000 else "", call.start, end)  # noqa: PLR2004


# ── what vanishes, what has two arguments, what keeps its shape ──────────────────────────────────


def _past_options(reader: Reader, call: Call) -> int:
    found = _OPTIONS.match(reader.raw, call.end, call.hi)
    return found.end() if found else call.end


def _drop(reader: Reader, call: Call) -> int:
    """Leave the command out with its arguments, and the gap that it would leave."""
    end = _past_options(reader, call)
    for _ in range(DROPPED.get(call.name, 1)):
        if reader.raw.startswith("{", reader.skip_spaces(end, call.hi)):
            end = reader.argument(end, call.hi)[2]
    following = reader.raw[end : end + 1]
    if (
        reader.pieces
        and reader.pieces[-1][0] == " "
        and (not following or following in " .,;:)]?!")
    ):
        reader.pieces.pop()
    return end


def _address(reader: Reader, call: Call) -> int:
    lo, inner_end, end = reader.argument(call.end, call.hi)
    return reader.emit(clean_url(reader.raw[lo:inner_end]), lo, end)


def _second(reader: Reader, call: Call) -> int:
    first_lo, first_hi, middle = reader.argument(_past_options(reader, call), call.hi)
    if not reader.raw.startswith("{", reader.skip_spaces(middle, call.hi)):
        reader.read(first_lo, first_hi, math=call.math)
        return middle
    lo, hi, end = reader.argument(middle, call.hi)
    start = len(reader.pieces)
    reader.read(lo, hi, math=call.math)
    if call.name == "href":
        url, shown = (
            clean_url(reader.raw[first_lo:first_hi]),
            "".join(p[0] for p in reader.pieces[start:]),
        )
        if shown.strip().split("://")[-1].rstrip("/") != url.split("://")[-1].rstrip("/"):
            reader.emit(f" ({url})" if shown.strip() else url, first_lo, first_hi)
    return end


def _structure(_reader: Reader, _call: Call) -> int:
    raise StructureLost


def _begin(reader: Reader, call: Call) -> int:
    lo, inner_end, end = reader.argument(call.end, call.hi)
    name = reader.raw[lo:inner_end]
    closing = reader.raw.find(f"\\end{{{name}}}", end, call.hi)
    after = closing + len(name) + 6
    if _GRID.fullmatch(name):
        if call.math or closing < 0:
            raise StructureLost
        return reader.as_written(call.start, after)
    if _MATH.fullmatch(name) and closing >= 0:
        return reader.read_formula(call.start, end, closing, after)
    return end


_SPECIAL: Mapping[str, Run] = {
    **dict.fromkeys(DROPPED, _drop),
    **dict.fromkeys(SECOND_ARGUMENT, _second),
    **dict.fromkeys(WRAPPERS, _wrap),
    **dict.fromkeys(("url", "nolinkurl", "path"), _address),
    "sqrt": _root,
    "not": _negated,
    "unicode": _character,
    "textsuperscript": _raised,
    "begin": _begin,
    "end": _drop,
}
