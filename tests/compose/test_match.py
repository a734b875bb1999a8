"""The index against a brute-force reading of the rules, written without the product's code."""

import random
import re
import unicodedata

import pytest
from hypothesis import given, settings, strategies as st

from bot.compose import expression as tree
from bot.compose.expression import Expression, Field
from bot.compose.match import TopicIndex, matches
from bot.compose.stem import stem
from bot.compose.topic import Topic, parse_topic
from bot.model import Paper, Raw
from bot.taxonomy import names


def paper(
    title: str = "",
    abstract: str = "",
    *,
    authors: tuple[str, ...] = (),
    categories: tuple[str, ...] = (),
    comment: str | None = None,
    journal: str | None = None,
    number: int = 1,
) -> Paper:
    return Paper(
        id=f"2601.{number:05}",
        title=Raw(title),
        abstract=Raw(abstract),
        authors=tuple(map(Raw, authors)),
        categories=categories,
        comment=None if comment is None else Raw(comment),
        journal_ref=None if journal is None else Raw(journal),
    )


def found(topic: str, subject: Paper) -> bool:
    parsed = parse_topic(topic)
    in_index = [match.topic for match in TopicIndex([parsed]).match([subject])]
    assert in_index == ([parsed] if matches(parsed.expression, subject) else [])
    return bool(in_index)


# ── the rules, one by one ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("topic", "text", "expected"),
    [
        ("image generation", "Text-to-image generation", True),
        ("image generation", "generating images", False),
        ("image generation", "image generators", True),
        ("image generation", "image. Generation of", True),
        ("image generation", "image and generation", False),
        ("image generation", "image–generation, {image}", True),
        ("image generation", "The image", False),
        ("LLMs", "an LLM", True),
        ("VLA", "TMR-VLA:Vision", False),
        ("VLA", "VLA: Vision", True),
        ("text to image", "text for image", True),
        ("text to image", "text your image", True),
        ("text to image", "text image", False),
        ("text to image", "text to an image", False),
        ("the image", "image", True),
        ("Newton method", "Newton's method", True),
        ("a1 of b1 c1 d1 e1 f1", "x a1 q b1 c1 d1 e1 f1", True),
        ("a1 of b1 c1 d1 e1 f1", "x a1 q b1 c1 d1 e1 g1", False),
        ("morphology", "morphological", True),
        ("Schrödinger", "SCHRÖDINGER’S", True),
    ],
)
def test_a_phrase_is_its_stems_side_by_side(topic: str, text: str, *, expected: bool) -> None:
    assert found(topic, paper(title=text)) is expected
    assert found(topic, paper(abstract=text)) is expected
    assert found(f"abs:{topic}", paper(title=text)) is False


def test_a_phrase_never_spans_title_and_abstract() -> None:
    assert not found("image generation", paper("An image", "generation of"))
    assert not found("image to generation", paper("An image", "generation of"))
    assert not found('"image of the generation"', paper("An image", "generation"))


@pytest.mark.parametrize(
    ("topic", "expected"),
    [
        ("co:ICML", True),
        ('co:"to appear"', True),
        ('co:"will appear"', False),
        ('jr:"Phys Rev A"', True),
        ('jr:"Phys Rev B"', False),
        ("co:nature", False),
        ("all:ICML", True),
        ('all:"Phys. Rev. A"', True),
        ("all:images", True),
        ('all:"geoffrey hinton"', True),
        ("all:nothing", False),
        ("ICML", False),
    ],
)
def test_comments_journals_and_all_fields_are_looked_at_when_asked_for(
    topic: str, *, expected: bool
) -> None:
    subject = paper(
        "Image",
        authors=("Geoffrey E. Hinton",),
        comment="To appear at ICML",
        journal="Phys. Rev. A 7",
    )
    assert found(topic, subject) is expected


def test_an_unknown_comment_matches_nothing() -> None:
    assert not found("co:ICML", paper("ICML"))


