"""Whether a topic matches a paper, looking at the text only where categories leave it open. PURE.

Analysing a text takes a hundred times as long as looking at a paper's categories, and a count or a
preview looks at thousands of papers of which most are of other fields.
"""

from bot import taxonomy
from bot.compose.expression import And, AndNot, Category, Expression, Or, covers, leaves
from bot.compose.match import matches
from bot.model import Paper


def is_plain(tree: Expression) -> bool:
    """Say whether categories alone decide an expression."""
    return all(isinstance(leaf, Category) for leaf in leaves(tree))


def passes(tree: Expression, paper: Paper) -> bool:
    """Say whether the expression matches the paper; the same as `compose.match.matches`."""
    decided = by_category(tree, tuple(map(taxonomy.canonical, paper.categories)))
    return matches(tree, paper) if decided is None else decided


def by_category(tree: Expression, cats: tuple[str, ...]) -> bool | None:
    """Return what canonical categories decide; None where the text must be looked at."""
    match tree:
        case Category(pattern):
            return covers(pattern, cats)
        case And(parts):
            found = [by_category(part, cats) for part in parts]
            return False if False in found else None if None in found else True
        case Or(parts):
            found = [by_category(part, cats) for part in parts]
            return True if True in found else None if None in found else False
        case AndNot(keep, drop):
            kept, dropped = by_category(keep, cats), by_category(drop, cats)
            if kept is False or dropped is True:
                return False
            return True if kept and dropped is False else None
        case _:
            return None
