"""Everything that Paperboy shows in Slack can be drawn, to be looked at."""

import pytest

from bot.dialogue import Reply
from bot.model import Density, Destination
from bot.platforms.slack.answers import card_view, messages_of
from bot.platforms.slack.forms import form_view
from bot.platforms.slack.home import Part, home_view
from bot.platforms.slack.where import Where
from tests.pictures.block_kit import page
from tests.pictures.digest import demo_digest
from tests.platforms.slack.samples import PAPER, digest
from tests.platforms.slack.test_answers import FORM, LIST
from tests.platforms.slack.test_render import messages

HERE = Where("C0PAPERS", "#papers")


@pytest.mark.parametrize("density", Density)
def test_digests_can_be_drawn(density: Density) -> None:
    drawn = page(messages(digest(3, density=density)))
    assert drawn.count("The glass of N=4") >= 3
    assert "Open a paper…" in drawn


def test_answers_forms_cards_and_home_can_be_drawn() -> None:
    assert "2. spin" in page(messages_of(LIST))
    form = page([form_view(FORM, HERE)])
    assert "daily at 9:00" in form
    assert "<span class='press go'>Subscribe</span>" in form
    card = page([card_view(Reply(papers=(PAPER,), whole=True), HERE)])
    assert "We propose a new glass &lt;b&gt;" in card
    assert "Your alerts" in page([home_view([Part("Your alerts", LIST, HERE)])])


def test_the_digest_of_the_picture_is_that_of_the_demo() -> None:
    drawn = page(messages(demo_digest(Destination("slack", "T0", "C0"))))
    assert "arXiv of Tue 24 Nov: 5 papers" in drawn