@pytest.mark.parametrize(
    ("topic", "expected"),
    [
        ("au:Schölkopf", True),
        ('au:"scholkopf b"', True),
        ('au:"Bernhard Scholkopf"', True),
        ('au:"scholkopf c"', False),
        ('au:"scholkopf geoffrey"', False),
        ("au:bern", False),
        ('au:"hinton g e"', True),
        ('au:"hinton g g"', False),
        ("au:g", True),
        ('au:"l l"', False),
        ('au:"li l"', False),
        ("au:li", True),
    ],
)
def test_an_author_is_all_words_in_any_order_within_one_name(topic: str, *, expected: bool) -> None:
    subject = paper(authors=(r"Bernhard Sch\"olkopf", "G. Everest Hinton", "Li Wei"))
    assert found(topic, subject) is expected


@pytest.mark.parametrize(
    ("topic", "expected"),
    [
        ("cat:cs.CV", True),
        ("cat:eess.SY", True),
        ("cat:cs.SY", True),
        ("cat:cs.*", True),
        ("cat:math.*", False),
        ("cat:eess.*", True),
        ("cat:hep-th", False),
        ("cat:*.CV", True),
    ],
)
def test_a_category_is_primary_or_cross_listed_under_any_of_its_names(
    topic: str, *, expected: bool
) -> None:
    assert found(topic, paper(categories=("cs.CV", "eess.SY"))) is expected


def test_a_category_newer_than_this_program_fits_its_archive() -> None:
    assert found("cat:cs.*", paper(categories=("cs.ZZ",)))


def test_operators_combine_as_they_read() -> None:
    subject = paper("diffusion survey", categories=("cs.CV",))
    assert found("cat:cs.CV AND diffusion", subject)
    assert not found("diffusion -survey", subject)
    assert found("flow OR diffusion AND cat:cs.CV", subject)
    assert not found("flow, hep-th", subject)


# ── index = brute force ──────────────────────────────────────────────────────────────────────────

STOP = set(
    "a an and are as at be but by for if in into is it no not of on or such that "  # noqa: SIM905
    "the their then there these they this to was will with".split()
)


def _words(text: str) -> list[str]:
    """The words of the plain texts below: no joining marks occur in them."""
    return re.findall(r"[a-z0-9]+", text.casefold())


def _indexed(text: str) -> list[str | None]:
    return [None if word in STOP else stem(word) for word in _words(text)]


def _phrase(words: tuple[str, ...], text: list[str | None] | list[str], *, exact: bool) -> bool:
    wanted: list[str | None] = [stem(w) if exact or w not in STOP else None for w in words]
    while wanted and wanted[0] is None:
        wanted.pop(0)
    while wanted and wanted[-1] is None:
        wanted.pop()
    return any(
        all(w in (None, t) for w, t in zip(wanted, text[i : i + len(wanted)], strict=True))
        for i in range(len(text) - len(wanted) + 1)
    )


def _name(text: str) -> list[str]:
    bare = unicodedata.normalize("NFD", text.casefold())
    return re.findall(r"[a-z0-9]+", re.sub(r"[\u0300-\u036f]", "", bare))


def _author(wanted: tuple[str, ...], name: str) -> bool:
    left = _name(name)
    for word in (w for w in wanted if len(w) > 1):
        if word not in left:
            return False
        left.remove(word)
    initials = [word for word in wanted if len(word) == 1]
    return all(sum(w[0] == i for w in left) >= initials.count(i) for i in initials)


def brute(expression: Expression, subject: Paper) -> bool:
    match expression:
        case tree.And(parts):
            return all(brute(part, subject) for part in parts)
        case tree.Or(parts):
            return any(brute(part, subject) for part in parts)
        case tree.AndNot(keep, drop):
            return brute(keep, subject) and not brute(drop, subject)
        case tree.Author(words):
            return any(_author(words, name) for name in subject.authors)
        case tree.Category(pattern):
            shape = re.compile(re.escape(pattern).replace(r"\*", ".*"))
            known = [name for cat in subject.categories for name in names(cat)]
            return any(shape.fullmatch(name) for name in known)
        case tree.Phrase(where, words):
            return _brute_phrase(where, words, subject)


