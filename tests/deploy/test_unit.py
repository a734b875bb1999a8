"""The systemd unit, judged by systemd itself where that is installed."""

import configparser
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.limits import Limits

ROOT = Path(__file__).resolve().parents[2]
UNIT = ROOT / "deploy" / "paperboy.service"
MOST_EXPOSED = 2.0
needs_systemd = pytest.mark.skipif(
    not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed"
)


def analyzed(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["systemd-analyze", *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True)


def service() -> configparser.SectionProxy:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(UNIT.read_text())
    return parser["Service"]


@needs_systemd
def test_systemd_finds_nothing_wrong(tmp_path: Path) -> None:
    here = UNIT.read_text().replace("/opt/paperboy/bin/paperboy", sys.executable)
    (tmp_path / "paperboy.service").write_text(here)
    done = analyzed("verify", str(tmp_path / "paperboy.service"))
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@needs_systemd
def test_systemd_finds_it_little_exposed() -> None:
    said = analyzed("security", "--offline=true", "--no-pager", str(UNIT)).stdout
    found = re.search(r"Overall exposure level for paperboy\.service: ([0-9.]+)", said)
    assert found, said
    assert float(found[1]) <= MOST_EXPOSED


def test_it_is_given_longer_to_stop_than_the_bot_takes() -> None:
    assert int(service()["TimeoutStopSec"]) > Limits().delivery.stop_grace


def test_a_wrong_config_is_not_tried_again_and_again() -> None:
    assert service()["Restart"] == "always"
    assert service()["RestartPreventExitStatus"] == "2"


def test_only_its_own_folder_can_be_written_by_nobody_else() -> None:
    assert service()["ProtectSystem"] == "strict"
    assert service()["StateDirectory"] == "paperboy"
    assert service()["StateDirectoryMode"] == "0700"
    assert service()["UMask"] == "0077"
    assert "ReadWritePaths" not in service()
