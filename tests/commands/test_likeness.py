import pytest
from hypothesis import given, strategies as st

from bot.commands.likeness import all_its_words, nearest
from bot.compose.topic import parse_topic
from bot.errors import TopicError
from bot.model import Daily, Destination, Subscription

HERE = Destination("slack", "T1", "C1")


def kept(topic: str) -> Subscription:
    return Subscription(HERE, 1, parse_topic(topic).canonical, topic, Daily(), "UTC", 0)


@pytest.mark.parametrize(
    ("there", "typed"),
    [
        ("image generation", "images generation"),
        ("image generation", "image-generation AND image generation"),
        ("difusion model", "diffusion model"),
        ("spin glass, spin liquid", "spin liquid OR spin glass OR spin ice"),
        ("image generation", "image generation, text to image"),
        ("a1 AND b1", "b1 AND a1"),
        ("ti:lamps", "ti:lamp"),
        ("cs.CV, cs.CL", "cs.CL"),
        ("au:hinton", "au:hinten"),
    ],
)
def test_what_is_nearly_the_same_is_near(there: str, typed: str) -> None:
    assert nearest(parse_topic(typed), [kept("quantum"), kept(there)]) == kept(there)


@pytest.mark.parametrize(
    ("there", "typed"),
    [
        ("cs.CV", "cs.CL"),
        ("hep-th", "hep-ph"),
        ("image generation", "video generation"),
        ("image generation", "image generation AND cat:cs.CV"),
        ("supervised learning", "unsupervised learning"),
        ("3d gaussian", "4d gaussian"),
        ("ti:lamps", "abs:lamps"),
        ("diffusion", "flow"),
    ],
)
def test_what_is_something_else_is_not_near(there: str, typed: str) -> None:
    assert nearest(parse_topic(typed), [kept(there)]) is None


def test_a_topic_that_an_older_paperboy_wrote_is_passed_over() -> None:
    old = Subscription(HERE, 1, "((", "((", Daily(), "UTC", 0)
    assert nearest(parse_topic("lamps"), [old]) is None


@pytest.mark.parametrize(
    ("phrase", "words", "number"),
    [
        ("llm agents safety", "llm AND agents AND safety", 3),
        ("text to image", "text AND image", 2),
        ("many-body OR_state localization", '"many-body" AND "OR_state" AND localization', 3),
        ('"spin glass"', "spin AND glass", 2),
        ("ti:spin glass", "ti:spin AND ti:glass", 2),
        ("lamps lamps", "", 0),
        ("lamps", "", 0),
        ("co:two words", "", 0),
        ("au:two words", "", 0),
        ("a1 b1, c1", "", 0),
    ],
)
def test_a_phrase_is_taken_apart_into_the_words_that_are_indexed(
    phrase: str, words: str, number: int
) -> None:
    assert all_its_words(parse_topic(phrase)) == (words, number)


@given(st.lists(st.text(st.characters(categories=("L", "N", "P")), min_size=1), min_size=2))
def test_the_words_of_any_phrase_can_be_read(parts: list[str]) -> None:
    text = " ".join(part.replace('"', "") for part in parts)
    try:
        topic = parse_topic(f'"{text}"')
    except TopicError:
        return
    words, _ = all_its_words(topic)
    if words:
        parse_topic(words)
