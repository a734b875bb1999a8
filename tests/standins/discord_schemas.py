"""Discord's published specification of requests and frames, where ../shared is at hand."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import jsonschema_rs

from tests.shared_data import SHARED

FOLDER = SHARED / "specs" / "discord"
Json = dict[str, Any]

# The schema of what comes with each route; that of a callback depends on its type.
_BODIES: Mapping[str, str] = {
    "create_message": "MessageCreateRequest",
    "update_message": "MessageEditRequestPartial",
    "create_thread_from_message": "CreateTextThreadWithMessageRequest",
    "update_channel": "UpdateThreadRequestPartial",
    "create_dm": "CreatePrivateChannelRequest",
    "execute_webhook": "IncomingWebhookInteractionRequest",
    "update_original_webhook_message": "IncomingWebhookUpdateRequestPartial",
    "update_webhook_message": "IncomingWebhookUpdateRequestPartial",
    "command": "ApplicationCommandUpdateRequest",
}
_CALLBACKS: Mapping[int, str] = {
    1: "PongInteractionCallbackRequest",
    4: "CreateMessageInteractionCallbackRequest",
    5: "CreateMessageInteractionCallbackRequest",
    6: "UpdateMessageInteractionCallbackRequest",
    7: "UpdateMessageInteractionCallbackRequest",
    8: "ApplicationCommandAutocompleteCallbackRequest",
    9: "ModalInteractionCallbackRequest",
}
# Documented, but not in the specification:
# https://docs.discord.com/developers/interactions/application-commands
# And discord.py says of every message that it is not to be read aloud, also when it edits.
_BESIDES: Mapping[str, frozenset[str]] = {
    "command": frozenset({"nsfw"}),
    "update_message": frozenset({"tts"}),
    "update_original_webhook_message": frozenset({"tts"}),
    "update_webhook_message": frozenset({"tts"}),
}


def is_judging() -> bool:
    """Tell whether the specification is at hand; without it only limits are judged."""
    return FOLDER.is_dir()


@cache
def _schemas() -> Json:
    """Return the specification's schemas; ids may be numbers too, as discord.py sends them."""
    schemas: Json = json.loads((FOLDER / "openapi.json").read_text())["components"]["schemas"]
    schemas["SnowflakeType"] = {"anyOf": [schemas["SnowflakeType"], {"type": "integer"}]}
    return schemas


@cache
def _validator(name: str) -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for(
        {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$ref": f"#/components/schemas/{name}",
            "components": {"schemas": _schemas()},
        }
    )


def _name_of(route: str, body: Any) -> str:
    if route == "create_interaction_response":
        return _CALLBACKS.get(body.get("type", 0), "") if isinstance(body, dict) else ""
    return _BODIES.get(route, "")


def schema_complaints(route: str, body: Any) -> Sequence[tuple[Sequence[str | int], str]]:
    """Return what the specification says against the body of a route: where, and what."""
    name = _name_of(route, body)
    if not name or not is_judging():
        return []
    validator = _validator(name)
    if validator.is_valid(body):
        return []
    return [
        (tuple(error.instance_path), error.message[:300]) for error in validator.iter_errors(body)
    ][:5]


def known_properties(route: str, body: Any) -> frozenset[str] | None:
    """Return what a body may hold at its top, or None where that cannot be told."""
    name = _name_of(route, body)
    if not name or not is_judging():
        return None
    return frozenset(_schemas()[name]["properties"]) | _BESIDES.get(route, frozenset())


@cache
def _answers() -> Json:
    paths = json.loads((FOLDER / "openapi.json").read_text())["paths"]
    return {
        operation["operationId"]: operation["responses"]
        for operations in paths.values()
        for verb, operation in operations.items()
        if verb != "parameters"
    }


def answer_complaints(route: str, status: int, told: Any) -> list[str]:
    """Return what the specification says against an answer of ours to a route."""
    schema = _answers()[route][str(status)]["content"]["application/json"]["schema"]
    validator = jsonschema_rs.validator_for({**schema, "components": {"schemas": _schemas()}})
    return [
        f"{list(one.instance_path)}: {one.message[:300]}" for one in validator.iter_errors(told)
    ]


# ── frames of the gateway ────────────────────────────────────────────────────────────────────────


@cache
def _frames(name: str, definition: str) -> jsonschema_rs.Validator:
    schema = json.loads((FOLDER / "schemas" / f"{name}.schema.json").read_text())
    if definition:
        schema["$ref"] = f"#/definitions/{definition}"
    return jsonschema_rs.validator_for(schema)


def frame_complaints(direction: str, frame: Json, definition: str = "") -> list[str]:
    """Return what the schema of frames says; `direction` is "send" (by the bot) or "receive".

    With `definition` only that part is asked, which says more precisely what is wrong.
    """
    if not is_judging():
        return []
    validator = _frames(f"discord-gateway-{direction}", definition)
    if validator.is_valid(frame):
        return []
    return [
        f"{'.'.join(map(str, error.instance_path)) or 'frame'}: {error.message[:300]}"
        for error in validator.iter_errors(frame)
    ][:5]


def response_complaints(body: Json) -> list[str]:
    """Return what the schema of interaction responses says against a callback's body."""
    if not is_judging():
        return []
    validator = _frames("discord-interaction-response", "")
    return (
        []
        if validator.is_valid(body)
        else [error.message[:300] for error in validator.iter_errors(body)][:5]
    )
