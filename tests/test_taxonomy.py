import json

import pytest

from bot import taxonomy
from bot.taxonomy import ARCHIVES, CATEGORIES, canonical
from tests.shared_data import SHARED, needs_shared


@pytest.mark.parametrize(
    ("alias", "main"),
    [
        ("math.MP", "math-ph"),
        ("stat.TH", "math.ST"),
        ("math.IT", "cs.IT"),
        ("q-fin.EC", "econ.GN"),
        ("cs.SY", "eess.SY"),
        ("cs.NA", "math.NA"),
        ("alg-geom", "math.AG"),
        ("supr-con", "cond-mat.supr-con"),
    ],
)
def test_an_alias_has_one_canonical_name_and_both_know_each_other(alias: str, main: str) -> None:
    assert canonical(alias) == main
    assert alias in CATEGORIES[main].aliases
    assert main in CATEGORIES[alias].aliases
    assert taxonomy.names(alias) == taxonomy.names(main)
    assert taxonomy.names(alias)[0] == main


def test_a_category_that_arxiv_does_not_know_is_kept_as_it_is() -> None:
    assert canonical("cs.ZZ") == "cs.ZZ"
    assert taxonomy.names("cs.ZZ") == ("cs.ZZ",)


def test_an_archive_without_parts_is_its_own_category() -> None:
    assert ARCHIVES["hep-th"] == ("hep-th",)
    assert len([archive for archive, cats in ARCHIVES.items() if cats == (archive,)]) == 9


def test_a_divided_archive_has_its_parts_and_not_its_old_self() -> None:
    assert "astro-ph" not in ARCHIVES["astro-ph"]
    assert not CATEGORIES["astro-ph"].active
    assert "astro-ph.GA" in ARCHIVES["astro-ph"]


def test_every_name_has_an_oai_set() -> None:
    assert taxonomy.oai_set("cs.CV") == "cs:cs:CV"
    assert taxonomy.oai_set("hep-th") == "physics:hep-th"
    assert taxonomy.oai_set("cs") == "cs:cs"
    assert taxonomy.oai_set("physics") == "physics:physics"
    assert taxonomy.oai_set("nothing") is None


def test_search_finds_by_the_beginning_of_words_and_puts_identifiers_first() -> None:
    assert [c.id for c in taxonomy.search("mach lear")] == ["cs.LG", "stat.ML"]
    assert taxonomy.search("cs.cv")[0].id == "cs.CV"
    assert [c.id for c in taxonomy.search("quantum ph")] == ["quant-ph"]
    assert [c.id for c in taxonomy.search("cs.sy")] == ["eess.SY"]
    assert taxonomy.search("  ") == []
    assert len(taxonomy.search("cs", limit=5)) == 5


def test_a_name_is_recognised_in_any_case() -> None:
    assert taxonomy.spelled("CS.cv") == "cs.CV"
    assert taxonomy.spelled("Hep-Th") == "hep-th"
    assert taxonomy.spelled("image") is None


@needs_shared
def test_the_table_is_arxivs_own() -> None:
    facts = json.loads((SHARED / "data/arxiv/categories.json").read_text())["categories"]
    real = {k: v for k, v in facts.items() if not k.startswith(("test", "bad-"))}
    assert {c.id: (c.name, c.active, c.archive, c.oai_set) for c in CATEGORIES.values()} == {
        k: (v["full_name"], v["is_active"], v["in_archive"], v["oai_set"]) for k, v in real.items()
    }
    for cat, fact in real.items():
        assert (fact.get("alt_name") or cat) in {cat, *CATEGORIES[cat].aliases}
