"""Short ways to ask for links, for their tests."""

from bot.compose.links import find_links, shown_link

MINE = "https://github.com/me/mine"


def first(abstract: str, comment: str | None = None) -> str | None:
    link = shown_link(find_links(abstract, comment))
    return link.url if link else None


def kinds(abstract: str, comment: str | None = None) -> list[tuple[str, str]]:
    return [(link.host, link.kind.value) for link in find_links(abstract, comment)]
