from typing import Any

import aiohttp
import pytest
from lxml import html

from bot.dialogue import Action, Field, Form, Reply
from bot.model import Place
from bot.platforms.web.message import Button, Message, unpack
from bot.platforms.web.rooms import ALERTS, CHANNEL, READER, new_address, read_room
from bot.platforms.web.status import Progress, StatusLine, StatusView
from bot.web.server import Listener
from tests.platforms.web_samples import MORNING, Site, card, digest, numbered


async def page(at: Listener, path: str = "c/papers") -> html.HtmlElement:
    async with aiohttp.ClientSession() as client, client.get(at.url + path) as answer:
        assert answer.status == 200, path
        return html.document_fromstring(await answer.text())


async def send(
    at: Listener, room: str = "papers", *, fragment: bool = False, **fields: str
) -> aiohttp.ClientResponse:
    headers = {"Origin": at.url[:-1]} | ({"X-Paperboy": "fragment"} if fragment else {})
    url = f"{at.url}c/{room}/command"
    async with aiohttp.ClientSession() as client:
        answer = await client.post(url, data=fields, headers=headers, allow_redirects=False)
        await answer.read()
        return answer


async def read(answer: aiohttp.ClientResponse) -> html.HtmlElement:
    return html.document_fromstring(await answer.text())


def found(node: html.HtmlElement, path: str) -> list[Any]:
    result = node.xpath(path)
    assert isinstance(result, list)
    return list(result)


def words(node: html.HtmlElement) -> str:
    return " ".join(node.text_content().split())


async def test_the_start_is_the_first_channel() -> None:
    async with Site().served() as at:
        assert "No digest has come to #papers yet." in words(await page(at, ""))


async def test_a_digest_shows_everything_that_a_reader_needs() -> None:
    site = Site()
    await site.post(digest(card(1, "Magic 1-For-1")))
    async with site.served() as at:
        article = (await page(at)).get_element_by_id("m-1")
    text = words(article)
    assert "arXiv of Tue 24 Nov: 1 papers on image generation" in text
    assert "1. Magic 1-For-1 Ada Example, Ben Sample. cs.CV, cs.LG" in text
    assert "“We show that a short title is enough.”" in text
    assert "Code: github.com/example/short PDF Comment: 8 pages" in text
    links = [link for *_, link, _ in article.iterlinks()]
    assert "https://arxiv.org/abs/2502.07701v1" in links
    assert "https://github.com/example/short" in links


async def test_every_button_names_its_paper_and_works_without_a_script() -> None:
    site = Site()
    await site.post(digest(card(3, "Magic 1-For-1")))
    async with site.served() as at:
        body = await page(at)
    button = found(body, "//button[@aria-label='Open 3: Magic 1-For-1']")[0]
    form = body.get_element_by_id(button.get("form"))
    assert (form.get("method"), form.get("action")) == ("post", "/c/papers/command")
    assert (button.get("name"), button.get("value")) == ("text", "open 2502.07701v1")


async def test_times_are_utc_with_its_name_until_the_script_localises_them() -> None:
    site = Site(status=StatusView((StatusLine("1,204 papers, read at {at}.", MORNING),)))
    await site.post(Message(title="A notice"))
    async with site.served() as at:
        body = await page(at)
    for time in found(body, "//time"):
        assert time.get("datetime") == "2026-11-24T05:21:00+00:00"
        assert time.text_content() == "Tue 24 Nov 05:21 UTC"
    assert "1,204 papers, read at Tue 24 Nov 05:21 UTC." in words(body)


async def test_the_strip_shows_trouble_and_progress() -> None:
    lines = (StatusLine("arXiv does not answer since {at}.", MORNING, trouble=True),)
    site = Site(status=StatusView(lines, Progress("Reading the last 30 days", 12, 30)))
    async with site.served() as at:
        strip = (await page(at)).get_element_by_id("status")
    assert strip.find_class("trouble")
    bar = strip.get_element_by_id("progress")
    assert (bar.get("value"), bar.get("max")) == ("12", "30")


async def test_newest_first_and_older_ones_stay_findable() -> None:
    site = Site()
    for number in range(45):
        await site.post(Message(title=f"Message {number}"))
    async with site.served() as at:
        first = await page(at)
        titles = [h.text_content() for h in found(first, "//article//h2")]
        assert titles == [f"Message {number}" for number in range(44, 24, -1)]
        older = found(first, "//a[@rel='next']/@href")[0]
        second = await page(at, older[1:])
        assert "Message 24" in words(second)
        assert found(second, "//body[@data-past]")
        permanent = found(second, "//article[@id='m-25']//p[@class='meta']/a/@href")[0]
        assert permanent == "/c/papers?before=26#m-25"
        assert "Message 24" in words(found(await page(at, permanent[1:]), "//article")[0])


