"""Block Kit → a plain page that looks like a Slack message, for pictures. PURE.

It draws what Paperboy uses: headers, rich text, context, buttons and menus. It is no Slack: spacing
and fonts only come close.
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
.face { background: #b31b1b; border-radius: 6px; color: #fff; flex: none; font-weight: 700;
  height: 36px; line-height: 36px; text-align: center; width: 36px }
.who b { margin-right: 6px } .who i { background: #ddd; border-radius: 2px; color: #454447;
  font: 700 10px/14px Arial; margin-right: 6px; padding: 1px 3px } .who span { color: #616061;
  font-size: 12px }
h2 { font-size: 18px; line-height: 24px; margin: 6px 0 4px }
.rich { margin: 2px 0 8px } a { color: #1264a3; text-decoration: none }
.context { color: #616061; font-size: 13px; margin: 4px 0 }
.actions { display: flex; flex-wrap: wrap; gap: 8px; margin: 8px 0 }
.press { border: 1px solid #bbb; border-radius: 4px; font-size: 13px; font-weight: 700;
  line-height: 28px; padding: 0 12px; white-space: nowrap }
.menu::after { content: "⌄"; margin-left: 14px }
pre { background: #f8f8f8; border: 1px solid #ddd; border-radius: 4px; font-size: 12px;
  line-height: 18px; padding: 8px; white-space: pre-wrap }
"""


def page(messages: Iterable[Json], time: str = "09:00") -> str:
    """Return a page with these messages, each said by Paperboy at `time`."""
    drawn = "".join(_message(one, time) for one in messages)
    return f"<!doctype html><meta charset=utf-8><style>{_STYLE}</style><body>{drawn}</body>"


def _message(message: Json, time: str) -> str:
    who = f"<div class=who><b>Paperboy</b><i>APP</i><span>{escape(time)}</span></div>"
    blocks = "".join(map(_block, message["blocks"]))
    return f"<div class=message><div class=face>P</div><div>{who}{blocks}</div></div>"


def _block(block: Json) -> str:
    match block["type"]:
        case "header":
            return f"<h2>{escape(block['text']['text'])}</h2>"
        case "rich_text":
            return f"<div class=rich>{''.join(map(_part, block['elements']))}</div>"
        case "context":
            said = " ".join(escape(one["text"]) for one in block["elements"])
            return f"<div class=context>{said}</div>"
        case "actions":
            return f"<div class=actions>{''.join(map(_pressed, block['elements']))}</div>"
    raise ValueError(f"no picture of {block['type']}")


def _part(part: Json) -> str:
    inner = "".join(map(_element, part["elements"]))
    return f"<pre>{inner}</pre>" if part["type"] == "rich_text_preformatted" else f"<p>{inner}</p>"


def _element(element: Json) -> str:
    text, style = escape(element["text"]), element.get("style", {})
    if element["type"] == "link":
        text = f'<a href="{escape(element["url"])}">{text}</a>'
    for name, tag in (("bold", "b"), ("italic", "i"), ("code", "code")):
        text = f"<{tag}>{text}</{tag}>" if style.get(name) else text
    return text


def _pressed(element: Json) -> str:
    if element["type"] == "static_select":
        return f"<span class='press menu'>{escape(element['placeholder']['text'])}</span>"
    return f"<span class=press>{escape(element['text']['text'])}</span>"
