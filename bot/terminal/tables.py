"""Rows → an aligned table on a terminal, or tab-separated lines in a pipe. PURE.

Reads well without colour; a wide last column is left to wrap by the terminal.
"""

import unicodedata
from collections.abc import Sequence

Row = Sequence[str]


def table(rows: Sequence[Row], *, aligned: bool) -> str:
    """Return the rows as text, one line each; the first row is the headings.

    In a pipe (`aligned` false) the headings are left out and cells are separated by tabs.
    """
    if not aligned:
        return "".join("\t".join(_one_line(cell) for cell in row) + "\n" for row in rows[1:])
    cells = [[_one_line(cell) for cell in row] for row in rows]
    widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
    return "".join(_line(row, widths) for row in cells)


def _line(row: Row, widths: Sequence[int]) -> str:
    padded = [cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)]
    return "  ".join(padded).rstrip() + "\n"


def _one_line(cell: str) -> str:
    return " ".join(cell.split())


def _width(text: str) -> int:
    """Return how many columns a terminal gives the text."""
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return len(text) + wide - sum(unicodedata.combining(char) > 0 for char in text)
