import pytest

from bot.compose.topic import LONGEST, parse_topic
from bot.errors import TopicError
from bot.model import Kind


def refused(text: str) -> TopicError:
    with pytest.raises(TopicError) as caught:
        parse_topic(text)
    return caught.value


# ── how text is read ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("image generation", '"image generation"'),
        ("  Image   Generation ", '"image generation"'),
        ("image generation, text to image", '"image generation" OR "text to image"'),
        ("text-to-image", '"text to image"'),
        ("ti:image generation AND au:hinton g", 'ti:"image generation" AND au:"hinton g"'),
        ("abs:spin glass", 'abs:"spin glass"'),
        ("co:ICML jr:x OR all:y", None),
        ("cat:cs.CV AND diffusion", 'cat:cs.CV AND "diffusion"'),
        ("a1 OR b1 AND c1", '"a1" OR ("b1" AND "c1")'),
        ("a1 ANDNOT b1 OR c1", '("a1" ANDNOT "b1") OR "c1"'),
        ("a1 -b1", '"a1" ANDNOT "b1"'),
        ("-b1 AND a1", '"a1" ANDNOT "b1"'),
        ("a1 AND NOT b1", '"a1" ANDNOT "b1"'),
        ("a1 -(b1 OR c1)", '"a1" ANDNOT "b1" ANDNOT "c1"'),
        ("a1 -ti:b1 c1", '"a1" ANDNOT ti:"b1 c1"'),
        ("((a1 AND (b1 AND c1)))", '"a1" AND "b1" AND "c1"'),
        ("a1, b1 AND c1, a1", '"a1" OR ("b1" AND "c1")'),
        ("ti:(a1 OR b1)", 'ti:"a1" OR ti:"b1"'),
        ("cat:(cs.CV OR cs.LG)", "cat:cs.CV OR cat:cs.LG"),
        ("1,3-butadiene", '"1,3 butadiene"'),
        ("TI: image", 'ti:"image"'),
        ("Newton's method", '"newton method"'),
        ('au:"Schölkopf"', 'au:"scholkopf"'),
        ('au:"scholkopf b"', 'au:"scholkopf b"'),
        (r'au:"Sch\"olkopf"', None),
        ("state-of-the-art", '"state of the art"'),
    ],
)
def test_a_topic_is_read_as_arxivs_syntax_with_the_usual_precedence(
    typed: str, canonical: str | None
) -> None:
    if canonical is None:
        refused(typed)
    else:
        assert parse_topic(typed).canonical == canonical


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("hep-th", "cat:hep-th"),
        ("cs.CL", "cat:cs.CL"),
        ("Cs.cl", "cat:cs.CL"),
        ("astro-ph", "cat:astro-ph OR cat:astro-ph.*"),
        ("cs", "cat:cs.*"),
        ("math.MP", "cat:math-ph"),
        ("alg-geom", "cat:math.AG"),
        ("image generation, cs.CV", '"image generation" OR cat:cs.CV'),
        ("https://arxiv.org/list/cs.CV/recent?skip=0,25", "cat:cs.CV"),
        ("arxiv.org/list/hep-th/new", "cat:hep-th"),
        ("<https://arxiv.org/list/cs/new|arxiv.org/list/cs/new>", "cat:cs.*"),
        ("https://rss.arxiv.org/rss/cs.CV+cs.LG", "cat:cs.CV OR cat:cs.LG"),
        ("http://export.arxiv.org/archive/astro-ph", "cat:astro-ph OR cat:astro-ph.*"),
        ('"hep-th"', '"hep th"'),
    ],
)
def test_a_category_archive_alias_or_listing_alone_is_that(typed: str, canonical: str) -> None:
    assert parse_topic(typed).canonical == canonical


@pytest.mark.parametrize(
    "typed",
    [
        "“image generation” AND diffusion",
        "„image generation“ AND diffusion",
        "«image generation» AND diffusion",
        "»image generation« AND diffusion",
        "‘image generation’ AND diffusion",
        "「image generation」 AND diffusion",
        "＂ｉｍａｇｅ　ｇｅｎｅｒａｔｉｏｎ＂　ＡＮＤ　ｄｉｆｆｕｓｉｏｎ",
        "（image generation） AND diffusion",
    ],
)
def test_whatever_a_phone_types_is_read_as_what_was_meant(typed: str) -> None:
    assert parse_topic(typed).canonical == '"image generation" AND "diffusion"'


