"""Settings read again: what takes effect at once, and what waits for a restart."""

from dataclasses import fields, is_dataclass, replace

from bot.config import Config, PageConfig, SlackConfig, WebConfig
from bot.reloading import AT_ONCE, reloaded
from bot.secret import Secret


def test_the_same_settings_change_nothing() -> None:
    done = reloaded(Config(), Config())
    assert (done.config, done.taken, done.waiting) == (Config(), (), ())


def test_what_can_be_taken_is_taken_and_the_rest_is_named() -> None:
    was = Config()
    page = PageConfig(("glass",), "a.md")
    wanted = replace(
        was,
        operator="slack:U1",
        heartbeat_url=Secret("https://hc.example/1"),
        defaults=replace(was.defaults, at="08:00"),
        page=(page,),
        web=WebConfig(listen="127.0.0.1:9000"),
        slack=SlackConfig(Secret("xoxb-2")),
    )
    done = reloaded(was, wanted)
    assert done.taken == ("operator", "heartbeat_url", "defaults.at", "page")
    assert done.waiting == ("web.listen", "slack.bot_token")
    assert done.config == replace(wanted, web=was.web, slack=was.slack)


def test_every_setting_that_is_taken_at_once_exists() -> None:
    names = {one.name for one in fields(Config)}
    for section in fields(Config):
        value = getattr(Config(), section.name)
        if is_dataclass(value):
            names |= {f"{section.name}.{one.name}" for one in fields(value)}
    assert set(AT_ONCE) <= names
