"""The campaign: `uv run python -m tests.faults --seed N --faults M`. See RESULTS.md.

The last line is `faults=… owed=… delivered=… lost=0 repeated=0 doubt=… unaskable=…`; the exit code
is 1 if anything is lost or repeated. `--continue` goes on with a campaign that was broken off.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from itertools import islice

from tests.faults.campaign import play_world
from tests.faults.many import play_many, say
from tests.faults.schedule import WorldPlan, read_fault, worlds
from tests.faults.table import Figures, lines
from tests.faults.world import PLATFORMS

ROUNDS = 20  # of a world in the long form


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a campaign, or repeat one of its faults; return the exit code."""
    options = _options(arguments)
    platforms = PLATFORMS if options.platform == "all" else (options.platform,)
    rounds = min(ROUNDS, max(6, options.faults // 60))
    plans = worlds(options.seed, platforms, rounds)
    if options.only:
        plan = next(islice(plans, options.world, None))
        figures = _played([plan.only(options.round, *map(read_fault, options.only))])
    else:
        figures = play_many(plans, options)
    for line in figures.failures:
        say(line)
    for line in lines(figures):
        say(line)
    return 0 if figures.is_good else 1


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--faults", type=int, default=300, help="how many at least")
    parser.add_argument("--platform", choices=(*PLATFORMS, "all"), default="all")
    parser.add_argument("--continue", dest="goes_on", action="store_true")
    parser.add_argument("--workers", type=int, default=(os.cpu_count() or 1) + 1)
    parser.add_argument("--world", type=int, default=0, help="with --only: which world")
    parser.add_argument("--round", type=int, default=0, help="with --only: which round of it")
    parser.add_argument("--only", nargs="+", metavar="FAULT", help="repeat these faults alone")
    return parser.parse_args(arguments)


def _played(plans: Sequence[WorldPlan]) -> Figures:
    whole = Figures()
    for plan in plans:
        whole.add(play_world(plan))
    return whole


if __name__ == "__main__":
    sys.exit(main())