def _brute_phrase(where: Field, words: tuple[str, ...], subject: Paper) -> bool:
    english = {Field.TITLE: subject.title, Field.ABSTRACT: subject.abstract}
    exact = {Field.COMMENT: subject.comment or "", Field.JOURNAL: subject.journal_ref or ""}
    wide = {Field.ANY: set(english), Field.ALL: set(english) | set(exact)}.get(where, {where})
    return (
        any(_phrase(words, _indexed(english[f]), exact=False) for f in wide if f in english)
        or any(
            _phrase(words, [stem(w) for w in _words(exact[f])], exact=True)
            for f in wide
            if f in exact
        )
        or (where is Field.ALL and any(_author(words, name) for name in subject.authors))
    )


VOCABULARY = ["image", "images", "imaging", "model", "models", "li", "l", "the", "of", "to", "y"]
PEOPLE = ["li", "wei", "l", "w", "Schölkopf", "scholkopf", "B.", "model"]
TEXT = st.lists(st.sampled_from(VOCABULARY), max_size=9).map(" ".join)
PERSON = st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=3).map(" ".join)
CATS = ["cs.CV", "cs.LG", "eess.SY", "hep-th", "math-ph"]

PAPERS = st.lists(
    st.builds(
        paper,
        TEXT,
        TEXT,
        authors=st.lists(PERSON, max_size=3).map(tuple),
        categories=st.lists(st.sampled_from(CATS), max_size=2, unique=True).map(tuple),
        comment=st.none() | TEXT,
        journal=st.none() | TEXT,
    ),
    max_size=4,
)
LEAVES: st.SearchStrategy[Expression] = (
    st.builds(tree.phrase, st.sampled_from(Field), TEXT).filter(lambda p: bool(p.stems))
    | PERSON.map(tree.author)
    | st.sampled_from([*CATS, "cs.*", "math.*", "*.CV"]).map(tree.Category)
)
EXPRESSIONS = st.recursive(
    LEAVES,
    lambda parts: (
        st.lists(parts, min_size=2, max_size=3).map(lambda found: tree.either(*found))
        | st.lists(parts, min_size=2, max_size=3).map(lambda found: tree.both(*found))
        | st.tuples(parts, parts).map(lambda pair: tree.without(*pair))
    ),
    max_leaves=6,
)
TOPICS = EXPRESSIONS.map(lambda found: Topic("", tree.canonical_text(found), found))


@settings(max_examples=300)
@given(st.lists(TOPICS, max_size=12), PAPERS, st.randoms(use_true_random=False))
def test_the_index_finds_what_reading_every_topic_against_every_paper_finds(
    topics: list[Topic], papers: list[Paper], chance: random.Random
) -> None:
    index = TopicIndex(topics)
    kept = list(dict.fromkeys(topics))
    for topic in chance.sample(topics, len(topics) // 2):
        index.remove(topic)
        kept = [other for other in kept if other != topic]
    for topic in chance.sample(topics, len(topics) // 3):
        index.add(topic)
        kept += [] if topic in kept else [topic]
    expected = [(t, p) for p in papers for t in kept if brute(t.expression, p)]
    assert [(m.topic, m.paper) for m in index.match(papers)] == expected
    assert len(index) == len(kept)
    for topic in topics:
        index.remove(topic)
    assert not index._waiting
    assert not list(index.match(papers))


def test_a_topic_is_in_the_index_once_and_can_be_removed_twice() -> None:
    topic = parse_topic("image generation")
    index = TopicIndex([topic, parse_topic("Image-Generation")])
    assert len(index) == 1
    assert index.names == {topic.canonical}
    subject = paper("image generation")
    assert len(list(index.match([subject]))) == 1
    index.remove(topic)
    index.remove(topic)
    assert list(index.match([subject])) == []
