"""Settings: what the example says, what is refused in which words, where secrets come from."""

import contextlib
import copy
import logging
import pickle
import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import given, strategies as st

from bot.config import Config, effective, load_config, origins, secrets
from bot.config_shown import as_toml
from bot.errors import ConfigError
from bot.secret import Secret

EXAMPLE = Path(__file__).resolve().parents[1] / "config.example.toml"
WEB_TOKEN = "0123456789abcdef"


def load(folder: Path, text: str, **environ: str) -> Config:
    path = folder / "config.toml"
    path.write_text(text)
    return load_config(path, environ)


def keys(kind: type, path: str = "") -> Iterator[str]:
    """Every key of the frozen types, as a dotted path."""
    hints = get_type_hints(kind)
    for one in fields(kind):
        hint = hints[one.name]
        tables = [k for k in (hint, *get_args(hint)) if isinstance(k, type) and is_dataclass(k)]
        yield f"{path}{one.name}"
        for table in tables:
            yield from keys(table, f"{path}{one.name}.")


def paths(table: dict[str, Any], path: str = "") -> Iterator[str]:
    """Every key of a TOML document, as a dotted path."""
    for key, value in table.items():
        yield f"{path}{key}"
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, dict):
                yield from paths(inner, f"{path}{key}.")


def with_page(text: str) -> str:
    """The example with its commented page taken in."""
    start = text.index("# [[page]]")
    return text[:start] + re.sub(r"^# ", "", text[start:], flags=re.MULTILINE)


# ── the example ──────────────────────────────────────────────────────────────────────────────────


def test_the_example_loads_to_exactly_the_defaults() -> None:
    assert load_config(EXAMPLE, {}) == load_config(None, {})


def test_the_example_documents_every_key_and_no_other() -> None:
    documented = set(paths(tomllib.loads(with_page(EXAMPLE.read_text()))))
    assert documented == set(keys(Config))


def test_every_key_of_the_example_is_explained() -> None:
    lines = EXAMPLE.read_text().splitlines()
    for at, line in enumerate(lines):
        if not re.match(r"[a-z_]+ = ", line) or "#" in line:
            continue
        above = next(
            before for before in reversed(lines[:at]) if not re.match(r"[a-z_]+ = ", before)
        )
        assert above.startswith("#"), line


def test_the_page_of_the_example_is_read_when_it_is_uncommented(tmp_path: Path) -> None:
    (page,) = load(tmp_path, with_page(EXAMPLE.read_text())).page
    assert page.topics == ("image generation", "spin glass")
    assert (page.out, page.cap) == (str(tmp_path / "papers.md"), 100)


def test_without_a_config_everything_has_its_place() -> None:
    config = load_config(None, {})
    assert config.web.listen == "127.0.0.1:8080"
    assert config.store.path.endswith("paperboy.sqlite3")
    assert Path(config.store.path).is_absolute()
    assert not (config.slack.bot_token)
    assert not (config.discord.token)


def test_a_file_changes_only_what_it_names(tmp_path: Path) -> None:
    config = load(tmp_path, '[defaults]\nzone = "Europe/Berlin"')
    assert config.defaults.zone == "Europe/Berlin"
    assert (config.defaults.at, config.defaults.cap) == ("09:00", 30)


def test_file_names_are_read_from_the_configs_folder(tmp_path: Path) -> None:
    config = load(tmp_path, '[store]\npath = "data/p.sqlite3"')
    assert config.store.path == str(tmp_path / "data/p.sqlite3")
    assert load(tmp_path, '[store]\npath = "/srv/p.sqlite3"').store.path == "/srv/p.sqlite3"


# ── what is refused ──────────────────────────────────────────────────────────────────────────────

