"""A URL as it was found → the address to show, and what sort of place it is. PURE.

Knows how each host lays out its addresses: what names a repository and what is a branch or file
in it, which hosts only ever carry publications, which DOIs are data. No network: whether a
repository exists is not asked. PURE because an address is judged by its letters alone.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import SplitResult, urlsplit

from bot.model import LinkKind
from bot.patterns import later


class Place(StrEnum):
    """What sort of place a host is; decides what its links are when the words do not say."""

    REPOSITORY = "repository"  # GitHub and its like: code unless the words say data
    PACKAGE = "package"  # PyPI, CRAN: code, but the repository is better
    HUB = "hub"  # Hugging Face and its like: the address says model, data or demo
    ARCHIVE = "archive"  # Zenodo and its like: data unless the words say code
    PAGE = "page"  # github.io and its like: a project's page
    VIDEO = "video"
    WEB = "web"  # anything else: believed only when words introduce it
    PUBLICATION = "publication"  # a paper, journal, licence or encyclopaedia: never shown


@dataclass(frozen=True, slots=True)
class Address:
    """Where a link leads. `kind` is what the address itself says, None if the words decide."""

    url: str
    host: str
    place: Place
    kind: LinkKind | None = None


# ── hosts by name ────────────────────────────────────────────────────────────────────────────────

_PUBLICATIONS = later(
    r"(?:^|\.)(?:arxiv\.org|doi\.org|openreview\.net|aclanthology\.org|aclweb\.org|ieee\.org"
    r"|ieeexplore\.\w+|ieeecomputersociety\.org|dl\.acm\.org|acm\.org|springer\.com|springeropen\.com"
    r"|sciencedirect\.com|elsevier\.com|nature\.com|science\.org|sciencemag\.org|wiley\.com|mdpi\.com"
    r"|tandfonline\.com|sagepub\.com|iop\.org|iopscience\.\w+|aps\.org|aip\.org|pnas\.org|oup\.com"
    r"|cambridge\.org|worldscientific\.com|emis\.de|imstat\.org|projecteuclid\.org|jstor\.org"
    r"|jmlr\.org|jair\.org|mlr\.press|neurips\.cc|nips\.cc|iclr\.cc|icml\.cc|thecvf\.com|bmva\.org"
    r"|isca-speech\.org|isca-archive\.org|dagstuhl\.de|ceur-ws\.org|usenix\.org|aaai\.org|ijcai\.org"
    r"|ssrn\.com|hal\.science|archives-ouvertes\.fr|biorxiv\.org|medrxiv\.org|vixra\.org|osti\.gov"
    r"|researchgate\.net|academia\.edu|semanticscholar\.org|scitepress\.org|frontiersin\.org|plos\.org"
    r"|hindawi\.com|rsc\.org|royalsocietypublishing\.org|optica\.org|opg\.optica\.org|spiedigitallibrary"
    r"\.org|inspirehep\.net|adsabs\.harvard\.edu|ads\.\w+|wikipedia\.org|orcid\.org|handle\.net"
    r"|pubmed\.\S+|europepmc\.org|creativecommons\.org|gnu\.org|opensource\.org|scholar\.google\.\w+"
    r"|linkedin\.com|twitter\.com|x\.com|facebook\.com|preprints\.org|lipics\.\w+|eudml\.org"
    r"|crossmark\.\w+|crossref\.org|edas\.info|easychair\.org|zbmath\.org|ams\.org|siam\.org)$"
)
_PAGES = later(
    r"\.(?:github\.io|gitlab\.io|bitbucket\.io|codeberg\.page|netlify\.app|vercel\.app|pages\.dev"
    r"|web\.app|firebaseapp\.com|readthedocs\.io|readthedocs\.org|rtfd\.io|herokuapp\.com"
    r"|streamlit\.app|hf\.space|surge\.sh|notion\.site|weebly\.com|wixsite\.com|sourceforge\.io"
    r"|sourceforge\.net|gitbook\.io|framer\.website|webflow\.io|onrender\.com|azurewebsites\.net"
    r"|azurestaticapps\.net|fly\.dev|replit\.app|gradio\.live|r-universe\.dev|godaddysites\.com)$"
    r"|^sites\.google\.com$"
)
_ARCHIVES = later(
    r"(?:^|\.)(?:zenodo\.org|figshare\.com|osf\.io|kaggle\.com|datadryad\.org|dataverse\.\S+"
    r"|data\.mendeley\.com|physionet\.org|ieee-dataport\.org|openicpsr\.org|opendatalab\.com"
    r"|codeocean\.com|drive\.google\.com|docs\.google\.com|dropbox\.com|pan\.baidu\.com"
    r"|1drv\.ms|onedrive\.live\.com|mega\.nz|box\.com|data\.4tu\.nl|materialscloud\.org|grand-"
    r"challenge\.org|universe\.roboflow\.com|cyverse\.org|synapse\.org|tcia\.at|openml\.org)$"
)
_VIDEOS = later(r"(?:^|\.)(?:youtube\.com|youtu\.be|vimeo\.com|bilibili\.com|b23\.tv)$")
_PACKAGES = later(
    r"(?:^|\.)(?:pypi\.org|pypi\.python\.org|cran\.r-project\.org|bioconductor\.org|anaconda\.org"
    r"|npmjs\.com|crates\.io|ctan\.org|hackage\.haskell\.org|isa-afp\.org|hub\.docker\.com"
    r"|mathworks\.com|marketplace\.visualstudio\.com|ascl\.net|archive\.softwareheritage\.org)$"
)
_FORGE = later(
    r"^(?:www\.)?(?:gitlab\.[\w.-]+|[\w.-]+\.gitlab\.[\w.-]+|git(?:hub|ea|lab)?\.[\w-]+\.[\w.-]+"
    r"|git-[\w-]+\.[\w.-]+|git\.[\w.-]+|gogs\.[\w.-]+|forge\.[\w.-]+|codebase\.helmholtz\.cloud"
    r"|code\.[\w-]+\.(?:edu|gov|org|fr|de|eu)|sr\.ht|git\.sr\.ht|framagit\.org|invent\.kde\.org)$"
)
# DOI prefixes under which data and software are deposited; every other DOI is a publication.
_DATA_DOI = later(
    r"^/?10\.(?:5281/zenodo|6084/m9\.figshare|17605/osf|5061/dryad|7910/dvn|17632|21227|34740|13026"
    r"|57967|24433|4121|18419|25910|48550/data|60507|5683|3886|15454|6078|26180|35097|57745|5524"
    r"|21942)",
    re.IGNORECASE,
)


_HOST = later(r"[\w-]+(?:\.[\w-]+)+")


def locate(url: str) -> Address | None:
    """The address behind `url`, or None if it leads nowhere in particular (`github.com/`)."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".")
    except ValueError:  # "https://[…": not an address
        return None
    if _HOST.fullmatch(host) is None:
        return None
    bare = host.removeprefix("www.")
    forge = _FORGES.get(bare)
    if forge is not None:
        return forge(parts, bare)
    return _by_name(parts, host)


