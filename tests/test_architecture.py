"""The import rules of the design, enforced on the source."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
BOT = ROOT / "bot"
MODULES = sorted(BOT.rglob("*.py"))

# Which third-party library may be imported where; everything else is free for all.
HOMES = {
    "slack_bolt": ("platforms/slack",),
    "slack_sdk": ("platforms/slack",),
    "discord": ("platforms/discord",),
    "sqlite_utils": ("store",),
    "sqlite3": ("store",),
    "arxiv": ("collect/arxiv",),
    "jinja2": ("platforms/web", "web"),
    "pylatexenc": ("compose",),
    "click": ("__main__.py",),
    "prometheus_client": ("health",),
}
PURE = (
    "model.py",
    "dialogue.py",
    "delivered.py",
    "settlement.py",
    "errors.py",
    "payload.py",
    "limits.py",
    "log_words.py",
    "reloading.py",
    "health/meter.py",
    "health/ready.py",
    "exchange/form.py",
    "exchange/lines.py",
    "ports.py",
    "schedule",
    "taxonomy.py",
    "compose",
    "collect/novelty.py",
    "collect/status.py",
    "collect/arxiv/archives.py",
    "collect/arxiv/authors.py",
    "collect/arxiv/dates.py",
    "collect/arxiv/feeds.py",
    "collect/arxiv/ids.py",
    "collect/arxiv/lane.py",
    "collect/arxiv/oai.py",
    "collect/arxiv/parse.py",
    "collect/arxiv/query.py",
    "collect/arxiv/values.py",
    "collect/arxiv/xml.py",
    "deliver/outbox.py",
    "deliver/pace.py",
    "deliver/keys.py",
    "platforms/web/render.py",
    "platforms/page/render.py",
    "platforms/discord/answers.py",
    "platforms/discord/cards.py",
    "platforms/discord/components.py",
    "platforms/discord/forms.py",
    "platforms/discord/ids.py",
    "platforms/discord/render.py",
    "platforms/discord/texts.py",
    "platforms/discord/where.py",
    "platforms/slack/answers.py",
    "platforms/slack/blocks.py",
    "platforms/slack/cards.py",
    "platforms/slack/forms.py",
    "platforms/slack/home.py",
    "platforms/slack/render.py",
    "platforms/slack/texts.py",
    "platforms/slack/where.py",
    "commands/grammar.py",
    "commands/forms.py",
    "commands/settings.py",
    "commands/wording.py",
    "commands/likeness.py",
    "commands/sieve.py",
    "commands/outlook.py",
    "commands/until.py",
    "commands/helping.py",
    "commands/bibtex.py",
    "terminal/tables.py",
)
IMPURE_LIBRARIES = {"asyncio", "aiohttp", "socket", "subprocess", "threading", "random", "sqlite3"}
IMPURE_CALLS = {"open", "print", "input"}


def relative(path: Path) -> str:
    return path.relative_to(BOT).as_posix()


def is_under(name: str, homes: tuple[str, ...]) -> bool:
    return any(name == home or name.startswith(f"{home}/") for home in homes)


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def layer(name: str) -> str:
    """Return the part of the house that a module of ours belongs to."""
    return name.removeprefix("bot.").split(".")[0]


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_a_library_is_imported_only_in_the_folder_that_owns_it(path: Path) -> None:
    for name in imports(path):
        homes = HOMES.get(name.split(".")[0])
        assert homes is None or is_under(relative(path), homes), f"{name} belongs in {homes}"


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_compose_never_imports_store_platforms_or_deliver(path: Path) -> None:
    if is_under(relative(path), ("compose",)):
        for name in imports(path):
            assert layer(name) not in {"store", "platforms", "deliver", "collect", "web"}, name


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_platforms_never_import_each_other(path: Path) -> None:
    parts = relative(path).split("/")
    if parts[0] == "platforms" and len(parts) > 2:
        for name in imports(path):
            words = name.split(".")
            other = words[2] if words[:2] == ["bot", "platforms"] and len(words) > 2 else parts[1]
            assert other == parts[1], name


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_only_app_and_main_know_every_class(path: Path) -> None:
    known = {layer(name) for name in imports(path) if name.startswith("bot.")}
    if relative(path) not in {"app.py", "__main__.py"}:
        assert not {"store", "platforms", "collect"} <= known


@pytest.mark.parametrize("path", [p for p in MODULES if is_under(relative(p), PURE)], ids=relative)
def test_pure_modules_do_no_input_or_output(path: Path) -> None:
    tree = ast.parse(path.read_text())
    assert not {name.split(".")[0] for name in imports(path)} & IMPURE_LIBRARIES
    called = {
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not called & IMPURE_CALLS
    assert not any(
        isinstance(node, ast.AsyncFunctionDef) for node in ast.walk(tree)
    ) or path.name == ("ports.py")


@pytest.mark.parametrize("path", [p for p in MODULES if is_under(relative(p), PURE)], ids=relative)
def test_pure_modules_read_no_clock(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Attribute):
            assert node.attr not in {"now", "today", "utcnow", "monotonic"} or is_port(path), (
                f"line {node.lineno} reads a clock"
            )


def is_port(path: Path) -> bool:
    return path.name == "ports.py"


def test_ports_have_at_most_eight_methods() -> None:
    tree = ast.parse((BOT / "ports.py").read_text())
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            methods = [
                one for one in node.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
            ]
            assert len(methods) <= 8, node.name


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_every_module_says_what_it_is_and_stays_short(path: Path) -> None:
    text = path.read_text()
    assert ast.get_docstring(ast.parse(text)), "a module begins with its purpose"
    assert len(text.splitlines()) <= 400, "split it by responsibility"
