"""Jinja templates with autoescape → HTML text. Reads only Paperboy's own files, once.

Jinja is loaded with the first page. Undefined names are errors, so that a page never silently
lacks what it should show.
"""

from functools import cache
from typing import TYPE_CHECKING

from bot.web.assets import asset_url

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def templates(*packages: str) -> "Environment":
    """Return the environment that knows our shell and the `templates` folders of `packages`."""
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

    loaders = [PackageLoader(package) for package in (*packages, "bot.web")]
    environment = Environment(
        loader=ChoiceLoader(loaders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals["asset"] = asset_url
    return environment


def plain_page(title: str, text: str, remedy: str = "") -> str:
    """Return a small page that says one thing: an error, and what to do next."""
    return templates().get_template("plain.html").render(title=title, text=text, remedy=remedy)
