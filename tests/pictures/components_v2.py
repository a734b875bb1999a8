"""Components V2 → a plain page that looks like a Discord message, for pictures. PURE.

It draws what Paperboy uses: containers, sections, text, code, separators, buttons and menus; modals
with their fields; and the plain form. It is no Discord: spacing and fonts only come close. Its
markdown knows the marks that Paperboy writes.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from html import escape
from typing import Any

Json = Mapping[str, Any]

_STYLE = """
* { box-sizing: border-box; margin: 0 }
body { background: #313338; color: #dbdee1; font: 16px/22px "gg sans", "Noto Sans", Arial,
  sans-serif; padding: 20px; width: 760px }
.message { display: flex; gap: 16px; margin-bottom: 20px }
.face { background: #b31b1b; border-radius: 50%; color: #fff; flex: none; font-weight: 700;
  height: 40px; line-height: 40px; text-align: center; width: 40px }
.who { margin-bottom: 4px } .who b { color: #f2f3f5; font-weight: 500; margin-right: 6px }
.who i { background: #5865f2; border-radius: 4px; color: #fff; font: 600 11px/15px Arial;
  margin-right: 8px; padding: 1px 5px } .who span { color: #949ba4; font-size: 12px }
.container { background: #2b2d31; border: 1px solid #3f4147; border-left: 4px solid #b31b1b;
  border-radius: 8px; display: flex; flex-direction: column; gap: 8px; max-width: 600px;
  padding: 16px }
.section { display: flex; gap: 12px; justify-content: space-between }
h3 { color: #f2f3f5; font-size: 17px; line-height: 23px } small { color: #949ba4; display: block;
  font-size: 13px; line-height: 18px } b { color: #f2f3f5 } a { color: #00a8fc;
  text-decoration: none } hr { border: 0; border-top: 1px solid #3f4147; margin: 4px 0 }
.row { display: flex; flex-wrap: wrap; gap: 8px }
.button { background: #4e5058; border-radius: 8px; color: #fff; flex: none; font-size: 14px;
  font-weight: 500; height: 32px; line-height: 32px; padding: 0 14px; white-space: nowrap }
.menu { background: #1e1f22; border-radius: 8px; color: #949ba4; display: flex; height: 40px;
  justify-content: space-between; line-height: 40px; max-width: 400px; padding: 0 12px;
  width: 100% }
pre { background: #1e1f22; border: 1px solid #3f4147; border-radius: 4px; font: 14px/18px monospace;
  padding: 8px; white-space: pre-wrap } time, .role { background: #3c4270; border-radius: 3px;
  padding: 0 2px } .only { color: #949ba4; font-size: 12px; margin-top: 4px }
.body { display: flex; flex-direction: column; gap: 8px; max-width: 600px }
.modal { background: #313338; border: 1px solid #1e1f22; border-radius: 8px; display: flex;
  flex-direction: column; gap: 14px; margin: 0 0 20px 56px; padding: 16px; width: 440px }
.modal label { display: block; font-size: 14px; font-weight: 600 } .modal .menu, .modal .typed {
  margin-top: 6px } .typed { background: #1e1f22; border-radius: 4px; min-height: 40px;
  padding: 9px 12px; white-space: pre-wrap } .long { min-height: 90px }
"""
EPHEMERAL = 1 << 6
_FENCE = re.compile(r"```\n(.*?)\n```", re.DOTALL)
_TOKEN = re.compile(
    r"\\(?P<sign>[^0-9A-Za-z\s])"
    r"|\[(?P<text>(?:\\.|[^\]\\])+)\]\(<(?P<url>[^>]+)>\)"
    r"|<t:(?P<time>\d+):(?P<form>\w)>|<@&(?P<role>\d+)>|<(?P<bare>https?://[^>]+)>"
    r"|(?P<strong>\*\*)|(?P<em>\*)",
    re.DOTALL,
)


def page(messages: Iterable[Json], time: str = "09:00") -> str:
    """Return a page with these messages and modals, each said by Paperboy at `time`."""
    drawn = "".join(_modal(one) if "title" in one else _message(one, time) for one in messages)
    return f"<!doctype html><meta charset=utf-8><style>{_STYLE}</style><body>{drawn}</body>"


def _message(message: Json, time: str) -> str:
    who = f"<div class=who><b>Paperboy</b><i>APP</i><span>Today at {escape(time)}</span></div>"
    drawn = _text(message["content"]) if message.get("content") else ""
    drawn += "".join(map(_component, message["components"]))
    only = "<div class=only>Only you can see this</div>" if message["flags"] & EPHEMERAL else ""
    body = f"<div class=body>{drawn}</div>"
    return f"<div class=message><div class=face>P</div><div>{who}{body}{only}</div></div>"


def _modal(modal: Json) -> str:
    fields = "".join(map(_field, modal["components"]))
    return f"<div class=modal><h3>{escape(modal['title'])}</h3>{fields}</div>"


def _field(one: Json) -> str:
    inner, hint = one["component"], escape(one.get("description", ""))
    if inner["type"] == 3:
        (chosen,) = (option for option in inner["options"] if option.get("default"))
        below = f"<small>{escape(chosen.get('description', ''))}</small>"
        drawn = f"<span class=menu>{escape(chosen['label'])}<span>⌄</span></span>{below}"
    else:
        long = " long" if inner.get("style") == 2 else ""
        drawn = f"<div class='typed{long}'>{escape(inner.get('value', ''))}</div>"
    return f"<div><label>{escape(one['label'])}</label><small>{hint}</small>{drawn}</div>"


def _component(one: Json) -> str:
    inner = "".join(map(_component, one.get("components", ())))
    match one["type"]:
        case 1:
            return f"<div class=row>{inner}</div>"
        case 2:
            return f"<span class=button>{escape(one['label'])}</span>"
        case 3:
            return f"<span class=menu>{escape(one['placeholder'])}<span>⌄</span></span>"
        case 9:
            return f"<div class=section><div>{inner}</div>{_component(one['accessory'])}</div>"
        case 10:
            return _text(one["content"])
        case 14:
            return "<hr>"
        case 17:
            return f"<div class=container>{inner}</div>"
    raise ValueError(f"no picture of component {one['type']}")


def _text(markdown: str) -> str:
    parts = _FENCE.split(markdown)  # every second one is code
    drawn = "".join(
        f"<pre>{escape(part)}</pre>" if at % 2 else "".join(map(_line, part.split("\n")))
        for at, part in enumerate(parts)
        if part
    )
    return f"<div>{drawn}</div>"


def _line(line: str) -> str:
    for mark, tag in (("### ", "h3"), ("-# ", "small")):
        if line.startswith(mark):
            return f"<{tag}>{_inline(line.removeprefix(mark))}</{tag}>"
    return f"<p>{_inline(line)}</p>"


def _inline(text: str) -> str:
    drawn, at, opened = "", 0, set[str]()
    for found in _TOKEN.finditer(text):
        drawn += escape(text[at : found.start()])
        at = found.end()
        if found["sign"]:
            drawn += escape(found["sign"])
        elif found["url"]:
            drawn += f'<a href="{escape(found["url"])}">{_inline(found["text"])}</a>'
        elif found["time"]:
            form = "%H:%M" if found["form"] == "t" else "%d %B %Y %H:%M"
            drawn += f"<time>{datetime.fromtimestamp(int(found['time']), UTC):{form}}</time>"
        elif found["role"]:
            drawn += "<span class=role>@role</span>"
        elif found["bare"]:
            drawn += f"<a>{escape(found['bare'])}</a>"
        else:
            tag = "b" if found["strong"] else "em"
            drawn += f"</{tag}>" if tag in opened else f"<{tag}>"
            opened ^= {tag}
    return drawn + escape(text[at:])
