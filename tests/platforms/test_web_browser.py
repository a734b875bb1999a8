"""The page in a real browser: Debian's Chromium, driven as a person would."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest
import pytest_asyncio
from aiohttp import web
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from bot.dialogue import Action, Field, Form, Reply
from bot.limits import ListenLimits
from bot.model import Because
from bot.platforms.web.message import Button, Message, Section
from bot.platforms.web.rooms import ALERTS
from bot.platforms.web.status import Progress, StatusLine, StatusView
from bot.web.access import Access
from bot.web.routes import Route
from bot.web.server import Listener, open_public
from tests.platforms.chromium import ARGS, CHROMIUM
from tests.platforms.test_web_render import PAPER
from tests.platforms.web_samples import MORNING, Site, card, digest, numbered
from tests.web.serving import ANY_PORT, listening

WIDE, NARROW = (1280, 900), (360, 740)
PATIENCE = 20_000  # milliseconds; a busy machine is no failure
TOKEN = "correct horse battery"

expect.set_options(timeout=PATIENCE)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's Chromium is not installed here"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGS))
        yield launched
        await launched.close()


@asynccontextmanager
async def opened(
    browser: Browser, size: tuple[int, int] = WIDE, complains_of: str = "", **options: Any
) -> AsyncIterator[Page]:
    """A page of a fresh reader; ends with the assertion that the browser complained of nothing.

    `complains_of`: words of a complaint that is meant.
    """
    complaints: list[str] = []
    context: BrowserContext = await browser.new_context(
        viewport={"width": size[0], "height": size[1]}, timezone_id="Europe/Berlin", **options
    )
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    try:
        yield page
    finally:
        await context.close()
    assert [one for one in complaints if not complains_of or complains_of not in one] == []


async def visit(page: Page, at: Listener, room: str = "papers") -> None:
    await page.goto(f"{at.url}c/{room}")
    await page.wait_for_selector("body[data-watching]")


def full_site() -> Site:
    """A bot that answers with everything that an answer can have."""
    table = (("Number", "Topic", "When"), ("1", "spin glass", "daily"), ("2", "hep-th", "Mondays"))
    fields = (
        Field("topic", "Topic", "spin glass", "For example: image generation"),
        Field("kinds", "What", "new", choices=(("new", "New papers only"), ("all", "All"))),
        Field("lines", "Lines", "one", lines=4),
    )
    form = Form("Change 1", "edit 1", fields, "Save")
    wrong = (("topic", "I can't read that topic."),)
    status = StatusView(
        (
            StatusLine("arXiv of Tue 24 Nov: 1,204 papers, read at {at}", MORNING),
            StatusLine("arXiv does not answer", trouble=True),
        ),
        Progress("Reading the last 30 days", 12, 30),
    )
    actions = (Action("Pause spin glass", "pause 1"), Action("Unsubscribe hep-th", "unsubscribe 2"))
    return Site(
        status=status,
        replies={
            "list": Reply(title="#papers gets 2 topics", table=table, actions=actions),
            "edit 1": Reply(form=form, errors=wrong, ok=False),
            "everything": Reply(
                title="Everything that an answer can have",
                text="See https://arxiv.org/help.\nFor example: /arxiv list",
                table=table,
                actions=actions,
                papers=(PAPER,),
                whole=True,
                because=(Because("abstract", "new glass", ((27, 36),)),),
                form=form,
                errors=wrong,
                file=("topics.txt", "spin glass daily\n"),
            ),
            "pause 1": Reply(title='"spin glass": Paused', public=True),
            "open 2502.07701v1": Reply(title="The whole card", text="Versions: v1."),
            "": Reply(title="Help"),
        },
    )


async def filled(site: Site) -> Site:
    """The site with one message of each sort."""
    parent = await site.post(digest(*numbered(7), compact=True))
    await site.post(digest(card(1, "In the thread")), parent=parent.id)
    updated = Section(numbered(2), "Updated")
    message = digest(*numbered(3))
    rest = (Button("Show 12 more", "more {key}"),)
    message = replace(message, more="and 12 more: 9 hep-th, 3 spin glass", buttons=rest)
    await site.post(replace(message, sections=(*message.sections, updated)))
    await site.post(Message(title="Nothing on spin glass", lines=("I stay quiet.",), by="You"))
    return site


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_and_nothing_runs_out_of_the_page(
    browser: Browser, size: tuple[int, int], scheme: str
) -> None:
    site = await filled(full_site())
    async with site.served() as at, opened(browser, size, color_scheme=scheme) as page:
        await visit(page, at)
        await page.fill("#line", "everything")
        await page.keyboard.press("Enter")
        await page.wait_for_selector("#answers [data-answer]")
        assert await page.evaluate("document.documentElement.scrollWidth") <= size[0]
        results = await Axe().run(page)
        assert results.violations_count == 0, results.generate_report()


async def test_axe_finds_nothing_on_an_empty_room_and_on_the_token_page(browser: Browser) -> None:
    async with Site().served() as at, opened(browser) as page:
        await visit(page, at, "u:you")
        results = await Axe().run(page)
        assert results.violations_count == 0, results.generate_report()
    guarded = listening([], Access(TOKEN, always=True))
    async with guarded as at, opened(browser, NARROW, complains_of="401") as page:
        await page.goto(at.url)
        await expect(page.get_by_label("Token")).to_be_focused()
        results = await Axe().run(page)
        assert results.violations_count == 0, results.generate_report()


async def test_the_command_line_is_used_with_the_keyboard_alone(browser: Browser) -> None:
    site = await filled(full_site())
    async with site.served() as at, opened(browser) as page:
        await visit(page, at)
        await page.keyboard.press("/")
        await expect(page.locator("#line")).to_be_focused()
        await page.keyboard.type("list")
        await page.keyboard.press("Enter")
        answer = page.locator("#answers [data-answer]")
        await expect(answer).to_contain_text("#papers gets 2 topics")
        await expect(page.locator("#said")).to_have_text("#papers gets 2 topics")
        await expect(page.locator("#line")).to_be_focused()
        await expect(page.locator("#line")).to_have_value("")
        await page.keyboard.press("ArrowUp")
        await expect(page.locator("#line")).to_have_value("list")
        for _ in range(12):
            await page.keyboard.press("Tab")
            if await page.evaluate("document.activeElement.value") == "pause 1":
                break
        await page.keyboard.press("Enter")
        await expect(page.locator("#feed > article").first).to_contain_text("Paused")
        await expect(answer).to_have_count(0)
        assert [one.text for one in site.asked] == ["list", "pause 1"]
        assert site.asked[0].person.zone == "Europe/Berlin"


async def test_an_answer_appears_under_the_paper_that_was_asked_about(browser: Browser) -> None:
    site = await filled(full_site())
    async with site.served() as at, opened(browser) as page:
        await visit(page, at)
        paper = page.locator("#m-3 .card").first
        await paper.get_by_role("button", name="Open 1: Paper number 1").press("Enter")
        await expect(paper.locator("[data-answer]")).to_contain_text("The whole card")
        await paper.get_by_role("link", name="Close").press("Enter")
        await expect(paper.locator("[data-answer]")).to_have_count(0)
        await expect(paper.get_by_role("button", name="Open 1: Paper number 1")).to_be_focused()


async def test_the_answer_to_a_button_beside_the_title_appears_there(browser: Browser) -> None:
    site = await filled(full_site())
    async with site.served() as at, opened(browser) as page:
        await visit(page, at)
        await page.locator("#m-3").get_by_role("button", name="Manage").press("Enter")
        await expect(page.locator("#m-3 > header + [data-answer]")).to_contain_text("2 topics")


async def test_a_bot_that_is_gone_is_told_where_it_was_asked(browser: Browser) -> None:
    site = full_site()
    async with opened(browser, complains_of="ERR_") as page:
        async with site.served() as at:
            await visit(page, at)
        await page.fill("#line", "list")
        await page.keyboard.press("Enter")
        await expect(page.locator("#answers")).to_contain_text("Is it still running?")
        await expect(page.locator("#line")).to_have_value("list")


async def test_a_wrong_field_of_a_form_is_focused_and_explained(browser: Browser) -> None:
    async with full_site().served() as at, opened(browser) as page:
        await visit(page, at)
        await page.fill("#line", "edit 1")
        await page.keyboard.press("Enter")
        topic = page.get_by_label("Topic")
        await expect(topic).to_be_focused()
        await expect(topic).to_have_accessible_description(
            "I can't read that topic. For example: image generation"
        )


async def test_a_new_digest_appears_without_reload_and_is_announced(browser: Browser) -> None:
    site = await filled(full_site())
    async with site.served() as at, opened(browser) as page:
        await visit(page, at)
        await page.evaluate("window.same = true")
        await site.post(digest(card(1, "Hot off the press")))
        await expect(page.locator("#feed > article").first).to_contain_text("Hot off the press")
        await expect(page.locator("#said")).to_contain_text("New: arXiv of Tue 24 Nov")
        assert await page.evaluate("window.same")
        parent = await site.post(Message(title="A compact one"))
        await site.post(digest(card(1, "Its thread")), parent=parent.id)
        await expect(page.locator("#feed > article").first.locator(".thread")).to_contain_text(
            "Its thread"
        )
        await site.post(Message(title="Just for you"), room=ALERTS)
        await expect(page.get_by_role("link", name="Your alerts")).to_contain_text("1 new")
        site.status = StatusView((StatusLine("Weekend"),))
        site.bell.ring()
        await expect(page.locator("#status")).to_have_text("Weekend")


async def test_a_page_that_lost_its_bot_says_so_and_catches_up(browser: Browser) -> None:
    site = Site(limits=replace(ListenLimits(), stop_grace=0.1))
    async with opened(browser, complains_of="ERR_") as page:
        async with site.served() as at:
            await visit(page, at)
            address = at.address
        await expect(page.locator("#cut")).to_be_visible()
        await site.post(Message(title="Sent meanwhile"))
        pages = site.pages().routes()
        async with listening(pages, limits=site.limits, address=address):
            await expect(page.locator("#feed")).to_contain_text("Sent meanwhile")
            await expect(page.locator("#cut")).to_be_hidden()


async def test_times_are_in_the_readers_own_zone(browser: Browser) -> None:
    site = await filled(full_site())
    async with site.served() as at, opened(browser) as page:
        await visit(page, at)
        await expect(page.locator("#m-1 time").first).to_contain_text("06:21")
        await expect(page.locator("#status time")).to_contain_text("06:21")


async def test_everything_works_without_a_script(browser: Browser) -> None:
    site = await filled(full_site())
    async with site.served() as at, opened(browser, java_script_enabled=False) as page:
        await page.goto(at.url)
        await page.fill("#line", "list")
        await page.keyboard.press("Enter")
        await page.get_by_role("button", name="Pause spin glass").click()
        await expect(page.locator("#feed > article").first).to_contain_text("Paused")
        await expect(page.locator("#m-1 time").first).to_have_text("Tue 24 Nov 05:21 UTC")


async def test_hostile_words_stay_words(browser: Browser) -> None:
    site = full_site()
    nasty = '<img src=x onerror="window.bad=1"><script>window.bad=1</script>\'"><b>'
    await site.post(digest(card(1, nasty)))
    async with site.served() as at, opened(browser) as page:
        await visit(page, at)
        await site.post(digest(card(2, nasty)))
        await expect(page.locator("#feed > article")).to_have_count(2)
        assert await page.locator("#feed .title").all_text_contents() == [nasty, nasty]
        assert await page.evaluate("window.bad") is None


async def test_a_link_with_the_token_opens_the_page_and_later_links_need_none(
    browser: Browser,
) -> None:
    async def elsewhere(request: web.Request) -> web.StreamResponse:
        target = request.query["to"]
        return web.Response(text=f'<a href="{target}">go</a>', content_type="text/html")

    other = await open_public(ANY_PORT, [Route("GET", "/", elsewhere)], ListenLimits())
    access = Access(TOKEN, always=True)
    try:
        guarded = listening(Site().pages().routes(), access)
        reader = opened(browser, complains_of="404")  # the other site has no icon
        async with guarded as at, reader as page:
            away = other.url.replace("127.0.0.1", "localhost")  # another site to a browser
            for target in (f"{at.url}?token={TOKEN.replace(' ', '%20')}", f"{at.url}c/papers"):
                await page.goto(f"{away}?to={quote(target)}")
                await page.get_by_role("link", name="go").click()
                await page.wait_for_url("**/c/papers")
                await page.wait_for_selector("body[data-watching]")
            assert TOKEN not in await page.evaluate("document.cookie")
    finally:
        await other.close()