REFUSED = [
    ("[web]\nlisten = 8080", "web.listen must be text in quotes, not a whole number.", "example"),
    ("[web]\nlisen = ''", "web.lisen: there is no such key.", "Did you mean web.listen?"),
    ("[wep]\n", "wep: there is no such key.", "Did you mean web?"),
    ("[qqqq]\n", "qqqq: there is no such key.", "config.example.toml"),
    ("web = 3", "web must be a table, not a whole number.", ""),
    ("[web]\nlisten = 'nowhere'", "web.listen: 'nowhere' is not an address", "127.0.0.1:8080"),
    ("[web]\nlisten = '0.0.0.0:80'", "web.listen is 0.0.0.0:80, which others can", "web.token"),
    ("[web]\ntoken = 'short'", "web.token has 5 characters.", "at least 16"),
    ("[web]\npublic_url = 'papers'", "web.public_url: 'papers' is not a web address.", "https://"),
    ("[web\n", "it is not TOML: ", "quotes"),
    ("[slack]\nbot_token = 7", "slack.bot_token must be text in quotes.", ""),
    (
        "[slack]\nbot_token = 'xapp-1'",
        "slack.bot_token starts with xapp-, that is the app token.",
        "The bot token starts with xoxb- (Slack, OAuth & Permissions).",
    ),
    (
        "[slack]\napp_token = 'xoxb-1'",
        "slack.app_token starts with xoxb-, that is the bot token.",
        "The app token starts with xapp- (Slack, Basic Information, App-Level Tokens).",
    ),
    ("[slack]\nbot_token = 'secret'", "slack.bot_token is not a token of this kind.", "xoxb-"),
    ("[slack]\nbot_token = 'xoxb-1'", "slack.app_token is missing; Slack needs both", "xapp-"),
    ("[discord]\ntoken = 'Bot a.b.c'", "discord.token is not a bot token.", "without the word Bot"),
    ("[arxiv]\narchives = ['cs', 'alchemy']", "arxiv.archives: arXiv has no archive", "hep-th"),
    ("[arxiv]\narchives = ['cs', 3]", "arxiv.archives[1] must be text in quotes, not a", ""),
    ("[arxiv]\narchives = []", "arxiv.archives is empty", "Leave the key out"),
    ("[arxiv]\ncontact = 'me'", "arxiv.contact is no mail or web address.", "you@example.org"),
    ("[defaults]\nzone = 'Europe/Berlim'", "defaults.zone: I don't know", "Europe/Berlin"),
    ("[defaults]\nzone = 'berlin'", "defaults.zone: berlin is not the full", "Write Europe/Berlin"),
    ("[defaults]\nat = '25:00'", "defaults.at: ", "daily at 8:30"),
    ("[defaults]\nat = '9 o clock'", "defaults.at: 9 o clock is no time.", "09:00"),
    ("[defaults]\ncap = 0", "defaults.cap is 0; it must be from 1 to 100.", ""),
    ("[[page]]\nout = 'x.md'", "page[0].topics is missing.", ""),
    ("[[page]]\nout = 'x'\ntopics = ['ti:\"x']", "page[0].topics: ", "Try"),
    ("[[page]]\nout = 'x'\ntopics = []", "page[0].topics is empty.", "spin glass"),
    (
        "[[page]]\nout = 'x'\ntopics = ['a b']\ncaps = 1",
        "page[0].caps: there is no",
        "page[0].cap?",
    ),
    (
        "[[page]]\nout = 'x'\ntopics = ['a b']\n[[page]]\nout = 'x'\ntopics = ['c d']",
        "page: two pages are written to ",
        "a file of its own",
    ),
    ("[log]\nlevel = 'loud'", "log.level: loud is not one of debug, info", ""),
    ("[log]\nformat = ''", "log.format: nothing is not one of auto, text, json.", ""),
]


@pytest.mark.parametrize(("text", "said", "remedy"), REFUSED)
def test_what_is_wrong_is_named_with_file_key_and_remedy(
    tmp_path: Path, text: str, said: str, remedy: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        load(tmp_path, text)
    assert str(refused.value).startswith(f"config.toml: {said}")
    assert remedy in refused.value.remedy
    assert refused.value.__cause__ is None


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"^config\.toml: it cannot be read"):
        load_config(tmp_path / "config.toml", {})
    (tmp_path / "config.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match=r"^config\.toml: it is not text in UTF-8"):
        load_config(tmp_path / "config.toml", {})


toml_values = st.recursive(
    st.one_of(
        st.none().map(lambda _: "''"), st.sampled_from(["1", "true", "'x'", "1.5", "1979-05-27"])
    ),
    lambda inner: st.lists(inner, max_size=3).map(lambda values: f"[{', '.join(values)}]"),
    max_leaves=4,
)


@given(st.sampled_from(sorted(keys(Config))), toml_values)
def test_no_value_of_any_key_is_met_with_anything_but_words(
    tmp_path_factory: pytest.TempPathFactory, key: str, value: str
) -> None:
    text = f"{key} = {value}"
    if key.startswith("page."):
        text = f"[[page]]\n{key.removeprefix('page.')} = {value}"
    with contextlib.suppress(ConfigError):
        load(tmp_path_factory.mktemp("config"), text)


# ── secrets ──────────────────────────────────────────────────────────────────────────────────────


def test_the_environment_goes_before_a_file_and_a_file_is_stripped(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{WEB_TOKEN}\n")
    text = "[web]\ntoken_file = 'token'"
    assert load(tmp_path, text).web.token.reveal() == WEB_TOKEN
    config = load(tmp_path, text, PAPERBOY_WEB_TOKEN=f" {WEB_TOKEN}from-environment ")
    assert config.web.token.reveal() == f"{WEB_TOKEN}from-environment"


def test_every_secret_may_come_from_the_environment_alone() -> None:
    environ = {
        "PAPERBOY_WEB_TOKEN": WEB_TOKEN,
        "PAPERBOY_SLACK_BOT_TOKEN": "xoxb-1",
        "PAPERBOY_SLACK_APP_TOKEN": "xapp-1",
        "PAPERBOY_DISCORD_TOKEN": "a.b.c",
    }
    found = {secret.reveal() for secret in secrets(load_config(None, environ))}
    assert found == set(environ.values())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[web]\ntoken = 'a'\ntoken_file = 'b'", "web.token and web.token_file are both set."),
        ("[web]\ntoken_file = 'gone'", "web.token_file: "),
        ("[web]\ntoken_file = 'empty'", "web.token_file: "),
        ("[discord]\ntoken_file = 'binary'", "discord.token_file: "),
    ],
)
def test_a_token_file_that_cannot_be_used_is_named(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "binary").write_bytes(b"\xff")
    with pytest.raises(ConfigError) as refused:
        load(tmp_path, text)
    assert str(refused.value).startswith(f"config.toml: {said}")


