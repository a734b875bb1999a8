"""Asks whether a pinned version is known to be vulnerable: pip-audit's answer, read honestly.

    uv run python -m tests.deploy.audit

Exit code 1 only for a known vulnerability. Where nobody could be asked (no network, or an index
that does not tell), it says so, and how many were asked about.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
COMMAND = (
    "uv", "tool", "run", "--quiet", "pip-audit", "--no-deps", "--disable-pip", "--format", "json",
    "--progress-spinner", "off", "--timeout", "10",
)  # fmt: skip
FILES = ("constraints.txt", "build-constraints.txt")


def main() -> int:
    """Print what was found; return the exit code."""
    return max(judged(name, asked(name)) for name in FILES)


def asked(name: str) -> list[dict[str, Any]] | None:
    """Return pip-audit's answer for each pin; None where it could not work at all."""
    command = [*COMMAND, "--requirement", str(ROOT / "deploy" / name)]
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=300)
        return list(json.loads(done.stdout)["dependencies"])
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None


def judged(name: str, found: list[dict[str, Any]] | None) -> int:
    """Print one file's result, and what is wrong; return its exit code."""
    if found is None:
        print(f"{name}: nobody could be asked about vulnerabilities.")
        return 0
    known = [one for one in found if "skip_reason" not in one]
    wrong = [one for one in known if one["vulns"]]
    print(
        f"{name}: {len(known)} of {len(found)} pins could be asked about, {len(wrong)} vulnerable."
    )
    for one in wrong:
        names = ", ".join(hole["id"] for hole in one["vulns"])
        print(f"  {one['name']} {one['version']}: {names}")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
