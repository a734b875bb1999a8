"""Settings: what the example says, what is refused in which words, where secrets come from."""

import logging
from pathlib import Path

import msgspec
import pytest

from bot.config import Config, Secret, effective, load_config
from bot.errors import ConfigError

EXAMPLE = Path(__file__).resolve().parents[1] / "config.example.toml"


def load(tmp_path: Path, text: str, **environ: str) -> Config:
    path = tmp_path / "config.toml"
    path.write_text(text)
    return load_config(path, environ)


def test_the_example_holds_exactly_the_defaults() -> None:
    assert load_config(EXAMPLE, {}) == load_config(None, {})


def test_the_example_names_every_key() -> None:
    text = EXAMPLE.read_text()
    for section in msgspec.structs.fields(Config):
        assert f"[{section.name}]" in text, section.name
        kind = section.type
        if section.name == "page":
            (kind, _) = kind.__args__
        for key in msgspec.structs.fields(kind):
            assert f"\n{key.name} = " in text or f"\n# {key.name} = " in text, key.name


def test_the_page_of_the_example_is_read_when_it_is_uncommented(tmp_path: Path) -> None:
    text = EXAMPLE.read_text()
    table = text[text.index("# [[page]]") :].replace("# ", "")
    (page,) = load(tmp_path, table).page
    assert page.topics == ("image generation", "spin glass")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[web]\nlisten = 8080", "config.toml: web.listen: expected `str`, got `int`."),
        ("[web]\nlissten = ''", "config.toml: web.lissten: there is no such key."),
        ("[wep]\n", "config.toml: wep: there is no such key."),
        ("[web]\nlisten = 'nowhere'", "config.toml: web.listen: "),
        ("[web\n", "config.toml: it is not TOML: "),
        ("[slack]\nbot_token = 7", "config.toml: slack.bot_token: expected `str`."),
        (
            "[slack]\nbot_token = 'xapp-1'",
            "config.toml: slack.bot_token starts with xapp-, that is the app token.",
        ),
        ("[slack]\nbot_token = 'xoxb-1'", "config.toml: slack.app_token is missing."),
        ("[arxiv]\narchives = ['cs', 'alchemy']", "config.toml: arxiv.archives: alchemy is no"),
        ("[new_subscriptions]\nzone = 'Europe/Berlim'", "config.toml: new_subscriptions.zone: "),
        ("[new_subscriptions]\nat = '25:00'", "config.toml: new_subscriptions.at: "),
        ("[[page]]\nout = 'x.md'", "config.toml: page[0]: object missing required field `topics`."),
        ("[[page]]\nout = 'x'\ntopics = ['ti:\"x']", "config.toml: page[0].topics: "),
        ("[log]\nlevel = 'loud'", "config.toml: log.level: loud is not one of debug, info"),
    ],
)
def test_what_is_wrong_is_named_with_file_path_and_remedy(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text)
    assert str(caught.value).startswith(said)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"config\.toml: it can't be read"):
        load_config(tmp_path / "config.toml", {})


def test_the_environment_goes_before_file_and_key(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("from-file\n")
    assert load(tmp_path, "[web]\ntoken_file = 'token'").web.token.reveal() == "from-file"
    config = load(tmp_path, "[web]\ntoken_file = 'token'", PAPERBOY_WEB_TOKEN="from-env")
    assert config.web.token.reveal() == "from-env"


def test_a_token_and_its_file_are_not_both_taken(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"web\.token and web\.token_file are both set"):
        load(tmp_path, "[web]\ntoken = 'a'\ntoken_file = 'b'")


def test_a_token_file_that_is_not_there_is_named_without_a_token(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"web\.token_file: gone can't be read"):
        load(tmp_path, "[web]\ntoken_file = 'gone'")


def test_a_secret_is_never_shown(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    config = load(tmp_path, "[slack]\nbot_token = 'xoxb-s3cret'\napp_token = 'xapp-s3cret'")
    logging.getLogger("test").warning("%s %r", config, config.slack.bot_token)
    shown = f"{config} {config!r} {effective(config)} {caplog.text}"
    assert "s3cret" not in shown
    assert effective(config)["slack"]["bot_token"] == "(set)"


def test_an_error_about_a_token_never_shows_it(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, "[slack]\nbot_token = 'xyzzy-s3cret'")
    assert "s3cret" not in f"{caught.value} {caught.value.remedy}"


def test_an_empty_secret_is_false() -> None:
    assert not Secret()
    assert Secret("x")