@pytest.mark.parametrize("minus", "-−‐–－")
def test_any_dash_before_a_word_leaves_it_out(minus: str) -> None:
    assert parse_topic(f"diffusion {minus}survey").canonical == '"diffusion" ANDNOT "survey"'


def test_a_dash_inside_or_between_words_is_no_operator() -> None:
    assert parse_topic("Kerr – Newman").canonical == '"kerr newman"'
    assert parse_topic("Kerr–Newman").canonical == '"kerr newman"'


def test_an_apostrophe_opens_no_quote_unless_one_closes_it() -> None:
    assert parse_topic("'t Hooft").canonical == '"t hooft"'
    assert parse_topic("Bell's inequality").canonical == '"bell inequality"'


@pytest.mark.parametrize(
    ("typed", "kinds"),
    [
        ("diffusion", None),
        ("diffusion kind:new", {Kind.NEW}),
        ("kind:replace diffusion", {Kind.REPLACE}),
        ("diffusion, flow kind:new|cross", {Kind.NEW, Kind.CROSS}),
        ("diffusion kind:new,cross", {Kind.NEW, Kind.CROSS}),
        ("diffusion AND kind:new", {Kind.NEW}),
        ("kind:New AND diffusion", {Kind.NEW}),
        ("diffusion AND kind:cross AND flow", {Kind.CROSS}),
    ],
)
def test_kind_stands_beside_the_topic(typed: str, kinds: set[Kind] | None) -> None:
    topic = parse_topic(typed)
    assert topic.kinds == (None if kinds is None else frozenset(kinds))
    assert "kind" not in topic.canonical
    assert parse_topic(topic.text) == topic


@pytest.mark.parametrize(
    ("typed", "suggestions"),
    [
        ("(diffusion kind:new) AND flow", ("(diffusion) AND flow kind:new",)),
        ("diffusion OR kind:new", ("diffusion kind:new",)),
        ("diffusion -kind:new", ()),
        ("a1 OR b1 AND kind:new", ("a1 OR b1 kind:new",)),
        ("a1 kind:new, b1", ("a1, b1 kind:new",)),
        ("a1 kind:new kind:cross", ()),
        ("a1 kind:old", ("a1 kind:new",)),
        ("a1 kind:", ("a1 kind:new",)),
        ("kind:new", ()),
    ],
)
def test_kind_anywhere_else_is_refused(typed: str, suggestions: tuple[str, ...]) -> None:
    assert refused(typed).suggestions == suggestions


