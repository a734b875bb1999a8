"""Raw text from arXiv in, text for people out. PURE. What others use of the text modules.

plain, plain_spans     text_plain.py    TeX, entities, odd characters → text (and the way back)
truncate               truncate.py      as much as fits, once escaped
excerpt                sentences.py     the sentence that states the contribution
authors_line           text_authors.py  names as the digest shows them
"""

from bot.compose.sentences import excerpt
from bot.compose.text_authors import authors_line
from bot.compose.text_plain import PlainText, plain, plain_spans
from bot.compose.truncate import truncate, utf16_length

__all__ = [
    "PlainText",
    "authors_line",
    "excerpt",
    "plain",
    "plain_spans",
    "truncate",
    "utf16_length",
]