async def test_rooms_are_the_channel_the_alerts_and_whatever_is_known() -> None:
    vision = read_room("vision")
    assert vision
    site = Site(places=(Place(vision, "#computer-vision"), Place(ALERTS, "your direct messages")))
    await site.post(Message(title="Hello"), room=CHANNEL)
    async with site.served() as at:
        doors = [words(a) for a in found(await page(at, "c/vision"), "//a[@data-door]")]
    assert doors == ["#papers", "#computer-vision", "Your alerts"]


async def test_a_channel_is_opened_by_the_name_that_a_person_types() -> None:
    async with Site().served() as at, aiohttp.ClientSession() as client:
        async with client.get(at.url + "c", params={"name": "#Spin glasses!"}) as answer:
            assert answer.url.path == "/c/spin-glasses"
        async with client.get(at.url + "c", params={"name": "…"}) as answer:
            assert answer.url.path == "/c/papers"


@pytest.mark.parametrize("name", ["A", "../x", "x" * 41, "u:me", "%00", "-x", "ä", "a b"])
async def test_an_address_that_no_room_can_have_is_not_found(name: str) -> None:
    async with Site().served() as at:
        answer = await send(at, name, text="list")
    assert answer.status == 404


def test_names_become_addresses() -> None:
    assert new_address("#Spin glasses") == "spin-glasses"
    assert new_address("x" * 60) == "x" * 40
    assert new_address("日本") == ""


async def test_a_command_is_asked_as_the_local_reader_in_this_room() -> None:
    site = Site(places=(Place(CHANNEL, "#reading"),))
    async with site.served() as at:
        await send(at, text="list", zone="Europe/Berlin")
        await send(at, "u:you", text="alert list", zone="../../etc/passwd")
    first, second = site.asked
    assert (first.text, first.where, first.where_name) == ("list", CHANNEL, "#reading")
    assert (first.person.id, first.person.zone) == (READER.id, "Europe/Berlin")
    assert (first.in_person, first.may_edit) == (False, True)
    assert (second.where, second.in_person, second.person.zone) == (ALERTS, True, "")


async def test_a_private_answer_is_drawn_on_the_page_and_kept_nowhere() -> None:
    table = (("Number", "Topic"), ("1", "image generation"), ("2", "spin glass"))
    actions = (Action("Pause image generation", "pause 1"), Action("Help", "help"))
    reply = Reply(title="2 topics", text="One.\nTwo.", table=table, actions=actions)
    site = Site(replies={"list": reply})
    async with site.served() as at:
        answer = await read(await send(at, text="list"))
    assert "Only you see this" in words(answer)
    section = found(answer, "//*[@data-answer]")[0]
    assert "2 topics" in words(section)
    assert [words(cell) for cell in found(section, ".//td")][:2] == ["1", "image generation"]
    pause = found(section, ".//button[@value='pause 1']")[0]
    assert (words(pause), pause.get("aria-label")) == ("Pause", "Pause image generation")
    assert words(found(section, ".//button[@value='help']")[0]) == "Help"
    assert site.channel.entries == []


async def test_a_public_answer_stands_in_the_channel_with_who_did_it() -> None:
    reply = Reply(title="#papers now gets it", actions=(Action("Undo", "undo"),), public=True)
    site = Site(replies={"subscribe it": reply})
    async with site.served() as at:
        answer = await send(at, text="subscribe it")
        assert answer.status == 303
        assert answer.headers["Location"] == "/c/papers#m-1"
        article = (await page(at)).get_element_by_id("m-1")
    assert "You, Tue 24 Nov" in words(article)
    assert unpack(site.channel.entries[0].payload).buttons == (Button("Undo", "undo"),)


async def test_the_script_gets_the_same_as_fragments() -> None:
    public = Reply(title="Done", public=True)
    site = Site(replies={"public": public, "private": Reply(title="Here")})
    async with site.served() as at:
        told = await (await send(at, fragment=True, text="public")).json()
        assert (told["id"], told["said"]) == (1, "Done")
        assert html.fragment_fromstring(told["entry"]).get("id") == "m-1"
        told = await (await send(at, fragment=True, text="private")).json()
        assert (told["said"], told["ok"]) == ("Here", 1)
        assert html.fragment_fromstring(told["answer"]).get("data-answer") is not None