def test_a_secret_is_never_shown(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    config = load(tmp_path, "[slack]\nbot_token = 'xoxb-s3cret'\napp_token = 'xapp-s3cret'")
    token = config.slack.bot_token
    logging.getLogger("test").warning("%s %r %s", config, token, token)
    shown = f"{config} {config!r} {token} {effective(config)} {caplog.text}"
    assert "s3cret" not in shown
    assert effective(config)["slack"]["bot_token"] == "(set)"
    assert effective(config)["discord"]["token"] == "(not set)"


@pytest.mark.parametrize(
    "key", ["slack.bot_token", "slack.app_token", "discord.token", "web.token"]
)
def test_an_error_about_a_token_never_shows_it(tmp_path: Path, key: str) -> None:
    with pytest.raises(ConfigError) as refused:
        load(tmp_path, f"{key} = 's3cret'")
    assert "s3cret" not in f"{refused.value!r} {refused.value.remedy}"


def test_a_secret_is_compared_but_not_stored() -> None:
    assert Secret("x") == Secret("x") != Secret("y")
    assert Secret("x") != "x"
    assert hash(Secret("x")) == hash(Secret("y"))
    assert not Secret()
    for store in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError, match="not pickled"):
            store(Secret("x"))


def test_effective_settings_are_plain_values_that_say_everything(tmp_path: Path) -> None:
    shown = effective(load(tmp_path, with_page(EXAMPLE.read_text())))
    assert set(paths(shown)) == set(keys(Config))
    assert shown["page"][0]["topics"] == ["image generation", "spin glass"]


# ── paperboy config ──────────────────────────────────────────────────────────────────────────────


def test_what_is_shown_can_be_read_again_and_says_where_each_setting_came_from(
    tmp_path: Path,
) -> None:
    (tmp_path / "token").write_text(WEB_TOKEN)
    text = """
    heartbeat_url = "https://hc.example/very-secret"
    web.token_file = "token"
    defaults.at = "08:30"
    store.path = "here.sqlite3"
    slack.who_may_edit = ["U012AB3CD"]
    [[page]]
    topics = ["naïve bayes", "au:\\"Erdős, P\\""]
    out = "a.md"
    """
    environ = {"PAPERBOY_SLACK_BOT_TOKEN": "xoxb-1-very-secret"}
    environ["PAPERBOY_SLACK_APP_TOKEN"] = "xapp-1-very-secret"
    loaded = load(tmp_path, text, **environ)
    shown = as_toml(loaded, origins(tmp_path / "config.toml", environ))
    assert 'at = "08:30"  # config.toml' in shown
    assert 'zone = "UTC"  # default' in shown
    assert "# token is set: web.token_file" in shown
    assert "# bot_token is set: PAPERBOY_SLACK_BOT_TOKEN" in shown
    assert "# heartbeat_url is set: config.toml" in shown
    assert "secret" not in shown
    assert WEB_TOKEN not in shown
    again = load(tmp_path, shown, PAPERBOY_HEARTBEAT_URL=loaded.heartbeat_url.reveal(), **environ)
    assert again == loaded


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('operator = "@ada"', "operator: @ada is nobody I can write to"),
        ('operator = "slack:U012AB3CD"', "operator is on slack, which is not set up"),
        ('heartbeat_url = "hc.example/x"', "heartbeat_url is no web address"),
        ('public.listen = "127.0.0.1:8080"', "public.listen and web.listen are both"),
        ('public.listen = "nowhere"', "public.listen"),
    ],
)
def test_who_is_told_and_how_must_make_sense(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(said)):
        load(tmp_path, text)
