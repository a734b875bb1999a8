"""Which papers of a long digest are shown, fairly among its topics. PURE."""

from collections.abc import Iterator, Sequence


def share(topics: Sequence[Sequence[int]], cap: int) -> frozenset[int]:
    """Return at most `cap` places of papers to show, given the topics that found each paper.

    Topics take turns, each with its first paper that no other took, until the cap is reached. So
    with up to 10 topics each has at least 3 of 30 places, or all it found.
    """
    queues: dict[int, list[int]] = {}
    for place, found_by in enumerate(topics):
        for topic in found_by:
            queues.setdefault(topic, []).append(place)
    turns = [iter(queues[topic]) for topic in sorted(queues)]
    taken: set[int] = set()
    while turns and len(taken) < cap:
        turns = [turn for turn in turns if _took(turn, taken, cap)]
    return frozenset(taken)


def _took(turn: Iterator[int], taken: set[int], cap: int) -> bool:
    """Let a topic take its next paper; False when it has none left."""
    place = next((one for one in turn if one not in taken), None)
    if place is None or len(taken) == cap:
        return False
    taken.add(place)
    return True
