"""Whether settings of the right kind make sense. PURE.

Each check that fails raises `Wrong` with the key, what is wrong with it and the remedy. What other
modules read (topics, zones, addresses) is judged by their own readers, so nothing is judged twice.
"""

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, TypeVar

from bot.compose.topic import parse_topic
from bot.config_errors import Wrong
from bot.errors import PaperboyError
from bot.schedule import parse_schedule, parse_zone
from bot.taxonomy import ARCHIVES, CATEGORIES
from bot.web.access import access_for
from bot.web.address import parse_address

T = TypeVar("T")

if TYPE_CHECKING:
    from bot.config import Config, SlackConfig

CAP: Final = range(1, 101)  # papers of a digest that are shown
KEPT: Final = range(3_651)  # days
PAGE_CAP: Final = range(1, 10_001)
SHARDS: Final = range(4_097)
_CONTACT: Final = re.compile(r"[^\s<>()]+@[^\s<>()]+|https?://\S+|")
_OPERATOR: Final = re.compile(r"slack:[UW][A-Z0-9]+|discord:\d{15,20}")
_LEVELS: Final = ("debug", "info", "warning", "error")
_FORMATS: Final = ("auto", "text", "json")
_SLACK_TOKENS: Final[Mapping[str, tuple[str, str]]] = {
    "bot_token": ("xoxb-", "Slack, OAuth & Permissions"),
    "app_token": ("xapp-", "Slack, Basic Information, App-Level Tokens"),
}


def check(config: "Config") -> None:
    """Raise `Wrong` for the first setting that cannot be used."""
    _check_arxiv(config)
    _check_listeners(config)
    _check_operator(config)
    _check_slack(config.slack)
    _check_discord(config.discord.token.reveal())
    _within("discord.shards", config.discord.shards, SHARDS)
    _check_defaults(config)
    _check_pages(config)
    _among("log.level", config.log.level, _LEVELS)
    _among("log.format", config.log.format, _FORMATS)


def _check_arxiv(config: "Config") -> None:
    for name in config.arxiv.archives:
        if name not in ARCHIVES and name not in CATEGORIES:
            raise Wrong(
                f"arxiv.archives: arXiv has no archive or category {name}.",
                "Write names such as cs, hep-th or cs.CV; leave the key out for all of arXiv.",
            )
    if not config.arxiv.archives:
        raise Wrong(
            "arxiv.archives is empty, so nothing would be read.",
            "Leave the key out for all of arXiv.",
        )
    if not _CONTACT.fullmatch(config.arxiv.contact):
        raise Wrong(
            "arxiv.contact is no mail or web address.",
            "arXiv asks for a way to reach you, for example you@example.org",
        )


def _check_listeners(config: "Config") -> None:
    web = config.web
    address = _read("web.listen", lambda: parse_address(web.listen))
    _read("web", lambda: access_for(address, web.token.reveal(), web.public_url))
    public = config.public.listen
    if public:
        _read("public.listen", lambda: parse_address(public))
    if public == web.listen:
        raise Wrong(
            f"public.listen and web.listen are both {public}.", "Give each a port of its own."
        )


def _check_operator(config: "Config") -> None:
    operator, url = config.operator, config.heartbeat_url.reveal()
    if operator and not _OPERATOR.fullmatch(operator):
        raise Wrong(
            f"operator: {operator} is nobody I can write to.",
            'Write "slack:U012AB3CD" (Copy member ID) or "discord:" and the number of a user.',
        )
    tokens = {"slack": config.slack.bot_token, "discord": config.discord.token}
    platform = operator.partition(":")[0]
    if operator and not tokens[platform]:
        raise Wrong(
            f"operator is on {platform}, which is not set up.", f"Set the token in [{platform}]."
        )
    if url and not re.fullmatch(r"https?://[^\s/]+\S*", url):
        raise Wrong("heartbeat_url is no web address.", "It begins with https://")


