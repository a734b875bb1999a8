r"""One raw text being read: signs, groups, formulas, scripts. PURE.

What a command does is not known here: the reader is given a `run` for that (tex_commands.py).
"""

import html
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.compose.tex_marks import pair_marks
from bot.compose.tex_scripts import subscript, superscript
from bot.compose.tex_symbols import ACCENTS, ESCAPED, FONTS, MATH_ACCENTS
from bot.patterns import later

Piece = tuple[str, int, int]
"""Text, and the range of the raw text that it stands for."""

URL = later(
    r"(?<![\w@./-])(?:(?:https?|ftp)://|www\.|(?:[\w-]{1,63}\.){1,8}"
    r"(?:com|org|net|io|edu|gov|ai|dev|eu|uk|de|fr|ch|it|cn|jp|co|me|page|app|info|science)/)"
    r"(?:[^\s{}$<>\"\\'`]|\\[_%#&~^-](?:\{\})?)+",
    re.IGNORECASE,
)
"""An address in running text, TeX's escapes inside it included."""

_TOKEN = later(
    r"(?P<space>\s+)"
    r"|(?P<doubled>\\)(?=\\[A-Za-z]{2}|\\[!%&_#])"
    r"|\\(?P<command>[A-Za-z]+)"
    r"|\\(?P<escape>.?)"
    r"|(?P<open>\{)"
    r"|(?P<drop>\})"
    r"|(?P<dollar>\$)"
    r"|(?P<script>[\^_])"
    r"|(?P<quote>``|''|`|')"
    r"|(?P<dash>-{2,})"
    r"|(?P<tie>~)"
    r"|(?P<entity>&(?:\#\d{1,7}|\#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)"
    r"|(?P<plain>[^\\{}$^_\s~&`'-]+(?:[ -][^\\{}$^_\s~&`'-]+)*|.)",
    re.DOTALL,
)
_DEPTH = 40  # arguments within arguments; beyond it an argument is taken for empty
_DOTTED = {"ı": "i", "ȷ": "j"}
_SPACES = later(r"\s*")
_ESCAPED_IN_URL = later(r"\\([_%#&~^-])(?:\{\})?")
_SINGLE_QUOTED = later(r"`(?=\S)(?:[^`'\n]|'(?=\w)){1,120}'(?!\w)")
# Outside math, _ and ^ are mostly part of a name. They are scripts after a formula of elements,
# a single letter, a bracket, a command or "log", when a number (above also a letter) follows.
_ELEMENT = (
    "A[cglmrstu]|B[aehikr]?|C[adeflmnorsu]?|D[bsy]|E[rsu]|F[elmr]?|G[ade]|H[efgos]?|I[nr]?|Kr?|"
    "L[airuv]|M[cdgnot]|N[abdeip]?|O[gs]?|P[abdmortu]?|R[abefghnu]|S[bcegimnr]?|T[abcehilm]|"
    "U|V|W|Xe|Yb?|Z[nr]"
)
_TAKES_INDEX = later(
    rf"(?:(?<![A-Za-z_])(?:(?:{_ELEMENT})+|[A-Za-zͰ-Ͽ]|log)|\\[A-Za-z]+|[)\]}}])\Z"
)
_INDEX = later(r"\d+(?!\.\d|[a-z\d])")
_TAKES_POWER = later(r"[\w)\]}]\Z")
_POWER = later(r"[-+−]?\d+(?:/\d+)?(?!\.\d)|[A-Za-z](?![A-Za-z])")
_ISOTOPE = later(r"\d+(?=[A-Z])")


class StructureLost(Exception):
    """What is being read cannot be said in one line of characters."""


def clean_url(written: str) -> str:
    r"""An address without TeX's escapes (`\_`, `\~{}`) and HTML's (`&amp;`)."""
    return html.unescape(_ESCAPED_IN_URL.sub(r"\1", written))


@dataclass(frozen=True, slots=True)
class Call:
    """A command as it stands in the text: raw[start:end] is backslash and name."""

    name: str
    start: int
    end: int
    hi: int  # where the range being read ends
    math: bool


