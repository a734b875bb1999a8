"""Bytes → a well-formed XML root, or the error that says what they are instead. PURE.

Strict: no recovery, no entities, no network, no document types. A cut or empty answer must never
read as "nothing new".
"""

import re

from lxml import etree

from bot.errors import ArxivBusy, ArxivGarbled

RATE_EXCEEDED = b"Rate exceeded."

_DOCTYPE = re.compile(rb"<!DOCTYPE", re.IGNORECASE)
_PARAGRAPH = re.compile(r"\n[ \t]+")


def read_xml(body: bytes, what: str) -> etree._Element:
    """Return the document's root. `what` names the document in errors.

    Raises `ArxivBusy` for arXiv's throttling text, else `ArxivGarbled`.
    """
    if body.strip() == RATE_EXCEEDED:
        raise ArxivBusy("arXiv answered 'Rate exceeded.'")
    if not body.strip():
        raise ArxivGarbled(f"{what}: the answer is empty")
    if looks_like_html(body):
        raise ArxivGarbled(f"{what}: the answer is an HTML page")
    if _DOCTYPE.search(body[:4096]):
        raise ArxivGarbled(f"{what}: the answer brings document types of its own")
    try:
        return etree.fromstring(body, _parser())
    except etree.XMLSyntaxError as error:
        raise ArxivGarbled(f"{what}: the answer is cut or not XML ({error.msg})") from error


def looks_like_html(body: bytes) -> bool:
    """Whether a page for people came instead of data."""
    start = body[:2000].lstrip().lower()
    return start.startswith(b"<!doctype html") or b"<html" in start


def text_of(parent: etree._Element, path: str) -> str | None:
    """Return the element's whole text; None if the element is missing."""
    found = parent.find(path)
    if found is None:
        return None
    return whole_text(found) if len(found) else found.text or ""


def whole_text(element: etree._Element) -> str:
    """Return all text inside an element."""
    return "".join(map(str, element.itertext()))


def one_line(text: str) -> str:
    """Collapse every run of white space: for titles, comments, names."""
    return " ".join(text.split())


def reflow(text: str) -> str:
    """Undo hard line wraps, keep paragraphs (a newline and two spaces), as the API does.

    So an abstract is the same text whether the feed, the API or OAI brought it.
    """
    return "\n  ".join(one_line(part) for part in _PARAGRAPH.split(text.strip()))


def local_name(element: etree._Element) -> str:
    """Return the element's name without its namespace."""
    return etree.QName(element).localname


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
