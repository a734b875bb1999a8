"""The image's own steps, carried out in a folder: installs what is pinned, starts it, measures it.

    uv run python -m tests.deploy.install

The RUN and COPY of the Dockerfile's first stage are carried out as they stand, with its folders
below a throw-away one, from nothing but the files that `.dockerignore` lets through. Then the bot
is started as the image starts it (on recorded days, so that nobody is asked), and the image's own
health check asks it. It needs a package index.
Promise: what is installed takes at most 90 MB.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bot.demo import DAYS
from tests.deploy.dockerfile import DOCKERFILE, ROOT, Step, copied, reaches_the_builder, stages

MOST_MB = 90
PATIENCE = 60.0  # seconds until the health check has to succeed
TOKEN = "0123456789abcdef"
BUILD, FINAL = stages(DOCKERFILE.read_text())


def main() -> int:
    """Print what was found; return the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        installed = build(place)
        size = megabytes(installed / "lib")
        print(f"Installed by the Dockerfile's steps: {size:.0f} MB (at most {MOST_MB}).")
        start(place, installed)
        print("Started as in the image; its health check succeeds.")
    return int(size > MOST_MB)


def build(place: Path) -> Path:
    """Carry out the build stage below `place`; return what would be copied into the image."""
    (place / "src").mkdir()
    for step in BUILD:
        if step.word == "COPY":
            copy(step, place / "src")
        elif step.word == "RUN":
            run(moved(step.rest, place), place / "src")
    return place / "opt" / "paperboy"


def moved(command: str, place: Path) -> str:
    """Return a command with the image's folders below `place`."""
    return command.replace("/opt/", f"{place}/opt/")


def run(command: str, folder: Path) -> None:
    """Run a command with this interpreter's `python` and `pip`, as the base image has them."""
    beside = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environ = {**os.environ, "PATH": beside, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    done = subprocess.run(
        command, shell=True, cwd=folder, env=environ, check=False, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"{command}\n{done.stdout}{done.stderr}")


def copy(step: Step, folder: Path) -> None:
    """Copy what reaches the builder."""
    rules = (ROOT / ".dockerignore").read_text()
    sources, target = copied(step)
    for source in sources:
        found = ROOT / source
        for one in sorted(found.rglob("*")) if found.is_dir() else [found]:
            if one.is_file() and reaches_the_builder(str(one.relative_to(ROOT)), rules):
                inside = one.relative_to(found) if found.is_dir() else Path(one.name)
                to = folder / target / inside
                to.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(one, to)


def megabytes(folder: Path) -> float:
    """Return what the files of a folder hold, byte-compiled ones included."""
    return sum(one.stat().st_size for one in folder.rglob("*") if one.is_file()) / 1e6


def start(place: Path, installed: Path) -> None:
    """Start the bot by the image's command, and let the image's health check succeed."""
    port = free_port()
    (place / "var/lib/paperboy").mkdir(parents=True)
    config = place / "config.toml"
    config.write_text(
        (ROOT / "deploy" / "container.toml").read_text()
        .replace("/var/lib", f"{place}/var/lib").replace("0.0.0.0:8080", f"0.0.0.0:{port}")
    )  # fmt: skip
    (words,) = (json.loads(step.rest) for step in FINAL if step.word == "CMD")
    words = [str(config) if word == "/etc/paperboy/config.toml" else word for word in words]
    command = [installed / "bin" / "paperboy", *words, "--replay", DAYS]
    bot = subprocess.Popen(
        command, cwd=place, env={"PAPERBOY_WEB_TOKEN": TOKEN}, stdout=subprocess.DEVNULL
    )
    try:
        _until_healthy(bot, installed, port)
    finally:
        bot.terminate()
        bot.wait(PATIENCE)


def free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _until_healthy(bot: "subprocess.Popen[bytes]", installed: Path, port: int) -> None:
    (check,) = (step.rest for step in FINAL if step.word == "HEALTHCHECK")
    python, *words = json.loads(check.partition(" CMD ")[2])
    words = [word.replace(":8080", f":{port}") for word in words]
    end = time.monotonic() + PATIENCE
    command = [installed / "bin" / python, *words]
    while (done := subprocess.run(command, check=False, capture_output=True, text=True)).returncode:
        if bot.poll() is not None or time.monotonic() > end:
            raise SystemExit(f"The bot did not become healthy:\n{done.stderr}")
        time.sleep(0.5)  # between two asks, as an engine pauses between its health checks


if __name__ == "__main__":
    sys.exit(main())
