"""The Slack manifests: valid by Slack's own schema, and asking for no more than is used."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from bot.platforms.slack.life import EVENTS
from bot.platforms.slack.scopes import NEEDED, RECHECK
from tests.shared_data import SHARED, needs_shared

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("slack-manifest.yaml", "slack-manifest-recheck.yaml")
METHODS = SHARED / "specs" / "slack" / "methods"
SLACK = ROOT / "bot" / "platforms" / "slack"


def manifest(name: str) -> dict[str, Any]:
    return dict(yaml.safe_load((ROOT / "deploy" / name).read_text()))


def scopes(name: str) -> list[str]:
    return list(manifest(name)["oauth_config"]["scopes"]["bot"])


@needs_shared
@pytest.mark.parametrize("name", NAMES)
def test_a_manifest_is_valid_by_the_official_schema(name: str) -> None:
    schema = SHARED / "specs" / "slack" / "manifest" / "schemas" / "manifest.schema.1.0.0.json"
    validator = jsonschema_rs.validator_for(json.loads(schema.read_text()))
    assert [error.message for error in validator.iter_errors(manifest(name))] == []


def test_the_plain_manifest_asks_for_no_history() -> None:
    assert not [scope for scope in scopes(NAMES[0]) if "history" in scope or "metadata" in scope]
    assert scopes(NAMES[0]) == list(NEEDED)


def test_the_second_manifest_is_the_first_with_the_scopes_of_rechecks() -> None:
    assert scopes(NAMES[1]) == [*NEEDED, *RECHECK]
    plain, recheck = (manifest(name) for name in NAMES)
    recheck["oauth_config"] = plain["oauth_config"]
    assert recheck == plain


@pytest.mark.parametrize("name", NAMES)
def test_a_manifest_switches_on_what_the_bot_uses(name: str) -> None:
    settings, features = manifest(name)["settings"], manifest(name)["features"]
    assert settings["socket_mode_enabled"]
    assert settings["interactivity"]["is_enabled"]
    assert set(settings["event_subscriptions"]["bot_events"]) == set(EVENTS)
    assert [one["command"] for one in features["slash_commands"]] == ["/arxiv"]
    assert features["app_home"]["home_tab_enabled"]


def test_each_scope_has_its_reason_in_the_manifest_and_in_readme() -> None:
    readme = (ROOT / "README.md").read_text()
    for name in NAMES:
        text = (ROOT / "deploy" / name).read_text()
        for scope, reason in {**NEEDED, **RECHECK}.items():
            assert f"| `{scope}` | {reason} |" in readme
            if scope in scopes(name):
                assert re.search(
                    rf"- {re.escape(scope)} +# {re.escape(reason)}$", text, re.MULTILINE
                )


@needs_shared
def test_every_method_that_is_called_is_covered_by_a_scope() -> None:
    source = "".join(path.read_text() for path in SLACK.glob("*.py"))
    called = set(re.findall(r"client\.((?:chat|conversations|users|views)_\w+)\(", source))
    assert {"chat_postMessage", "users_info", "views_open", "conversations_join"} <= called
    for name in called:
        spec = json.loads((METHODS / f"{name.replace('_', '.', 1)}.json").read_text())
        needed = {one["name"] for one in spec["scopes"].get("bot", ())}
        assert not needed or needed & {*NEEDED, *RECHECK}, name