Run = Callable[["Reader", Call], int]
"""Carries out a command and answers where reading goes on."""


class Reader:
    """One text being read. `read` walks a range; every other method reads one thing.

    A method that reads one thing takes the match of its token, the end of the range and whether
    it stands in math, appends to `pieces` and returns the position at which reading goes on.
    """

    def __init__(self, raw: str, run: Run) -> None:
        self.raw = raw
        self.run = run
        self.pieces: list[Piece] = []
        self.marks = pair_marks(raw)
        self.urls = {found.start(): found.end() for found in URL.finditer(raw)}
        self.url_starts = sorted(self.urls)
        self.formula = -1  # where the innermost formula's content begins
        self.depth = 0
        self.closing_quotes: set[int] = set()

    # ── walking ──────────────────────────────────────────────────────────────────────────────

    def read(self, lo: int, hi: int, *, math: bool) -> None:
        """Read raw[lo:hi] onto the pieces."""
        at = lo
        while at < hi:
            at = self._url(at, hi) if at in self.urls else self._token(at, hi, math=math)

    def inner(self, lo: int, hi: int, *, math: bool) -> str:
        """Read raw[lo:hi] apart: its text."""
        outer, self.pieces = self.pieces, []
        try:
            self.read(lo, hi, math=math)
            return "".join(piece[0] for piece in self.pieces)
        finally:
            self.pieces = outer

    def emit(self, text: str, start: int, end: int) -> int:
        """Say that `text` stands for raw[start:end]; answers `end`."""
        if text:
            self.pieces.append((text, start, end))
        return end

    def _token(self, at: int, hi: int, *, math: bool) -> int:
        stop = hi
        if self.url_starts:
            later = bisect_left(self.url_starts, at)
            if later < len(self.url_starts):
                stop = min(hi, self.url_starts[later])
        found = _TOKEN.match(self.raw, at, stop)
        assert found is not None
        return _KINDS[found.lastgroup or "plain"](self, found, hi, math)

    def _url(self, at: int, hi: int) -> int:
        end = min(self.urls[at], hi)
        return self.emit(clean_url(self.raw[at:end]), at, end)

    # ── single signs ─────────────────────────────────────────────────────────────────────────

    def _plain(self, found: re.Match[str], _hi: int, _math: bool) -> int:
        return self.emit(found[0], found.start(), found.end())

    def _space(self, found: re.Match[str], _hi: int, _math: bool) -> int:
        return self.emit(" ", found.start(), found.end())

    def _drop(self, found: re.Match[str], _hi: int, _math: bool) -> int:
        return found.end()

    def _entity(self, found: re.Match[str], _hi: int, _math: bool) -> int:
        return self.emit(html.unescape(found[0]), found.start(), found.end())

    def _tie(self, found: re.Match[str], hi: int, math: bool) -> int:
        """A tie between words is a space; before a number, "about"; between numbers, "to"."""
        at = found.start()
        left, right = self.raw[max(0, at - 1) : at], self.raw[at + 1 : min(hi, at + 2)]
        loose = not left or left.isspace() or left in "(["
        about = (loose and not right.startswith("\\")) or (left.isdecimal() and right.isdecimal())
        return self.emit("~" if about and not math else " ", at, at + 1)

    def _dash(self, found: re.Match[str], _hi: int, math: bool) -> int:
        arrow = self.raw[found.end() : found.end() + 1] == ">"
        arrow = arrow or self.raw.endswith("<", 0, found.start())
        text = found[0] if math or arrow else {2: "–", 3: "—"}.get(len(found[0]), found[0])
        return self.emit(text, found.start(), found.end())

    def _quote(self, found: re.Match[str], _hi: int, math: bool) -> int:
        at, sign = found.start(), found[0]
        if math:
            text = {"'": "′", "''": "″"}.get(sign, sign)
        elif sign == "''":
            before, after = self.raw[max(0, at - 1) : at], self.raw[at + 2 : at + 3]
            opens = (not before or before in " (") and bool(after.strip())
            text = "“" if opens else "”"
        elif sign == "`":
            quoted = _SINGLE_QUOTED.match(self.raw, at)
            if quoted:
                self.closing_quotes.add(quoted.end() - 1)
            text = "‘" if quoted else sign
        else:
            text = "“" if sign == "``" else ("’" if at in self.closing_quotes else sign)
        return self.emit(text, at, found.end())

    # ── groups and formulas ──────────────────────────────────────────────────────────────────

    def _open(self, found: re.Match[str], _hi: int, math: bool) -> int:
        end = self.marks.pairs.get(found.start())
        if end is None:
            return found.end()
        called = not math and self.raw.endswith("sqrt", 0, found.start())  # "sqrt{n}", as typed
        self.emit("(" if called else "", found.start(), found.end())
        self.read(found.end(), end, math=math)
        return self.emit(")" if called else "", end, end + 1)

    def _dollar(self, found: re.Match[str], _hi: int, _math: bool) -> int:
        at = found.start()
        end = self.marks.pairs.get(at)
        if end is not None:
            width = 2 if self.raw.startswith("$$", at) and self.raw.startswith("$$", end) else 1
            return self.read_formula(at, at + width, end, end + width)
        if at in self.marks.money or self.raw[at + 1 : at + 2].isdecimal():
            return self.emit("$", at, at + 1)
        return at + 1

    def read_formula(self, start: int, lo: int, hi: int, end: int) -> int:
        """Read a formula; as written where its structure would be lost."""
        before, outer = len(self.pieces), self.formula
        while lo < hi and self.raw[lo].isspace():
            lo += 1
        while lo < hi and self.raw[hi - 1].isspace():
            hi -= 1
        self.formula = lo
        try:
            self.read(lo, hi, math=True)
        except StructureLost:
            del self.pieces[before:]
            self.as_written(start, end)
        finally:
            self.formula = outer
        return end

    def as_written(self, start: int, end: int) -> int:
        """Leave raw[start:end] as TeX."""
        return self.emit(html.unescape(self.raw[start:end]), start, end)

    # ── scripts ──────────────────────────────────────────────────────────────────────────────

    def _script(self, found: re.Match[str], hi: int, math: bool) -> int:
        if math or self.raw[found.end() : found.end() + 1] in ("{", "\\"):
            return self.read_script(found.start(), found[0], hi, math=math)
        return self._script_in_text(found.start(), found[0])

    def read_script(self, at: int, mark: str, hi: int, *, math: bool) -> int:
        """Read the script whose sign stands at `at`; a script within a script is left as TeX."""
        lo, inner_end, end = self.argument(at + 1, hi)
        if re.search(r"(?<!\\)[\^_]", self.raw[lo:inner_end]):
            if math:
                raise StructureLost
            return self.as_written(at, end)
        if math and self.raw[lo : lo + 1] == "\\" and self.raw[end - 1 : end].isalpha():
            beside = self.skip_spaces(end, hi)  # the space may only have ended the command's name
            end = beside if self.raw[beside : beside + 1].isalnum() else end
        inner, after = self.inner_of_argument(lo, inner_end, math=math), self.raw[end : end + 1]
        if mark == "_":
            return self.emit(subscript(inner, after=after), at, end)
        before = (
            self.raw[at - 2 : at - 1]
            if self.raw[at - 1 : at] == "$"
            else self.raw[max(0, at - 1) : at]
        )
        return self.emit(superscript(inner, before=before, after=after), at, end)

    def _script_in_text(self, at: int, mark: str) -> int:
        before = self.raw[max(0, at - 40) : at]
        takes, index = (_TAKES_INDEX, _INDEX) if mark == "_" else (_TAKES_POWER, _POWER)
        if not takes.search(before):
            index = _ISOTOPE
        found = index.match(self.raw, at + 1)
        if found is None or (index is _ISOTOPE and (mark == "_" or before[-1:].strip())):
            return self.emit(mark, at, at + 1)
        small = subscript if mark == "_" else superscript
        return self.emit(small(found[0]), at, found.end())

    # ── commands ─────────────────────────────────────────────────────────────────────────────

    def argument(self, at: int, hi: int) -> tuple[int, int, int]:
        """The argument that stands at `at`: where its content begins, ends, and reading goes on."""
        at = self.skip_spaces(at, hi)
        end = self.marks.pairs.get(at) if self.raw[at : at + 1] == "{" else None
        if end is not None and end < hi:
            return at + 1, end, end + 1
        if at >= hi or self.raw[at] in "{}$^_":
            return at, at, at
        if self.raw[at] != "\\":
            return at, at + 1, at + 1
        return at, *2 * (self._command_end(at, hi),)

    def _command_end(self, at: int, hi: int) -> int:
        found = _TOKEN.match(self.raw, at, hi)
        assert found is not None
        end = found.end()
        name = found["command"]
        takes = name in MATH_ACCENTS or name in FONTS or name == "sqrt"
        if takes and self.depth < _DEPTH:
            self.depth += 1
            end = self.argument(end, hi)[2]
            self.depth -= 1
        return end

    def skip_spaces(self, at: int, hi: int) -> int:
        """The first position from `at` that is no space, or `hi`."""
        found = _SPACES.match(self.raw, at, hi)
        return found.end() if found else at

    def _escape(self, found: re.Match[str], hi: int, math: bool) -> int:
        at, sign = found.start(), found["escape"]
        if sign and sign in "([":
            end = self.marks.pairs.get(at)
            return at + 2 if end is None else self.read_formula(at, at + 2, end, end + 2)
        if sign in ACCENTS and not (math and sign == "="):
            return self.accent(Call(sign, at, found.end(), hi, math), ACCENTS[sign])
        return self.emit(ESCAPED.get(sign, sign), at, found.end())

    def _doubled(self, found: re.Match[str], hi: int, math: bool) -> int:
        r"""Read `\\emph{x}`: escaped once too often, or a line's end before a word."""
        at = found.start()
        name = _TOKEN.match(self.raw, at + 1, hi)
        assert name is not None
        if self.raw.startswith("{", name.end()) or math or not name["command"]:
            return at + 1
        return self.emit(" ", at, at + 2)

    def _command(self, found: re.Match[str], hi: int, math: bool) -> int:
        call = Call(found["command"], found.start(), found.end(), hi, math)
        before = len(self.pieces)
        try:
            return self.run(self, call)
        except StructureLost:
            if math:
                raise
            del self.pieces[before:]
            return self.as_written(call.start, self._past_groups(call.end))

    def _past_groups(self, at: int) -> int:
        while (end := self.marks.pairs.get(at)) is not None and self.raw[at] == "{":
            at = end + 1
        return at

    def accent(self, call: Call, mark: str) -> int:
        """Put an accent on the first letter of the argument; without a letter it stands alone."""
        lo, inner_end, end = self.argument(call.end, call.hi)
        inner = self.inner_of_argument(lo, inner_end, math=call.math)
        if not inner[:1].isalpha():
            sign = call.name if call.name in ("~", "^") else ""
            return self.emit(sign + inner, call.start, end)
        base = inner[0] if call.name in ("c", "k", "d", "b") else _DOTTED.get(inner[0], inner[0])
        return self.emit(unicodedata.normalize("NFC", base + mark) + inner[1:], call.start, end)

    def inner_of_argument(self, lo: int, hi: int, *, math: bool) -> str:
        """As `inner`, but empty when arguments stand within arguments too deep."""
        if self.depth >= _DEPTH:
            return ""
        self.depth += 1
        try:
            return self.inner(lo, hi, math=math)
        finally:
            self.depth -= 1


_KINDS: Mapping[str, Callable[[Reader, re.Match[str], int, bool], int]] = {
    name: getattr(Reader, f"_{name}") for name in _TOKEN.groupindex
}
