r"""Raw text with TeX in; readable pieces, each with the raw range that it stands for, out. PURE.

    raw ──tex_marks──▶ which braces and dollars pair ──tex_reader, tex_commands──▶ pieces
                                                         tex_symbols  tex_scripts

The reader is total: whatever it is given, it never raises, and every word that is neither a
command nor an address comes out. What single commands mean it asks of pylatexenc (tex_symbols.py).
The syntax it reads itself: pylatexenc's own conversion takes ten times as long and more, drops what
follows a bare %, raises on some real abstracts and leaves scripts alone.

A formula whose structure a line of characters would lose (fractions, nested scripts, matrices)
stays as written, whole, with its dollar signs: half-converted TeX is neither text nor TeX.
"""

from bot.compose.tex_commands import run
from bot.compose.tex_reader import Piece, Reader

__all__ = ["Piece", "read_tex"]


def read_tex(raw: str) -> list[Piece]:
    """Read a whole text: pieces in reading order. Runs of spaces are not yet collapsed."""
    reader = Reader(raw, run)
    reader.read(0, len(raw), math=False)
    return reader.pieces
