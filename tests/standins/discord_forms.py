"""What somebody sees in a message or a form, and what Discord sends when they use it. PURE.

In go components and a label, out comes the `data` of the interaction. What could not be pressed or
filled in so is an AssertionError.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.standins import discord_shown as shown
from tests.standins.discord_limits import (
    BUTTON,
    INPUT,
    LABEL,
    LINK,
    ROW,
    STRING_SELECT,
    TEXT_DISPLAY,
)
from tests.standins.discord_world import Json, World

CHANNEL_SELECT, ROLE_SELECT, USER_SELECT = 8, 6, 5
Values = Mapping[str, str | Sequence[str]]


def pressed(components: Sequence[Json], label: str, number: int = 0) -> Json:
    """Return the data of pressing a button, by its label or custom_id.

    `number` (from 1) tells which, where several look the same.
    """
    buttons = [one for one in shown.walk(list(components)) if one["type"] == BUTTON]
    found = [one for one in buttons if label in (one.get("label"), one.get("custom_id"))]
    known = [one.get("label") for one in buttons]
    assert found, f"nothing says {label!r}, only {known}"
    assert number or len(found) == 1, f"{len(found)} buttons say {label!r}: say which"
    one = found[number - 1 if number else 0]
    assert not one.get("disabled"), f"{label!r} cannot be pressed"
    assert one["style"] != LINK, f"{label!r} is a link"
    return {"component_type": BUTTON, "custom_id": one["custom_id"], "id": one["id"]}


def chosen(world: World, components: Sequence[Json], *labels: str, server: str = "") -> Json:
    """Return the data of choosing options, channels, roles or people in a select menu."""
    for one in shown.walk(list(components)):
        values = _values(world, one, labels, server)
        if values is not None and not one.get("disabled"):
            least, most = one["min_values"], one["max_values"]
            assert least <= len(values) <= most, f"{least} to {most} can be chosen"
            data = {"component_type": one["type"], "custom_id": one["custom_id"], "id": one["id"]}
            resolved = _resolved(world, one["type"], values, server)
            return {**data, "values": values, **({"resolved": resolved} if resolved else {})}
    offered = [
        each["label"] for one in shown.walk(list(components)) for each in one.get("options") or ()
    ]
    raise AssertionError(f"nothing offers {labels}, only {offered}")


def _values(world: World, select: Json, labels: Sequence[str], server: str) -> list[str] | None:
    """Return the values behind labels in one select, or None if it has not all of them."""
    known = dict(_offered(world, select, server))
    if select["type"] not in (STRING_SELECT, CHANNEL_SELECT, ROLE_SELECT, USER_SELECT):
        return None
    return [known[one] for one in labels] if all(one in known for one in labels) else None


def _offered(world: World, select: Json, server: str) -> Iterator[tuple[str, str]]:
    match select["type"]:
        case 3:
            yield from ((one["label"], one["value"]) for one in select["options"])
            yield from ((one["value"], one["value"]) for one in select["options"])
        case 8:
            kinds = select.get("channel_types")
            for one in world.channels.values():
                if one.server == server and (not kinds or one.kind in kinds):
                    yield from ((one.name, one.id), (one.id, one.id))
        case 6:
            for role in world.servers[server].roles.values() if server else ():
                yield from ((role.name, role.id), (role.id, role.id))
        case 5:
            for user in world.users.values():
                yield from ((user.name, user.id), (user.id, user.id))


def _resolved(world: World, kind: int, values: Sequence[str], server: str) -> Json:
    match kind:
        case 8:
            channels = {one: shown.channel(world, world.channels[one]) for one in values}
            rights = str(int(world.servers[server].rights(world.app)))
            return {
                "channels": {id_: {**one, "permissions": rights} for id_, one in channels.items()}
            }
        case 6:
            roles = world.servers[server].roles
            return {"roles": {one: shown.role(roles[one]) for one in values}}
        case 5:
            return {"users": {one: shown.user(world.users[one]) for one in values}}
    return {}


# ── forms ────────────────────────────────────────────────────────────────────────────────────────


def submitted(world: World, modal: Json, values: Values, server: str = "") -> Json:
    """Return the data of sending a form; what is not named keeps what stood in it."""
    rows = shown.identified(modal["components"])
    left = dict(values)
    told = [_row(world, row, left, server) for row in rows]
    assert not left, f"the form has no {sorted(left)}"
    return {"custom_id": modal["custom_id"], "components": told}


def _row(world: World, row: Json, left: dict[str, Any], server: str) -> Json:
    base = {"type": row["type"], "id": row["id"]}
    if row["type"] == LABEL:
        value = _taken(left, row["component"]["custom_id"], row["label"])
        return {**base, "component": _field(world, row["component"], value, server)}
    if row["type"] == ROW:
        inside = [
            _field(world, one, _taken(left, one["custom_id"], one.get("label") or ""), server)
            for one in row["components"]
        ]
        return {**base, "components": inside}
    assert row["type"] == TEXT_DISPLAY, f"a form has no components of type {row['type']}"
    return base


def _taken(left: dict[str, Any], custom_id: str, label: str) -> Any:
    key = custom_id if custom_id in left else label
    return left.pop(key, None)


def _field(world: World, one: Json, value: Any, server: str) -> Json:
    base = {"type": one["type"], "id": one["id"], "custom_id": one["custom_id"]}
    if one["type"] == INPUT:
        return {**base, "value": _typed(one, value)}
    labels = [value] if isinstance(value, str) else value
    if labels is None:
        defaults = [each["value"] for each in one.get("options") or () if each.get("default")]
        chosen_ones = defaults or [each["id"] for each in one.get("default_values") or ()]
    else:
        found = _values(world, one, labels, server)
        assert found is not None, f"{one['custom_id']} does not offer {labels}"
        chosen_ones = found
    assert chosen_ones or not one.get("required", True), f"{one['custom_id']} must be chosen"
    return {**base, "values": chosen_ones}


def _typed(one: Json, value: str | None) -> str:
    """Return what stands in a text input when the form is sent."""
    text = (one.get("value") or "") if value is None else value
    least, most = one.get("min_length") or 0, one.get("max_length") or 4000
    assert text or not one.get("required", True), f"{one['custom_id']} must be filled in"
    if text:
        assert least <= len(text) <= most, f"{one['custom_id']} has {least} to {most} characters"
    return text