# ── what is refused ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("typed", "position", "suggestions"),
    [
        ('ti:"image', 3, ('ti:"image"',)),
        ("ti:“image", 3, ('ti:"image"',)),
        ("(a1 OR b1", 0, ("(a1 OR b1)",)),
        ("a1)", 2, ("a1",)),
        ("image generation cat:cs.CV", 17, (
            "image generation AND cat:cs.CV", "image generation OR cat:cs.CV",
        )),
        ("cat:cs.CV diffusion", 10, ("cat:cs.CV AND diffusion", "cat:cs.CV OR diffusion")),
        ('"a1 b1" c1', 8, ('"a1 b1" AND c1', '"a1 b1" OR c1')),
        ('diffusion "a1 b1"', 10, ('diffusion AND "a1 b1"', 'diffusion OR "a1 b1"')),
        ("text-to-image (T2I) models", 14, ('"text-to-image (T2I) models"',)),
        ("a1 OR -b1", 6, ("a1 -b1",)),
        ("-b1", 1, ()),
        ("ANDNOT b1", 0, ()),
        ("a1 AND", 6, ()),
        ("a1 AND OR b1", 7, ()),
        ("ti:", 3, ()),
        ("ti: AND a1", 4, ()),
        ("()", 1, ()),
        ("(a1, b1)", 3, ("(a1 OR b1)",)),
        ("diffus*", 0, ("diffus",)),
        ("author:hinton", 0, ("au:hinton",)),
        ("a1 AND doi:x", 7, ()),
        ("cat:cs", 4, ("cat:cs.*",)),
        ("cat:cs.CVV", 4, ("cat:cs.CV",)),
        ("", 0, ()),
        (" , ", 3, ()),
        ("😀", 0, ()),
        ("au:...", 3, ()),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_pointed_at_with_texts_that_can(
    typed: str, position: int, suggestions: tuple[str, ...]
) -> None:
    error = refused(typed)
    assert error.text == typed
    assert error.position == position
    assert error.suggestions[: len(suggestions)] == suggestions
    assert bool(error.suggestions) == bool(suggestions)


@pytest.mark.parametrize(
    "typed",
    [
        "the",
        "ti:of the",
        "image, the",
        "cat:*",
        "cat:xyz",
        '"diffusion model" ANDNOT diffusion',
        "ti:diffusion -diffusion",
        "cat:cs.CV ANDNOT cat:cs.*",
        "cat:eess.SY ANDNOT cat:cs.*",
        "a1 AND b1 ANDNOT (c1 OR b1)",
    ],
)
def test_a_topic_that_cannot_match_or_matches_everything_is_refused(typed: str) -> None:
    refused(typed)


def test_what_only_may_be_left_out_is_not_refused() -> None:
    for typed in ("diffusion -ti:diffusion", 'diffusion -"diffusion model"', "a1 -(a1 AND b1)"):
        parse_topic(typed)


@pytest.mark.parametrize(
    "typed",
    ["2502.07701", "arXiv:2502.07701v2", "hep-th/9901001", "https://arxiv.org/abs/2502.07701"],
)
def test_one_paper_is_no_topic(typed: str) -> None:
    assert "search" in str(refused(typed))


def test_the_message_counts_characters_from_one_and_says_what_was_expected() -> None:
    assert str(refused('ti:"image')) == "the quote at character 4 is never closed"
    error = refused("image generation cat:cs.CV")
    assert str(error) == "expected AND or OR before cat: (character 18)"
    assert error.remedy.startswith("Try image generation AND cat:cs.CV or ")


def test_a_topic_has_a_longest_length_a_deepest_nesting_and_a_largest_number_of_parts() -> None:
    assert refused("x" * 5000).position == LONGEST
    refused("(" * 500 + "a1" + ")" * 500)
    refused(",".join(f"{n:x}" for n in range(1, 202)))
    parse_topic("(" * 30 + "a1" + ")" * 30)


# ── what is remarked on ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("typed", "instead"),
    [
        ("cats and dogs", "cats AND dogs"),
        ("cats or dogs", "cats OR dogs"),
        ("cats Or dogs AND mice", "cats OR dogs AND mice"),
        ("Hinton", "au:hinton"),
        ("G. Hinton", 'au:"g. hinton"'),
        ("cat:cs.CV AND diffusion OR flow", "cat:cs.CV AND (diffusion OR flow)"),
        ("x1, a1 AND b1 OR c1", "x1, a1 AND (b1 OR c1)"),
        ("a1 ANDNOT b1 OR c1", "a1 ANDNOT b1 ANDNOT c1"),
        ("cs.CV AND diffusion", "cat:cs.CV AND diffusion"),
        ("au:hinton, lecun", "au:hinton, au:lecun"),
        ("Physics", '"Physics"'),
        ("a1 -survey paper", ""),
        ("cat:cs.cv", ""),
        ("cat:astro-ph", ""),
    ],
)
def test_what_may_not_be_meant_is_remarked_on_with_what_to_write(typed: str, instead: str) -> None:
    remarks = parse_topic(typed).warnings
    assert [remark.instead for remark in remarks] == [instead]
    assert all(str(remark).endswith((".", ".*")) for remark in remarks)


@pytest.mark.parametrize(
    "typed",
    [
        "image generation", "Image Generation", "Diffusion", "LLM", '"cats and dogs"', "hep-th",
        "a1 OR b1 AND c1", "(a1 AND b1) OR c1", "Graphene", "math.MP", "Superconductivity",
        "Transformers", "Robotics",
    ],
)  # fmt: skip
def test_plain_topics_are_not_remarked_on(typed: str) -> None:
    assert parse_topic(typed).warnings == ()
