"""Events on stderr: readable, structured, and never a secret."""

import ast
import io
import json
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from bot.logs import HIDDEN, Redaction, set_up_logging
from bot.secret import Secret

BOT = Path(__file__).resolve().parents[1] / "bot"
TOKEN = "xoxb-1234-very-secret"
OWN = "hunter2\"with'quotes\\"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _logging_is_put_back() -> Iterator[None]:
    root, hook = logging.getLogger(), sys.excepthook
    handlers, level = root.handlers[:], root.level
    yield
    logging.captureWarnings(capture=False)
    root.handlers[:], sys.excepthook = handlers, hook
    root.setLevel(level)


def logged(form: str, *secrets: str, level: str = "info") -> tuple[logging.Logger, io.StringIO]:
    stream = io.StringIO()
    set_up_logging(level, form, map(Secret, secrets), stream)
    return logging.getLogger("paperboy.test"), stream


def test_people_get_one_line_with_what_the_event_is_about() -> None:
    log, stream = logged("text")
    log.info("read arXiv of %s", "Tue 24 Nov", extra={"action": "read", "papers": 1204})
    line = stream.getvalue().rstrip("\n")
    assert line[2] == line[5] == ":"
    assert line[9:] == "read arXiv of Tue 24 Nov (papers=1204)"


def test_trouble_is_marked_for_people() -> None:
    log, stream = logged("text")
    log.warning("arXiv asks to wait", extra={"action": "stop"})
    assert stream.getvalue()[9:] == "warning: arXiv asks to wait\n"


def test_machines_get_one_object_a_line() -> None:
    log, stream = logged("json")
    log.info("planned", extra={"action": "planned", "digests": 3, "late": False, "zone": None})
    event = json.loads(stream.getvalue())
    assert event.pop("at").endswith("+00:00")
    assert event == {
        "level": "info",
        "action": "planned",
        "message": "planned",
        "logger": "paperboy.test",
        "digests": 3,
        "late": False,
        "zone": None,
    }


def test_other_peoples_events_are_named_by_their_logger() -> None:
    _, stream = logged("json")
    logging.getLogger("somebody.else").warning("hm")
    assert json.loads(stream.getvalue())["action"] == "somebody.else"


def test_auto_is_text_on_a_terminal_and_json_elsewhere() -> None:
    for stream, is_json in ((Terminal(), False), (io.StringIO(), True)):
        set_up_logging("info", "auto", stream=stream)
        logging.getLogger("paperboy.test").info("hm", extra={"action": "test"})
        assert stream.getvalue().startswith("{") is is_json


def test_events_below_the_level_and_chatter_of_libraries_are_left_out() -> None:
    log, stream = logged("text")
    log.debug("not this", extra={"action": "test"})
    logging.getLogger("aiohttp.access").info("nor this")
    assert not stream.getvalue()
    log, stream = logged("text", level="debug")
    logging.getLogger("aiohttp.access").info("but now this")
    assert "but now this" in stream.getvalue()


def test_setting_up_again_does_not_repeat_events() -> None:
    logged("text")
    log, stream = logged("text")
    log.info("once", extra={"action": "test"})
    assert stream.getvalue().count("once") == 1


def test_text_from_outside_cannot_begin_a_line_or_command_a_terminal() -> None:
    log, stream = logged("text")
    log.info("a\nb\x1b[31m\u2028%s", "c\r", extra={"action": "test", "name_of": "x\ny"})
    assert stream.getvalue()[9:] == "a\\nb\\x1b[31m\\u2028c\\r (name_of=x\\ny)\n"


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_secret_is_hidden_wherever_it_stands(form: str) -> None:
    log, stream = logged(form, TOKEN, OWN)
    log.info("token %s", TOKEN, extra={"action": "test", "header": f"Bearer {OWN}"})
    log.info(f"{OWN}", extra={"action": "test", "secret": Secret(OWN), "list": [OWN]})  # noqa: G004
    try:
        int(f"no such token {TOKEN}: {OWN}")
    except ValueError:
        log.exception("failed", extra={"action": "test"}, stack_info=True)
    shown = stream.getvalue()
    for text in (TOKEN, OWN, "hunter2"):
        assert text not in shown
    assert HIDDEN in shown
    assert "ValueError" in shown


@pytest.mark.parametrize(
    "text",
    [
        "xoxb-17653672481-19874698323-pdFZKVeTuE8sk7oOcBrzbqgy",
        "xapp-1-A0123-456-abcdef0123456789",
        "Bearer abcdefgh12345678",
    ],
)
def test_what_looks_like_a_token_is_hidden_though_nobody_named_it(text: str) -> None:
    token = text.removeprefix("Bearer ")
    assert token not in Redaction(())(f"sent {text} to it")


@given(st.text(min_size=6), st.text(), st.text())
def test_no_known_secret_survives(secret: str, before: str, after: str) -> None:
    hidden = Redaction([Secret(secret)])(f"{before}{secret}{after}")
    assert secret not in hidden or secret in HIDDEN or secret in f"{before}{HIDDEN}{after}"


def test_an_ordinary_short_word_is_not_hidden_because_a_secret_is_short() -> None:
    assert Redaction([Secret("a")])("a word") == "a word"


def test_a_crash_is_logged_without_secrets() -> None:
    _, stream = logged("json", TOKEN)
    sys.excepthook(RuntimeError, RuntimeError(TOKEN), None)
    event = json.loads(stream.getvalue())
    assert event["action"] == "crash"
    assert "RuntimeError" in event["trace"]
    assert TOKEN not in stream.getvalue()


# ── every event has an action ────────────────────────────────────────────────────────────────────

LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
LOGGERS = {"log", "_log", "_LOG", "LOGGER", "logger"}


def events(path: Path) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            if isinstance(owner, ast.Name) and owner.id in LOGGERS and node.func.attr in LEVELS:
                yield node


def has_action(call: ast.Call) -> bool:
    extra = next((one.value for one in call.keywords if one.arg == "extra"), None)
    if isinstance(extra, ast.Dict):
        return any(isinstance(key, ast.Constant) and key.value == "action" for key in extra.keys)
    return extra is not None


@pytest.mark.parametrize("path", sorted(BOT.rglob("*.py")), ids=lambda p: str(p.relative_to(BOT)))
def test_every_event_carries_an_action(path: Path) -> None:
    for call in events(path):
        assert has_action(call), f"line {call.lineno}: {ast.unparse(call)}"
