"""What the source may not contain, whatever it is for. Ruff's security rules (S) come on top."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BOT = ROOT / "bot"
MODULES = sorted(BOT.rglob("*.py"))
NEVER = {
    "eval", "exec", "compile", "__import__", "os.system", "os.popen", "tempfile.mktemp",
    "ssl._create_unverified_context", "yaml.load",
}  # fmt: skip
NEVER_LOADED = {"pickle", "marshal", "shelve", "subprocess", "xmlrpc", "telnetlib", "ftplib"}
SECRET = re.compile(r"token|secret|cookie|password|bearer|signature|csrf", re.IGNORECASE)
COMPARED = {"web/access.py", "secret.py"}  # where `compare_digest` stands
NO_SECRETS = {"compose", "schedule", "store"}
"""Here a token is a word of a topic or the id of a start; no secret comes there."""
REVEALING = {
    "app.py": "the web token, for the page's door",
    "config.py": "a token from the environment, kept as a secret again",
    "config_checks.py": "the form of each token",
    "health/watch.py": "the address of the heartbeat",
    "logs.py": "what has to be hidden",
    "terminal/checking_here.py": "whether the config file, if others can read it, holds one",
    "platforms/slack/service.py": "Slack's client",
    "platforms/slack/checkup.py": "Slack's client",
    "platforms/discord/service.py": "Discord's client",
    "platforms/discord/checkup.py": "Discord's client",
}


def relative(path: Path) -> str:
    return path.relative_to(BOT).as_posix()


@cache
def everything() -> list[tuple[str, ast.AST]]:
    trees = ((relative(path), ast.parse(path.read_text())) for path in MODULES)
    return [(name, node) for name, tree in trees for node in ast.walk(tree)]


def test_nothing_runs_text_unpacks_objects_or_starts_programs() -> None:
    for path, node in everything():
        if isinstance(node, ast.Call):
            assert ast.unparse(node.func) not in NEVER, path
        if isinstance(node, ast.Import):
            assert not {one.name.split(".")[0] for one in node.names} & NEVER_LOADED, path
        if isinstance(node, ast.ImportFrom):
            assert (node.module or "").split(".")[0] not in NEVER_LOADED, path


def test_no_certificate_goes_unchecked() -> None:
    for path, node in everything():
        if isinstance(node, ast.keyword) and node.arg in {"ssl", "verify", "verify_ssl"}:
            value = node.value
            assert not (isinstance(value, ast.Constant) and value.value is False), path
        if isinstance(node, ast.Attribute):
            assert node.attr not in {"CERT_NONE", "check_hostname"}, path


def test_secrets_are_compared_in_constant_time_and_in_two_places_only() -> None:
    assert {relative(path) for path in MODULES if "compare_digest" in path.read_text()} == COMPARED
    for path, node in everything():
        if not isinstance(node, ast.Compare) or path.split("/")[0] in NO_SECRETS:
            continue
        if {type(operator) for operator in node.ops} & {ast.Eq, ast.NotEq}:
            for side in (node.left, *node.comparators):
                assert not _names_a_secret(side), f"{path}, {node.lineno}: {ast.unparse(node)}"


def _names_a_secret(side: ast.expr) -> bool:
    """Say whether a value that is compared is a secret by its name; its length and kind are not."""
    if isinstance(side, ast.Call):
        return "reveal" in ast.unparse(side.func)
    name = side.attr if isinstance(side, ast.Attribute) else getattr(side, "id", "")
    return bool(SECRET.search(name)) and not name.isupper()


def test_a_secret_is_revealed_only_to_who_needs_its_text() -> None:
    found = {relative(path) for path in MODULES if ".reveal()" in path.read_text()}
    assert found <= {*REVEALING}


def test_every_template_escapes_what_it_shows() -> None:
    for path in BOT.rglob("*.html"):
        assert not re.search(r"\|\s*safe\b|autoescape\s+false", path.read_text()), path
    source = "".join(path.read_text() for path in MODULES)
    assert source.count("Environment(") == 1
    assert "autoescape=True" in (BOT / "web" / "html.py").read_text()


def test_no_page_or_script_of_ours_runs_text() -> None:
    script = (BOT / "web" / "assets" / "page.js").read_text()
    assert not re.search(r"\beval\(|new Function|document\.write|javascript:", script)
    for path in BOT.rglob("*.html"):
        assert not re.search(r"\son\w+=|<script(?![^>]*\bsrc=)|javascript:", path.read_text()), path
