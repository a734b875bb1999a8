"""Topics written out again: readings, arXiv's syntax, identity, and the round trip."""

import contextlib
import time

from hypothesis import given, strategies as st

from bot.compose import expression as tree
from bot.compose.expression import Author, Category, Expression, Field, author, phrase
from bot.compose.topic import Topic, parse_topic, to_arxiv
from bot.errors import TopicError
from bot.model import Kind


def test_the_reading_keeps_the_persons_spelling_and_shows_parentheses() -> None:
    topic = parse_topic("cat:cs.CV AND Diffusion OR ti:Text-to-Image AND au:Schölkopf")
    assert topic.reading == ('(cat:cs.CV AND Diffusion) OR (ti:"Text-to-Image" AND au:Schölkopf)')
    assert topic.label == "cat:cs.CV AND Diffusion OR ti:Text-to-Image AND au:Schölkopf"


def test_arxiv_is_always_sent_parentheses() -> None:
    topic = parse_topic("cat:cs.* AND spin glass OR au:Parisi -abs:x1")
    assert to_arxiv(topic.expression) == (
        '(((cat:cs.*) AND (ti:"spin glass" OR abs:"spin glass"))'
        ' OR ((au:"parisi") ANDNOT (abs:"x1")))'
    )


def test_arxiv_is_asked_for_a_category_under_all_its_living_names() -> None:
    assert to_arxiv(parse_topic("cs.NA").expression) == "(cat:math.NA OR cat:cs.NA)"
    assert to_arxiv(parse_topic("cs.CL").expression) == "(cat:cs.CL)"
    assert to_arxiv(parse_topic("astro-ph").expression) == "((cat:astro-ph) OR (cat:astro-ph.*))"


def test_topics_with_the_same_words_are_the_same() -> None:
    assert parse_topic("Image Generation") == parse_topic('"image-generation"')
    assert parse_topic("a1, b1") == parse_topic("a1 OR b1 OR a1")
    assert parse_topic("a1 kind:new") != parse_topic("a1")
    assert parse_topic("a1 kind:new").canonical == parse_topic("a1").canonical
    assert parse_topic("images") != parse_topic("image")


def test_only_topics_that_look_at_comments_or_journals_need_enrichment() -> None:
    assert parse_topic("a1 AND co:ICML").needs_enrichment
    assert parse_topic("jr:nature").needs_enrichment
    assert parse_topic("all:nature").needs_enrichment
    assert not parse_topic("a1 AND au:x AND cat:cs.CV").needs_enrichment


WORDS = st.text("abcXYZ09é'’.:-ßİ日 ", min_size=1, max_size=12)
PHRASES = st.builds(phrase, st.sampled_from(Field), WORDS).filter(lambda p: bool(p.stems))
AUTHORS = st.builds(author, WORDS).filter(lambda a: bool(a.words))
CATEGORIES = st.sampled_from(["cs.CV", "hep-th", "cs.*", "math-ph", "astro-ph", "*.GN"]).map(
    Category
)


def _nested(parts: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    several = st.lists(parts, min_size=2, max_size=4)
    return (
        several.map(lambda found: tree.either(*found))
        | several.map(lambda found: tree.both(*found))
        | st.tuples(parts, parts)
        .filter(lambda pair: not tree.implies(*pair))
        .map(lambda pair: tree.without(*pair))
    )


def _possible(expression: Expression) -> bool:
    """Whether nothing in it is left out of itself, which the parser refuses."""
    match expression:
        case tree.And(parts) | tree.Or(parts):
            return all(map(_possible, parts))
        case tree.AndNot(keep, drop):
            apart = drop.parts if isinstance(drop, tree.Or) else (drop,)
            here = not any(tree.implies(keep, d) for d in apart)
            return here and _possible(keep) and _possible(drop)
        case _:
            return True


LEAVES: st.SearchStrategy[Expression] = PHRASES | AUTHORS | CATEGORIES
EXPRESSIONS = st.recursive(LEAVES, _nested, max_leaves=8).filter(_possible)


@given(EXPRESSIONS, st.none() | st.frozensets(st.sampled_from(Kind), min_size=1))
def test_any_expression_written_out_reads_back_as_itself(
    expression: Expression, kinds: frozenset[Kind] | None
) -> None:
    topic = Topic("", tree.canonical_text(expression), expression, kinds)
    again = parse_topic(topic.text)
    assert (again, again.expression) == (topic, expression)
    assert again.text == topic.text


SIGNS = ["AND", "OR", "ANDNOT", "NOT", *"()\"“”'-–,*|２\n", "ti:", "au:", "cat:", "kind:", "all:"]
VALUES = ["new", "cs.CV", "image", "Hinton", "hep-th", "the", "and", "naïve", "2502.07701"]
PIECES = st.sampled_from([*SIGNS, *VALUES, "https://arxiv.org/list/cs/new"])


@given(st.lists(PIECES, max_size=12).map(" ".join) | st.lists(PIECES, max_size=8).map("".join))
def test_any_text_is_read_or_refused_and_what_is_read_can_be_written(text: str) -> None:
    try:
        topic = parse_topic(text)
    except TopicError as error:
        readable = [parse_topic(suggestion) for suggestion in error.suggestions]
        assert len(readable) <= 3
        assert 0 <= error.position <= len(text)  # noqa: PT017
        return
    assert parse_topic(topic.text) == topic
    assert parse_topic(topic.canonical).expression == topic.expression
    assert parse_topic(topic.reading).expression == topic.expression
    assert all(parse_topic(remark.instead) for remark in topic.warnings if remark.instead)


@given(st.text())
def test_text_from_anywhere_is_read_or_refused(text: str) -> None:
    try:
        topic = parse_topic(text)
    except TopicError:
        return
    assert parse_topic(topic.text) == topic


def test_hostile_text_is_read_or_refused_at_once() -> None:
    many = " OR ".join(f"a{n}" for n in range(95))
    hostile = [
        *(sign * 4000 for sign in ("(", '"', "-", "*", ":", "'")),
        *("a,(" * 1300, "ti:" * 1300, "a AND " * 600 + "b", f"({','.join('a' * 1900)})"),
        "https://arxiv.org/list/" + "a+" * 1000,
        f"({many}) ANDNOT ({many.replace('a', 'b')})",
        "cat:" + "*a" * 1000,
    ]
    for text in hostile:
        start = time.perf_counter()
        with contextlib.suppress(TopicError):
            parse_topic(text)
        assert time.perf_counter() - start < 1


def test_an_author_is_found_by_folded_words_in_any_order() -> None:
    assert author("Schölkopf, B.") == Author(("scholkopf", "b"), "")