def _check_slack(slack: "SlackConfig") -> None:
    tokens = {"bot_token": slack.bot_token, "app_token": slack.app_token}
    for key, (start, where) in _SLACK_TOKENS.items():
        text = tokens[key].reveal()
        remedy = f"The {key.replace('_', ' ')} starts with {start} ({where})."
        for other, (begin, _) in _SLACK_TOKENS.items():
            if other != key and text.startswith(begin):
                what = other.replace("_", " ")
                raise Wrong(f"slack.{key} starts with {begin}, that is the {what}.", remedy)
        if text and not text.startswith(start):
            raise Wrong(f"slack.{key} is not a token of this kind.", remedy)
    _check_editors(slack.who_may_edit)
    missing = [key for key, secret in tokens.items() if not secret]
    if len(missing) == 1:
        start, where = _SLACK_TOKENS[missing[0]]
        raise Wrong(
            f"slack.{missing[0]} is missing; Slack needs both tokens.",
            f"It starts with {start} ({where}).",
        )


def _check_editors(who: str | tuple[str, ...]) -> None:
    remedy = 'Write "members", "creator", or a list of ids: ["U012AB3CD"] (Copy member ID).'
    if isinstance(who, str):
        if who not in ("members", "creator"):
            raise Wrong(f"slack.who_may_edit: {who or 'nothing'} is not known.", remedy)
        return
    if not who:
        raise Wrong("slack.who_may_edit is empty, so nobody could change anything.", remedy)
    for one in who:
        if not re.fullmatch(r"[UW][A-Z0-9]+", one):
            raise Wrong(f"slack.who_may_edit: {one} is no id of a person.", remedy)


def _check_discord(token: str) -> None:
    if token.startswith("Bot ") or (token and not re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]+", token)):
        raise Wrong(
            "discord.token is not a bot token.",
            "It has three parts with full stops between them, without the word Bot "
            "(Discord Developer Portal, Bot, Reset Token).",
        )


def _check_defaults(config: "Config") -> None:
    defaults = config.defaults
    if (name := _read("defaults.zone", lambda: parse_zone(defaults.zone))) != defaults.zone:
        raise Wrong(f"defaults.zone: {defaults.zone} is not the full name.", f"Write {name}")
    if not re.fullmatch(r"\d\d:\d\d", defaults.at):
        raise Wrong(f"defaults.at: {defaults.at} is no time.", "Write it as 09:00")
    _read("defaults.at", lambda: parse_schedule(f"daily at {defaults.at}"))
    _within("defaults.cap", defaults.cap, CAP)
    _within("store.keep_uninstalled_days", config.store.keep_uninstalled_days, KEPT)


def _check_pages(config: "Config") -> None:
    for number, page in enumerate(config.page):
        key = f"page[{number}]"
        if not page.topics:
            raise Wrong(f"{key}.topics is empty.", 'For example topics = ["spin glass"]')
        if not page.out:
            raise Wrong(f"{key}.out is empty.", 'For example out = "papers.md"')
        for topic in page.topics:
            _read(f"{key}.topics", lambda topic=topic: parse_topic(topic))  # type: ignore[misc]
        _within(f"{key}.cap", page.cap, PAGE_CAP)
    outs = [page.out for page in config.page]
    if twice := {out for out in outs if outs.count(out) > 1}:
        raise Wrong(f"page: two pages are written to {min(twice)}.", "Give each a file of its own.")


def _read(key: str, reader: Callable[[], T]) -> T:
    """Return what a reader makes of a value; its own error becomes ours, with the key."""
    try:
        return reader()
    except PaperboyError as error:
        message = str(error)
        known = message.startswith(key)
        raise Wrong(message if known else f"{key}: {message}", error.remedy) from None


def _among(key: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise Wrong(f"{key}: {value or 'nothing'} is not one of {', '.join(choices)}.")


def _within(key: str, value: int, values: range) -> None:
    if value not in values:
        raise Wrong(f"{key} is {value}; it must be from {values[0]:,} to {values[-1]:,}.")
