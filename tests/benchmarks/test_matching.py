from pathlib import Path

import pytest

from tests.benchmarks import matching


def test_the_engines_of_the_benchmark_find_much_the_same(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(matching, "SHARED", tmp_path)  # generated papers: the same everywhere
    monkeypatch.setattr(matching, "GENERATED", 600)
    texts = matching.topics(300)
    day = matching.papers()[:200]
    found = {name: engine(texts).match(day) for name, engine in matching.ENGINES.items()}
    assert len(set(texts)) == 300
    assert min(found.values()) > 200
    assert found["paperboy"] == pytest.approx(found["fts5"], rel=0.03)
    assert found["paperboy"] == pytest.approx(found["tantivy"], rel=0.3)  # another stemmer
