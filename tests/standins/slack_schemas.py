"""The published schemas of Slack's messages and views, where ../shared is at hand."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import jsonschema_rs

from tests.shared_data import SHARED

FOLDER = SHARED / "specs" / "slack" / "schemas"


@cache
def _validator(name: str) -> jsonschema_rs.Validator | None:
    path = FOLDER / f"{name}.schema.json"
    return jsonschema_rs.validator_for(json.loads(path.read_text())) if path.exists() else None


def is_judging() -> bool:
    """Tell whether the schemas are at hand; without them only lengths are judged."""
    return FOLDER.is_dir()


def schema_complaints(method: str, arguments: Mapping[str, Any]) -> list[str]:
    """Return what the schema of a method (or of "blockkit-views" …) says against the arguments."""
    validator = _validator(method)
    if validator is None or validator.is_valid(arguments):
        return []
    return [
        f"{'.'.join(map(str, error.instance_path)) or 'arguments'}: {error.message[:300]}"
        for error in validator.iter_errors(arguments)
    ][:5]