def _by_name(parts: SplitResult, host: str) -> Address | None:
    if host.endswith("doi.org"):
        deposited = _DATA_DOI.match(parts.path) is not None
        place = Place.ARCHIVE if deposited else Place.PUBLICATION
        return Address(parts.geturl(), host, place)
    if _FORGE.match(host):
        return _gitlab(parts, host)
    if _DOCUMENT.search(parts.path):
        return _whole(parts, host, Place.PUBLICATION)
    for pattern, place in _PLACES:
        if pattern.search(host):
            return _whole(parts, host, place)
    return _whole(parts, host, Place.WEB)


_DOCUMENT = later(r"\.(?:pdf|ps|ps\.gz|eps|docx?|pptx?|djvu)$|/licen[cs]es?(?:/|$)", re.IGNORECASE)
_PLACES = (
    (_PUBLICATIONS, Place.PUBLICATION),
    (_PAGES, Place.PAGE),
    (_ARCHIVES, Place.ARCHIVE),
    (_VIDEOS, Place.VIDEO),
    (_PACKAGES, Place.PACKAGE),
)
# Hosts that serve the same page with and without the last slash.
_SLASH_IS_NOTHING = later(r"github\.io$|gitlab\.io$|sites\.google\.com$|zenodo\.org$|osf\.io$")
_EMPTY_ROOTS = frozenset(
    {"sites.google.com", "drive.google.com", "kaggle.com", "zenodo.org", "figshare.com", "osf.io"}
    | {"github.io", "youtube.com", "pypi.org"}
)


def _whole(parts: SplitResult, host: str, place: Place) -> Address | None:
    """The address as written; only a slash that means nothing goes."""
    bare = host.removeprefix("www.")
    path = parts.path
    if path.strip("/") == "" and bare in _EMPTY_ROOTS:
        return None
    query = f"?{parts.query}" if parts.query else ""
    tail = f"{query}#{parts.fragment}" if parts.fragment else query
    if not tail and (path == "/" or _SLASH_IS_NOTHING.search(host)):
        path = path.rstrip("/")
    return Address(f"{parts.scheme.lower()}://{parts.netloc}{path}{tail}", host, place)


# ── repositories ─────────────────────────────────────────────────────────────────────────────────

_OWNER = later(r"[A-Za-z0-9][\w-]*")
_NOT_OWNERS = frozenset(
    {"about", "apps", "collections", "explore", "features", "issues", "login", "marketplace"}
    | {"notifications", "orgs", "pricing", "search", "settings", "site", "sponsors", "topics"}
    | {"trending", "enterprise", "readme", "xxx", "xxxx", "your-username", "redacted"}
)


