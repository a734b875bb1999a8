"""The image, judged by what stands in deploy/: no container engine is needed."""

import json
import re
import tomllib
from pathlib import Path

import pytest
import yaml

from bot.config import load_config
from tests.deploy.dockerfile import (
    DOCKERFILE,
    ROOT,
    Step,
    copied,
    reaches_the_builder,
    stages,
    steps,
)

BUILD, FINAL = stages(DOCKERFILE.read_text())
RULES = (ROOT / ".dockerignore").read_text()
COMPOSE = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())
SERVICE = COMPOSE["services"]["paperboy"]
CONFIG = ROOT / "deploy" / "container.toml"
TOKEN = "0123456789abcdef"


def rest(stage: list[Step], word: str) -> list[str]:
    return [step.rest for step in stage if step.word == word]


def test_the_base_is_slim_of_one_python_and_can_be_pinned_by_digest() -> None:
    (base,) = [step.rest for step in steps(DOCKERFILE.read_text()) if step.word == "ARG"]
    assert re.fullmatch(r"BASE=python:3\.\d+-slim-\w+", base)
    assert rest(BUILD, "FROM") == ["${BASE} AS build"]
    assert rest(FINAL, "FROM") == ["${BASE}"]


def test_only_pinned_wheels_come_in() -> None:
    installs = [
        run for run in rest(BUILD, "RUN") if re.search(r"\bpip\b.*\b(install|wheel)\b", run)
    ]
    assert len(installs) == 4
    for run in installs:
        assert "--no-deps" in run
        assert "--no-index" in run or "--require-hashes" in run
    for run in installs[:2]:
        assert "--only-binary :all:" in run


def test_the_final_stage_installs_nothing_and_takes_only_the_environment_and_the_config() -> None:
    assert not [run for run in rest(FINAL, "RUN") if re.search(r"apt|pip|curl|wget", run)]
    assert rest(FINAL, "COPY") == [
        "--from=build /opt/paperboy /opt/paperboy",
        "deploy/container.toml /etc/paperboy/config.toml",
    ]


def test_it_runs_as_nobody_special_who_owns_the_data_folder_alone() -> None:
    assert rest(FINAL, "USER") == ["10001:10001"]
    words = [step.word for step in FINAL]
    assert words.index("USER") > max(i for i, word in enumerate(words) if word in {"RUN", "COPY"})
    (made,) = rest(FINAL, "RUN")
    assert "--owner=10001 --group=10001 --mode=0700 /var/lib/paperboy" in made
    assert rest(FINAL, "VOLUME") == ["/var/lib/paperboy"]


def test_no_secret_is_in_it() -> None:
    given = " ".join(rest(BUILD, "ENV") + rest(FINAL, "ENV") + rest(FINAL, "ARG"))
    assert not re.search(r"TOKEN|SECRET|PASSWORD", given)


def test_it_stops_by_the_signal_that_the_bot_hears_without_a_shell_in_between() -> None:
    assert rest(FINAL, "STOPSIGNAL") == ["SIGTERM"]
    assert json.loads(rest(FINAL, "ENTRYPOINT")[0]) == ["paperboy"]
    assert json.loads(rest(FINAL, "CMD")[0]) == ["run", "--config", "/etc/paperboy/config.toml"]


def test_the_health_check_asks_the_port_that_the_config_listens_on() -> None:
    (check,) = rest(FINAL, "HEALTHCHECK")
    listen = tomllib.loads(CONFIG.read_text())["web"]["listen"]
    port = listen.rpartition(":")[2]
    assert f"http://127.0.0.1:{port}/healthz" in check
    assert rest(FINAL, "EXPOSE") == [port]
    compile(json.loads(check.partition(" CMD ")[2])[2], "health check", "exec")


def test_its_config_is_one_that_the_bot_takes_and_demands_a_token() -> None:
    config = load_config(CONFIG, {"PAPERBOY_WEB_TOKEN": TOKEN})
    assert config.store.path == "/var/lib/paperboy/paperboy.sqlite3"
    with pytest.raises(Exception, match=r"web\.token"):
        load_config(CONFIG, {})


# ── what reaches the builder ─────────────────────────────────────────────────────────────────────


def test_everything_that_is_copied_reaches_the_builder() -> None:
    for step in (*BUILD, *FINAL):
        if step.word == "COPY" and not step.rest.startswith("--from"):
            for source in copied(step)[0]:
                assert (ROOT / source).exists(), source
                assert reaches_the_builder(source, RULES), source
    assert reaches_the_builder("bot/web/assets/page.css", RULES)


@pytest.mark.parametrize(
    "name",
    ["config.toml", "paperboy.sqlite3", ".git/config", "deploy/paperboy.env", "uv.lock", ".venv/x"],
)
def test_nothing_private_reaches_the_builder(name: str) -> None:
    assert not reaches_the_builder(name, RULES)


# ── compose ──────────────────────────────────────────────────────────────────────────────────────


def test_compose_builds_this_image_from_the_repository() -> None:
    folder = ROOT / "deploy"
    context = (folder / SERVICE["build"]["context"]).resolve()
    assert context == ROOT
    assert (context / SERVICE["build"]["dockerfile"]) == DOCKERFILE


def test_compose_gives_the_container_nothing_that_it_does_not_need() -> None:
    assert SERVICE["read_only"] is True
    assert SERVICE["cap_drop"] == ["ALL"]
    assert SERVICE["security_opt"] == ["no-new-privileges:true"]
    assert SERVICE["user"] == rest(FINAL, "USER")[0]
    assert not {"privileged", "network_mode", "pid", "cap_add", "devices"} & {*SERVICE}
    assert SERVICE["pids_limit"] <= 64
    assert SERVICE["mem_limit"] == "512m"


def test_compose_publishes_the_page_on_this_machine_alone() -> None:
    assert SERVICE["ports"] == ["127.0.0.1:8080:8080"]


def test_compose_keeps_the_data_in_a_volume_and_writes_nowhere_else() -> None:
    assert SERVICE["volumes"] == ["data:/var/lib/paperboy"]
    assert "data" in COMPOSE["volumes"]
    assert all("noexec" in one for one in SERVICE["tmpfs"])


def test_compose_waits_longer_for_a_stop_than_the_bot_takes() -> None:
    assert int(SERVICE["stop_grace_period"].removesuffix("s")) > 10
    assert Path(SERVICE["env_file"]).name == "paperboy.env"
    assert SERVICE["restart"] == "unless-stopped"
