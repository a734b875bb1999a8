import random

import pytest
from hypothesis import given, settings

from bot.compose.evaluate import Analysed, holds
from bot.compose.match import TopicIndex, excluded_by, explain
from bot.compose.topic import Topic, parse_topic
from bot.model import Because, Paper
from tests.compose.test_match import PAPERS, TOPICS, paper


def because(topic: str, subject: Paper) -> list[tuple[str, str, int]]:
    """The reasons as (field, words, index), each checked against the raw text."""
    (match,) = TopicIndex([parse_topic(topic)]).match([subject])
    for why in match.because:
        raw = _raw(subject, why)
        assert why.spans
        whole = raw[why.spans[0][0] : why.spans[-1][1]]  # a name's words stand apart
        each = {raw[start:end] for start, end in why.spans}
        assert why.words == whole or each == {why.words}
    return [(why.field, why.words, why.index) for why in match.because]


def _raw(subject: Paper, why: Because) -> str:
    match why.field:
        case "title":
            return subject.title
        case "abstract":
            return subject.abstract
        case "comment":
            return subject.comment or ""
        case "journal":
            return subject.journal_ref or ""
        case "author":
            return subject.authors[why.index]
        case _:
            return subject.categories[why.index]


def test_words_are_shown_as_they_stand_in_the_text() -> None:
    subject = paper("Image Generators", "Text-to-image\ngeneration of $x$; image  generation.")
    assert because("image generation", subject) == [
        ("title", "Image Generators", 0),
        ("abstract", "image\ngeneration", 0),
        ("abstract", "image  generation", 0),
    ]


def test_the_same_words_are_one_reason_with_all_their_places() -> None:
    (why,) = explain(parse_topic("spin glass"), paper("spin glass", "a spin glass; spin glass"))[1:]
    assert why == Because("abstract", "spin glass", ((2, 12), (14, 24)))


def test_stems_point_at_whole_words() -> None:
    assert because("LLM", paper("On LLMs' limits")) == [("title", "LLMs", 0)]
    assert because("newton", paper("Newton's law")) == [("title", "Newton's", 0)]
    assert because("text to image", paper("Text-for-images")) == [("title", "Text-for-images", 0)]


def test_every_part_that_counts_is_named_and_no_other() -> None:
    subject = paper("diffusion", "flow", categories=("cs.LG", "eess.SY"), comment="ICML 2026")
    assert because("diffusion AND (nothing OR flow) AND cat:cs.*", subject) == [
        ("title", "diffusion", 0),
        ("abstract", "flow", 0),
        ("category", "cs.LG", 0),
        ("category", "eess.SY", 1),
    ]
    assert because("diffusion, flow AND nothing, co:ICML -survey", subject) == [
        ("title", "diffusion", 0),
        ("comment", "ICML", 0),
    ]


def test_an_author_is_named_by_index_with_the_words_that_fit() -> None:
    subject = paper(authors=("Ada Lovelace", r"Bernhard M. Sch\"olkopf"))
    assert because('au:"scholkopf b"', subject) == [("author", r"Bernhard M. Sch\"olkopf", 1)]
    (why,) = explain(parse_topic('au:"scholkopf b"'), subject)
    assert [subject.authors[1][start:end] for start, end in why.spans] == [
        "Bernhard",
        r"Sch\"olkopf",
    ]


def test_all_fields_give_their_reasons() -> None:
    subject = paper("", "hinton", authors=("G. Hinton",), comment="by Hinton", journal="Hinton J.")
    assert because("all:hinton", subject) == [
        ("abstract", "hinton", 0),
        ("comment", "Hinton", 0),
        ("journal", "Hinton", 0),
        ("author", "Hinton", 0),
    ]


def test_an_empty_title_is_not_taken_for_the_comment() -> None:
    assert explain(parse_topic("ti:ICML"), paper("", "", comment="ICML")) == ()
    assert explain(parse_topic("all:ICML"), paper("", "", comment="ICML")) == (
        Because("comment", "ICML", ((0, 4),)),
    )


def test_a_paper_that_does_not_match_has_no_reasons() -> None:
    assert explain(parse_topic("diffusion -survey"), paper("diffusion survey")) == ()


@settings(max_examples=200)
@given(TOPICS, PAPERS)
def test_a_match_has_reasons_in_the_raw_text_and_only_a_match_has(
    topic: Topic, papers: list[Paper]
) -> None:
    for subject in papers:
        reasons = explain(topic, subject)
        assert bool(reasons) == holds(topic.expression, Analysed(subject))
        for why in reasons:
            raw = _raw(subject, why)
            assert all(0 <= start < end <= len(raw) for start, end in why.spans)
            assert raw[why.spans[0][0] :].startswith(why.words)


# ── what left a paper out ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("topic", "title", "part"),
    [
        ("diffusion -survey", "A diffusion survey", "-survey"),
        ("diffusion -Survey", "A diffusion model", None),
        ("diffusion -survey", "A survey", None),
        ('diffusion -"survey paper"', "diffusion survey papers", '-"survey paper"'),
        ("diffusion -review -ti:survey", "diffusion survey", "-ti:survey"),
        ("diffusion -(flow AND image)", "diffusion flow image", "-(flow AND image)"),
        ("flow, diffusion -survey", "diffusion survey", "-survey"),
        ("flow, diffusion -survey", "flow survey", None),
        ("flow AND (diffusion -survey)", "diffusion survey", None),
        ("diffusion AND (flow OR image -survey)", "diffusion image survey", "-survey"),
        ("diffusion -cat:cs.CV", "diffusion", "-cat:cs.CV"),
    ],
)
def test_the_part_that_left_a_paper_out_is_named(topic: str, title: str, part: str | None) -> None:
    assert excluded_by(parse_topic(topic), paper(title, categories=("cs.CV",))) == part


@given(TOPICS, PAPERS)
def test_only_a_paper_that_did_not_match_was_left_out(topic: Topic, papers: list[Paper]) -> None:
    for subject in random.Random(1).sample(papers, len(papers)):
        part = excluded_by(topic, subject)
        if part is not None:
            assert part.startswith("-")
            assert not holds(topic.expression, Analysed(subject))