def _github(parts: SplitResult, host: str) -> Address | None:
    """`owner/repository`, or an owner's page; branches, files and fragments fall away."""
    names = _names(parts.path)
    if not names or names[0].lower() in _NOT_OWNERS or not _OWNER.fullmatch(names[0]):
        return None
    return _repository(host, names[:2])


def _two_names(parts: SplitResult, host: str) -> Address | None:
    """`owner/repository` on hosts that keep no other pages worth a link."""
    names = _names(parts.path)
    return _repository(host, names[:2]) if names else None


def _gitlab(parts: SplitResult, host: str) -> Address | None:
    """Groups nest: everything up to `/-/`, `/tree/` and the like is the repository."""
    path = re.split(r"/-(?:/|$)|/(?:tree|blob|raw|issues|wikis|src|commit)(?:/|$)", parts.path)[0]
    names = _names(path)
    if not names:
        return None
    scheme = "https" if host == "gitlab.com" else parts.scheme.lower()  # some know only http
    url = f"{scheme}://{parts.netloc.lower()}/{'/'.join(names)}"
    return Address(url, host, Place.REPOSITORY)


def is_owner(address: Address) -> bool:
    """Whether a repository host's address names only a person or group, not a repository."""
    path = address.url.partition("://")[2]
    return address.place is Place.REPOSITORY and path.count("/") == 1


def _names(path: str) -> list[str]:
    """The path's parts up to the first that is no name, each without `.git` behind it."""
    kept: list[str] = []
    for part in path.split("/"):
        match = re.match(r"~?[\w.-]*", part)
        name = re.sub(r"\.git$", "", match[0].rstrip("."), flags=re.IGNORECASE) if match else ""
        if name:
            kept.append(name)
        elif part:
            break
    return kept


def _repository(host: str, names: list[str]) -> Address:
    return Address(f"https://{host}/{'/'.join(names)}", host, Place.REPOSITORY)


def _sourceforge(parts: SplitResult, host: str) -> Address | None:
    """`projects/NAME`, or `p/NAME/code`."""
    names = _names(parts.path)
    if not names[1:] or names[0] not in {"projects", "p", "u"}:
        return _whole(parts, host, Place.REPOSITORY) if names else None
    return _repository(host, names[: 3 if names[0] == "p" else 2])


def _anonymous(parts: SplitResult, host: str) -> Address | None:
    """`/r/NAME-1234`; its files come behind. `/repository/…` is an older form."""
    names = _names(parts.path)
    if names[1:] and names[0] in {"r", "repository", "repo", "status"}:
        return _repository(host, names[:2])
    return _repository(host, names) if names else None


# ── hubs ─────────────────────────────────────────────────────────────────────────────────────────

_HUB_KINDS = {
    "datasets": LinkKind.DATA,
    "spaces": LinkKind.DEMO,
    "collections": None,
    "blog": LinkKind.OTHER,
    "docs": LinkKind.OTHER,
}
_HUB_SHELVES = frozenset({*_HUB_KINDS, "models", "tasks", "learn", "pricing", "join", "login"})


def _hugging_face(parts: SplitResult, host: str) -> Address | None:
    """`owner/model`, `datasets/…`, `spaces/…`, `collections/…`; branches and files fall away."""
    names = _names(re.split(r"/(?:tree|blob|resolve|viewer|discussions)/", parts.path)[0])
    if not names or (names[0] in _HUB_SHELVES and not names[1:]):
        return None
    if names[0] == "papers":
        return Address(parts.geturl(), host, Place.PUBLICATION)
    kept = names[:3] if names[0] in _HUB_KINDS else names[:2]
    kind = _HUB_KINDS.get(names[0], LinkKind.MODEL if kept[1:] else None)
    return Address(f"https://{host}/{'/'.join(kept)}", host, Place.HUB, kind)


def _model_scope(parts: SplitResult, host: str) -> Address | None:
    """ModelScope keeps data sets and models under paths that say so."""
    kind = LinkKind.DATA if "/datasets/" in parts.path else LinkKind.MODEL
    return Address(parts.geturl().rstrip("/"), host, Place.HUB, kind)


_FORGES: dict[str, Callable[[SplitResult, str], Address | None]] = {
    "github.com": _github,
    "gist.github.com": _two_names,
    "gitlab.com": _gitlab,
    "bitbucket.org": _two_names,
    "codeberg.org": _two_names,
    "gitee.com": _two_names,
    "sourceforge.net": _sourceforge,
    "anonymous.4open.science": _anonymous,
    "huggingface.co": _hugging_face,
    "hf.co": _hugging_face,
    "modelscope.cn": _model_scope,
}
