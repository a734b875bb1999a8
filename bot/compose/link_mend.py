r"""Raw text as arXiv gives it → the same text with every URL whole and bare of markup. PURE.

A URL in an abstract is rarely clean: `\url{…}`, `\href{…}{…}`, `\_`, `https:// github. com/ a/b`,
Markdown, HTML. Each rule here is as narrow as its damage, and guarded by a plain search for a trace
of it, because most texts have none. PURE because it only reads the text it is given.
"""

import html
import re

from bot.patterns import later

# ── markup ───────────────────────────────────────────────────────────────────────────────────────

_GROUP = r"\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}"
_HREF = later(r"\\+(?:href|hyperlink|hyperref)\s*" + _GROUP + r"(?:\s*" + _GROUP + r")?")
_URL_COMMAND = later(r"\\+(?:url|nolinkurl|path)\s*" + _GROUP)
_ANCHOR = later(r"<a\s[^<>]*?href\s*=\s*[\"']([^\"'<>]+)[\"'][^<>]*>([^<>]*)</a>", re.IGNORECASE)
_MARKDOWN = later(
    r"\[([^\[\]]*)\]\(\s*(https?:[^\s()]+(?:\([^\s()]*\)[^\s()]*)*)\s*\)", re.IGNORECASE
)
_LOOKS_LIKE_URL = later(r"https?\s*:|www\.|\.\w+/|\.(?:com|io|org|net|ai)\b", re.IGNORECASE)

_TILDE = later(
    r"\\string\s*~|\{?\\textasciitilde\s*(?:\{\})?\}?|\\~\s*(?:\{\s*\})?|\$\s*\\(?:sim|tilde)\s*"
    r"(?:\{\})?\s*\$|\{\\sim\}"
)
_UNDERSCORE = later(r"\{\\_\}|\\+_|\{_\}|\\textunderscore\s?(?:\{\})?")
_ESCAPED = later(r"\\+([#%&/.:-])|\{([-./:])\}")
_COLOUR = later(r"\\(?:text)?color(?:\[\w+\])?\{[^{}]*\}")
_COMMAND = later(r"\\(?:[a-zA-Z]+\*?|[ ,;!\\])")
_INVISIBLE = later("[\u200b-\u200f\u2060\ufeff\u00ad]")


def mend(text: str) -> str:
    """`text` in one line: TeX, HTML and Markdown around its URLs undone, broken URLs joined."""
    if "<a" in text or "<A" in text:
        text = _ANCHOR.sub(lambda m: _joined(m[1], m[2]), text)
    if "](" in text:
        text = _MARKDOWN.sub(lambda m: _joined(m[2], m[1]), text)
    if "&" in text:
        text = html.unescape(text)
    if "\\" in text or "{" in text:
        text = _without_tex(text)
    if not text.isascii():
        text = _INVISIBLE.sub("", text).replace("\uff1a//", "://")
    return _whole(" ".join(text.split()))


def _joined(url: str, words: str | None) -> str:
    """The words of a link before its URL, as if they had been written out; not a URL twice."""
    if words is not None and _LOOKS_LIKE_URL.search(words) and not _LOOKS_LIKE_URL.search(url):
        url, words = words, url  # \href{code}{https://…}
    if words is None or _LOOKS_LIKE_URL.search(words):
        return f" {_solid(url)} "
    return f"{words} {_solid(url)} "


def _solid(url: str) -> str:
    return "".join(url.split())


def _without_tex(text: str) -> str:
    text = _TILDE.sub("~", _UNDERSCORE.sub("_", text))
    text = _HREF.sub(lambda m: _joined(m[1], m[2]), text)
    text = _URL_COMMAND.sub(lambda m: f" {_solid(m[1])} ", text)
    text = _ESCAPED.sub(lambda m: "" if m[0] == "\\-" else m[1] or m[2], text)
    return _COMMAND.sub(" ", _COLOUR.sub(" ", text))


# ── breaks ───────────────────────────────────────────────────────────────────────────────────────