async def test_a_form_is_drawn_with_its_errors_and_sent_with_its_values() -> None:
    fields = (
        Field("topic", "Topic", "spin glass", "For example: x"),
        Field("kinds", "What", "new", choices=(("all", "All"), ("new", "New only"))),
        Field("lines", "Lines", "\nfirst\nsecond", lines=3),
    )
    form = Form("Change 1", "edit 1", fields, "Save")
    site = Site(replies={"edit 1": Reply(form=form, errors=(("topic", "No such."),), ok=False)})
    async with site.served() as at:
        body = await read(await send(at, text="edit 1"))
        drawn = found(body, "//*[@data-answer]//form")[0]
        values = dict(drawn.form_values())
        assert values == {
            "text": "edit 1", "v.topic": "spin glass", "v.kinds": "new",
            "v.lines": "\n\nfirst\nsecond",
        }  # fmt: skip  # the parser keeps a newline that HTML drops after <textarea>
        topic = body.get_element_by_id("f-topic")
        assert topic.get("aria-invalid") == "true"
        about = [
            words(body.get_element_by_id(one)) for one in topic.get("aria-describedby").split()
        ]
        assert about == ["No such.", "For example: x"]
        await send(at, **values)
    assert site.asked[-1].values == {
        "topic": "spin glass", "kinds": "new", "lines": "\n\nfirst\nsecond"
    }  # fmt: skip


async def test_a_file_is_shown_and_can_be_downloaded() -> None:
    content = 'spin glass "a" <b>\n100% & more\n'
    site = Site(replies={"export": Reply(file=("topics.txt", content))})
    async with site.served() as at:
        body = await read(await send(at, text="export"))
    assert found(body, "//pre")[0].text_content() == content
    link = found(body, "//a[@download='topics.txt']/@href")[0]
    kind, _, data = link.partition(",")
    assert kind == "data:text/plain;charset=utf-8"
    assert "%3Cb%3E%0A100%25%20%26" in data


async def test_what_failed_stays_in_the_command_line() -> None:
    async with Site().served() as at:
        body = await read(await send(at, text="unsbscribe 2"))
    assert body.get_element_by_id("line").get("value") == "unsbscribe 2"


async def test_examples_fill_the_command_line_and_send_nothing() -> None:
    site = Site(replies={"help": Reply(table=(("To", "Type"), ("Stop", "/arxiv unsubscribe 2")))})
    async with site.served() as at:
        body = await read(await send(at, text="help"))
        link = found(body, "//td//a/@href")[0]
        assert link == "?line=unsubscribe+2#line"
        again = await page(at, "c/papers?line=unsubscribe+2")
    assert again.get_element_by_id("line").get("value") == "unsubscribe 2"
    assert len(site.asked) == 1


async def test_replies_of_a_thread_stand_under_their_message() -> None:
    site = Site()
    parent = await site.post(digest(*numbered(7), compact=True))
    await site.post(digest(card(1, "In the thread")), parent=parent.id)
    async with site.served() as at:
        body = await page(at)
    assert found(body, "//article/@id") == ["m-1"]
    thread = body.find_class("thread")[0]
    assert "In the thread" in words(thread)


async def test_a_message_of_a_later_version_does_not_take_the_others_along() -> None:
    site = Site()
    await site.post(Message(title="Before"))
    await site.channel.put("later", CHANNEL, MORNING, '{"format": 99}')
    async with site.served() as at:
        text = words(await page(at))
    assert "Before" in text
    assert "another version of Paperboy" in text


async def test_buttons_of_a_digest_carry_its_key() -> None:
    site = Site()
    await site.post(Message(title="x", buttons=(Button("Show 12 more", "more {key}"),)), key="K")
    async with site.served() as at:
        assert found(await page(at), "//button[@value='more K']")


async def test_a_room_name_that_is_no_number_of_an_entry_changes_nothing() -> None:
    async with Site().served() as at:
        for before in ("x", "-1", "9" * 30, "", "1e3", "١"):
            await page(at, f"c/papers?before={before}")


async def test_where_a_message_answers_nothing_else_is_drawn() -> None:
    site = Site(replies={"subscribe diffusion policy": Reply()})
    async with site.served() as at:
        told = await send(at, "u:you", fragment=True, text="subscribe diffusion policy")
        assert await told.json() == {"answer": "", "said": "", "ok": 1}
        body = await read(await send(at, "u:you", text="subscribe diffusion policy"))
    assert not found(body, "//*[@data-answer]")
