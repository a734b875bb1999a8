"""The command `paperboy`. Each command imports what it needs when it is called."""

import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import click

from bot.errors import OperatorError, PaperboyError, StoreFull, UserError

_PAPERS = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_FILE = click.Path(dir_okay=False, path_type=Path)


class _Command(click.Command):
    """Turns our errors into one line with the remedy and an exit code.

    2: what was typed or set is wrong, and trying again would not help. 1: it may go well another
    time (a full disk, an arXiv that does not answer), so a service manager may try again.
    """

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except StoreFull as error:
            self._fail(error, code=1)
        except (UserError, OperatorError) as error:
            self._fail(error, code=2)
        except PaperboyError as error:
            self._fail(error, code=1)

    def _fail(self, error: PaperboyError, code: int) -> NoReturn:
        click.echo(f"paperboy: {error}", err=True)
        if error.remedy:
            click.echo(error.remedy, err=True)
        sys.exit(code)


def _example(text: str) -> str:
    return f"\b\nExample:\n  {text}"


_config = click.option("--config", type=_FILE, help="Settings; config.example.toml lists them all.")
_papers = click.option(
    "--papers", type=_PAPERS, help="Papers as JSON lines (gzip allowed), or arXiv's Atom (.xml)."
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="arxiv-paperboy")
def main() -> None:
    """Paperboy delivers the day's arXiv papers to channels and people, each digest once."""


@main.command(cls=_Command, epilog=_example("paperboy run --config config.toml"))
@_config
@click.option(
    "--replay", type=_FOLDER, help="Read saved feed files from this folder, one day a file."
)
def run(config: Path | None, replay: Path | None) -> None:
    """Run the bot. Without a config: a database in your data folder, the built-in channel."""
    from bot.garbage import begin

    begin()
    from bot.terminal.running import run_bot

    asyncio.run(run_bot(config, replay, os.environ))


@main.command(cls=_Command, epilog=_example("paperboy demo"))
@click.option("--port", type=int, default=0, help="Port of the page; any free one by default.")
def demo(port: int) -> None:
    """Show three sample days in a page, without any account.

    No token, no network, and nothing is left behind.
    """
    from bot.terminal.running import run_demo

    asyncio.run(run_demo(port))


@main.command(cls=_Command, epilog=_example('paperboy preview "image generation -survey" --days 7'))
@click.argument("topic")
@click.option("--days", type=click.IntRange(1, 90), help="Papers announced in the last N days.")
@click.option("--cap", type=click.IntRange(1, 1000), default=30, show_default=True)
@_papers
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown", "slack", "discord"]),
    default="text",
    show_default=True,
)
@_config
def preview(
    topic: str, days: int | None, cap: int, papers: Path | None, form: str, config: Path | None
) -> None:
    """Show the digest TOPIC would get. Stores nothing."""
    from bot.terminal.preview import preview_text
    from bot.terminal.reading import Wish, read_matching

    wish = Wish((topic,), days, papers, config, os.environ)
    (found,) = asyncio.run(read_matching(wish))
    click.echo(preview_text(found, cap, form), nl=False)


@main.command(cls=_Command, epilog=_example('paperboy page "spin glass" hep-th --out page.md'))
@click.argument("topics", nargs=-1, required=True, metavar="TOPIC…")
@click.option("--days", type=click.IntRange(1, 3650), help="Papers updated in the last N days.")
@click.option("--cap", type=click.IntRange(1, 10_000), default=100, show_default=True)
@_papers
@click.option("--out", type=_FILE, help="Write here instead of to the terminal.")
@_config
def page(
    topics: Sequence[str],
    days: int | None,
    cap: int,
    papers: Path | None,
    out: Path | None,
    config: Path | None,
) -> None:
    """Write a Markdown page with each TOPIC.

    Title, date, abstract, comment and code repository of each paper.
    """
    from bot.platforms.page.render import render_pages
    from bot.terminal.reading import Wish, read_matching

    wish = Wish(tuple(topics), days, papers, config, os.environ, older=cap)
    found = asyncio.run(read_matching(wish))
    text = render_pages([(one.topic.label, one.papers) for one in found], cap)
    if out:
        from bot.platforms.page.file import write_page

        write_page(out, text)
    else:
        click.echo(text, nl=False)