_KNOWN_HOST = (
    r"(?:(?:www\.)?(?:github\.com|gitlab\.com|bitbucket\.org|codeberg\.org|gitee\.com|kaggle\.com"
    r"|huggingface\.co|hf\.co|anonymous\.4open\.science|zenodo\.org|osf\.io|sites\.google\.com"
    r"|sourceforge\.net|gitlab\.[\w.-]+)/|[\w-]+\.github\.io\b)"
)
_SCHEME = later(r"(?<!f)h?t?tp(s?)\s?[:;]\s?/\s?/\s?(?=\w)", re.IGNORECASE)
_SHORT_SCHEME = later(r"https?\s?[:;]?\s?/{0,2}\s?(?=" + _KNOWN_HOST + r")", re.IGNORECASE)
_SPLIT_HOST = later(
    r"\b(github|gitlab|huggingface|bitbucket|anonymous|zenodo)(?: \.\s?|\.\s)"
    r"(com|org|co|4open\.science)(?=\s?/)",
    re.IGNORECASE,
)
_SPLIT_PAGES = later(r"(?<=[\w-])(?: \. ?|\. |\.)github(?: \. ?|\. |\.)io\b", re.IGNORECASE)
_SLUG = r"(?P<slug>[A-Za-z0-9_][\w.-]*(?:/[\w./-]*)?)"
_SPLIT_ROOT = later(  # nothing useful stands before the space: https://github.com/ owner/repo
    r"(?P<head>(?:github\.com|gitlab\.com|bitbucket\.org|codeberg\.org|huggingface\.co"
    r"|4open\.science/r|sites\.google\.com/view|huggingface\.co/(?:datasets|spaces))/) " + _SLUG,
    re.IGNORECASE,
)
_SPLIT_PATH = later(  # …/owner/ repo, …/some- thing: only if what follows looks like a name
    r"(?P<head>https?://[^\s/{}|]{3,80}(?:/[^\s/{}|]{0,80}){0,6}[/_-]) "
    + _SLUG
    + r"(?P<after>\W|$)"
)
_SPLIT_SLASH = later(r"(https?://(?:www\.)?[\w.-]+\.\w+(?:/[\w.-]+)?) /(?=[\w~])")
_TORN_HOSTS = tuple(
    f"{host}{gap}"
    for host in ("github", "gitlab", "huggingface", "bitbucket", "anonymous", "zenodo")
    for gap in (" .", ". ")
)
_TORN_PAGES = (". github", " .github", "github. io", "github .")


def _whole(text: str) -> str:
    """`text`, in one line, with the breaks inside its URLs closed."""
    low = text.lower()
    if low.count("http") + text.count("://") != 2 * (low.count("http://") + low.count("https://")):
        text = _SCHEME.sub(lambda m: f"http{m[1].lower()}://", text)
        text = _SHORT_SCHEME.sub("https://", text)
    if any(torn in low for torn in _TORN_HOSTS):
        text = _SPLIT_HOST.sub(r"\1.\2", text)
    if any(torn in low for torn in _TORN_PAGES):
        text = _SPLIT_PAGES.sub(".github.io", text)
    if "/ " in text:
        text = _SPLIT_ROOT.sub(r"\g<head>\g<slug>", text)
    if " /" in text:
        text = _SPLIT_SLASH.sub(r"\1/", text)
    return _SPLIT_PATH.sub(_join_name, text)


# ── whether two pieces are one URL ───────────────────────────────────────────────────────────────

_OWNER_ONLY = later(r"://(?:www\.)?(?:github|gitlab)\.com/[\w-]+/$|/r/$", re.IGNORECASE)
_LOOKS_LIKE_NAME = later(r"[\d_/-]|[a-z][A-Z]|[A-Z]{2}")
_SMALL_WORDS = frozenset(
    ["and", "or", "for", "to", "which", "where", "with", "in", "on", "at", "online", "soon", "etc"]
)
_SMALL_WORDS |= {"respectively", "upon", "after"}


def _join_name(match: re.Match[str]) -> str:
    """Join `head slug` if the slug reads as a name and not as the sentence going on."""
    head, slug, after = match["head"], match["slug"], match["after"]
    whole = f"{head}{slug}{after}"
    if _is_name(slug, after, head[-1]):
        return whole
    return whole if _OWNER_ONLY.search(head) and _ends_sentence(slug, after) else match[0]


def _is_name(slug: str, after: str, mark: str) -> bool:
    stem = slug.rstrip(".")
    if not stem or stem.isdigit() or slug.lower().startswith(("http", "www.")):
        return False
    if mark in "-_":  # a name broken at its own hyphen goes on with anything but "and"
        return stem.lower() not in _SMALL_WORDS
    return after != ":" and _LOOKS_LIKE_NAME.search(stem) is not None


def _ends_sentence(slug: str, after: str) -> bool:
    """Whether a small word and a full stop are all that follows, as in "…/owner/ name."."""
    stem = slug.rstrip(".")
    if stem.lower() in _SMALL_WORDS or not stem.islower():
        return False
    return slug != stem or after in {")", "]", "}"}
