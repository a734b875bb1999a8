"""Block Kit → a plain page that looks like Slack, for pictures. PURE.

It draws what Paperboy uses: messages, modals and the Home tab with headers, rich text, context,
buttons, menus and fields. It is no Slack: spacing and fonts only come close.
"""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

Json = Mapping[str, Any]

_STYLE = """
* { box-sizing: border-box; margin: 0 }
body { background: #fff; color: #1d1c1d; font: 15px/22px Lato, "Noto Sans", Arial, sans-serif;
  padding: 20px; width: 760px }
.message { display: flex; gap: 12px; margin-bottom: 20px }
.reply { margin-left: 48px }
.face { background: #b31b1b; border-radius: 6px; color: #fff; flex: none; font-weight: 700;
  height: 36px; line-height: 36px; text-align: center; width: 36px }
.who b { margin-right: 6px } .who i { background: #ddd; border-radius: 2px; color: #454447;
  font: 700 10px/14px Arial; margin-right: 6px; padding: 1px 3px } .who span { color: #616061;
  font-size: 12px }
.private { color: #616061; font-size: 12px; line-height: 18px }
h2 { font-size: 18px; line-height: 24px; margin: 6px 0 4px }
.rich { margin: 2px 0 8px } a { color: #1264a3; text-decoration: none }
blockquote { border-left: 4px solid #ddd; margin: 4px 0; padding-left: 12px }
.context { color: #616061; font-size: 13px; margin: 4px 0 }
.actions { display: flex; flex-wrap: wrap; gap: 8px; margin: 8px 0 }
.press { border: 1px solid #bbb; border-radius: 4px; font-size: 13px; font-weight: 700;
  line-height: 28px; max-width: 100%; overflow: hidden; padding: 0 12px; text-overflow: ellipsis;
  white-space: nowrap }
.menu::after { content: "⌄"; margin-left: 14px }
pre { background: #f8f8f8; border: 1px solid #ddd; border-radius: 4px; font-size: 12px;
  line-height: 18px; padding: 8px; white-space: pre-wrap }
.modal { border: 1px solid #ccc; border-radius: 8px; width: 520px }
.modal > * { padding: 12px 24px }
.top { border-bottom: 1px solid #ddd; font-size: 20px; font-weight: 700 }
.end { border-top: 1px solid #ddd; display: flex; gap: 8px; justify-content: flex-end }
.go { background: #007a5a; border-color: #007a5a; color: #fff }
label { display: block; font-weight: 700; margin-top: 12px } label i { color: #616061;
  font-style: normal; font-weight: 400 }
.field { border: 1px solid #888; border-radius: 4px; min-height: 36px; overflow-wrap: anywhere;
  padding: 6px 12px; white-space: pre-wrap } .tall { min-height: 120px }
.hint { color: #616061; font-size: 13px; line-height: 18px; margin-top: 4px }
"""
_FRAMES = {"rich_text_preformatted": "pre", "rich_text_quote": "blockquote"}


def page(surfaces: Iterable[Json], time: str = "09:00") -> str:
    """Return a page with these messages (said by Paperboy at `time`), modals and Home tabs."""
    drawn = "".join(_surface(one, time) for one in surfaces)
    return f"<!doctype html><meta charset=utf-8><style>{_STYLE}</style><body>{drawn}</body>"


def _surface(one: Json, time: str) -> str:
    match one.get("type"):
        case "modal":
            return _modal(one)
        case "home":
            return _blocks(one)
    return _message(one, time)


def _message(message: Json, time: str) -> str:
    who = f"<div class=who><b>Paperboy</b><i>APP</i><span>{escape(time)}</span></div>"
    if message.get("response_type") == "ephemeral":
        who = f"<div class=private>Only visible to you</div>{who}"
    kind = "message reply" if message.get("thread_ts") else "message"
    inner = f"<div>{who}{_blocks(message)}</div>"
    return f"<div class='{kind}'><div class=face>P</div>{inner}</div>"


def _modal(view: Json) -> str:
    top = f"<div class=top>{_plain(view['title'])}</div>"
    close = f"<span class=press>{_plain(view['close'])}</span>"
    go = f"<span class='press go'>{_plain(view['submit'])}</span>" if "submit" in view else ""
    return f"<div class=modal>{top}<div>{_blocks(view)}</div><div class=end>{close}{go}</div></div>"


def _blocks(surface: Json) -> str:
    return "".join(map(_block, surface["blocks"]))


def _block(block: Json) -> str:
    match block["type"]:
        case "header":
            return f"<h2>{_plain(block['text'])}</h2>"
        case "rich_text":
            return f"<div class=rich>{''.join(map(_part, block['elements']))}</div>"
        case "context":
            said = " ".join(map(_plain, block["elements"]))
            return f"<div class=context>{said}</div>"
        case "actions":
            return f"<div class=actions>{''.join(map(_pressed, block['elements']))}</div>"
        case "input":
            return _input(block)
    raise ValueError(f"no picture of {block['type']}")


def _input(block: Json) -> str:
    maybe = " <i>(optional)</i>" if block.get("optional") else ""
    hint = f"<div class=hint>{_plain(block['hint'])}</div>" if "hint" in block else ""
    element = block["element"]
    chosen = element.get("initial_option", {}).get("text", element.get("placeholder"))
    filled = _plain(chosen) if chosen else escape(element.get("initial_value", ""))
    kind = "field tall" if element.get("multiline") else "field"
    menu = " menu" if "options" in element or element["type"].endswith("_select") else ""
    label = f"<label>{_plain(block['label'])}{maybe}</label>"
    return f"{label}<div class='{kind}{menu}'>{filled}</div>{hint}"


def _part(part: Json) -> str:
    inner = "".join(map(_element, part["elements"]))
    tag = _FRAMES.get(part["type"], "p")
    return f"<{tag}>{inner}</{tag}>"


def _element(element: Json) -> str:
    text, style = escape(element.get("text") or element["fallback"]), element.get("style", {})
    if element["type"] == "link":
        text = f'<a href="{escape(element["url"])}">{text}</a>'
    for name, tag in (("bold", "b"), ("italic", "i"), ("code", "code")):
        text = f"<{tag}>{text}</{tag}>" if style.get(name) else text
    return text


def _pressed(element: Json) -> str:
    if element["type"] == "static_select":
        return f"<span class='press menu'>{_plain(element['placeholder'])}</span>"
    return f"<span class=press>{_plain(element['text'])}</span>"


def _plain(text: Json) -> str:
    return escape(text["text"])