@main.command(
    cls=_Command, epilog=_example('paperboy match "spin glass" hep-th --papers papers.jsonl')
)
@click.argument("topics", nargs=-1, required=True, metavar="TOPIC…")
@click.option("--papers", type=_PAPERS, required=True, help="Papers as JSON lines or Atom (.xml).")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def match(topics: Sequence[str], papers: Path, form: str) -> None:
    """Tell which papers of a file match each TOPIC, and why."""
    from bot.terminal.match import as_json, as_text, match_all
    from bot.terminal.reading import read_file, read_topics

    read = read_topics(topics, kinds_apply=False)
    found = match_all(read, read_file(papers))
    aligned = sys.stdout.isatty()
    click.echo(as_json(found) if form == "json" else as_text(found, aligned=aligned), nl=False)


@main.command(cls=_Command, epilog=_example("paperboy status"))
@_config
def status(config: Path | None) -> None:
    """Show subscriptions, and what is late or in doubt.

    Last and next digests, what is late, in doubt or suspended, and what to do.
    """
    from bot.terminal.status import status_text

    click.echo(asyncio.run(status_text(config, os.environ, aligned=sys.stdout.isatty())), nl=False)


@main.command(cls=_Command, epilog=_example("paperboy deliveries --last 50"))
@click.option("--last", type=click.IntRange(1, 10_000), default=20, show_default=True)
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@_config
def deliveries(last: int, form: str, config: Path | None) -> None:
    """Show the log of what was delivered.

    From arXiv's day to the platform's message id.
    """
    from bot.terminal.delivered import deliveries_text

    look = {"aligned": sys.stdout.isatty(), "as_json": form == "json"}
    click.echo(asyncio.run(deliveries_text(config, os.environ, last, **look)), nl=False)


@main.command(cls=_Command, epilog=_example("paperboy check --config config.toml"))
@click.option("--offline", is_flag=True, help="Ask nobody: only config, database and disk.")
@_config
def check(config: Path | None, *, offline: bool) -> None:
    """Look for whatever is wrong; say what to do.

    Config, database, disk, arXiv, tokens, scopes, rights and clock.
    """
    from bot.app import World
    from bot.checkup import Verdict
    from bot.logs import set_up_logging
    from bot.terminal.checking import as_text, check_all

    set_up_logging("critical", "text")  # what was found is said below
    found = asyncio.run(check_all(config, os.environ, World(), offline=offline))
    click.echo(as_text(found, aligned=sys.stdout.isatty()), nl=False)
    if any(one.verdict is Verdict.FAILED for one in found):
        sys.exit(1)


@main.command(cls=_Command, epilog=_example("paperboy backup paperboy-monday.sqlite3"))
@click.argument("file", type=_FILE)
@_config
def backup(file: Path, config: Path | None) -> None:
    """Copy the database to FILE, also while the bot runs.

    The copy is consistent, whatever is written meanwhile.
    """
    from bot.terminal.copying import backup_text

    click.echo(backup_text(file, config, os.environ), nl=False)


@main.command(cls=_Command, epilog=_example("paperboy restore paperboy-monday.sqlite3"))
@click.argument("file", type=_FILE)
@_config
def restore(file: Path, config: Path | None) -> None:
    """Bring a backup back as the database.

    What was there is kept beside it.
    """
    from bot.terminal.copying import restore_text

    click.echo(restore_text(file, config, os.environ), nl=False)


@main.command(cls=_Command, epilog=_example("paperboy config --config config.toml"))
@_config
def config(config: Path | None) -> None:
    """Print the settings as they apply, and where each came from. No secret is shown."""
    from bot.config import load_config, origins
    from bot.config_shown import as_toml

    loaded = load_config(config, os.environ)
    click.echo(as_toml(loaded, origins(config, os.environ)), nl=False)


@main.command(cls=_Command, epilog=_example("paperboy export --out subscriptions.toml"))
@click.option("--out", type=_FILE, help="Write here instead of to the terminal.")
@_config
def export(out: Path | None, config: Path | None) -> None:
    """Write all subscriptions as TOML, also beside a running bot."""
    from bot.terminal.exchanging import export_text

    text = asyncio.run(export_text(out, config, os.environ))
    click.echo(text, nl=False)


@main.command("import", cls=_Command, epilog=_example("paperboy import subscriptions.toml"))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_config
def import_(file: Path, config: Path | None) -> None:
    """Take in subscriptions from FILE.

    Through a running bot, if there is one.
    """
    from bot.terminal.exchanging import import_text

    click.echo(asyncio.run(import_text(file, config, os.environ)), nl=False)


if __name__ == "__main__":
    main()
