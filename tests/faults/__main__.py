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
from tests.faults.many import ROUNDS, Campaign, Kept, say
from tests.faults.safeguards import SAFEGUARDS, try_safeguards
from tests.faults.schedule import WorldPlan, read_fault, worlds
from tests.faults.table import Figures, lines
from tests.faults.world import PLATFORMS


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a campaign, or repeat one of its faults; return the exit code."""
    options = _options(arguments)
    if options.without:
        return _without(options)
    platforms = PLATFORMS if options.platform == "all" else (options.platform,)
    plans = worlds(options.seed, platforms, ROUNDS)
    if options.only:
        plan = next(islice(plans, options.world, None))
        figures = _played([plan.only(options.round, *map(read_fault, options.only))])
    else:
        name = f"{options.seed}-{options.faults}-{options.platform}"
        kept = Kept(name, goes_on=options.goes_on)
        workers = max(1, options.workers)
        figures = Campaign(options.seed, options.faults, platforms, workers, kept).play(plans)
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
    parser.add_argument("--workers", type=int, default=(os.cpu_count() or 1) + 2)
    parser.add_argument("--world", type=int, default=0, help="with --only: which world")
    parser.add_argument("--round", type=int, default=0, help="with --only: which round of it")
    parser.add_argument("--without", choices=("all", *SAFEGUARDS), help="show that it is needed")
    parser.add_argument("--only", nargs="+", metavar="FAULT", help="repeat these faults alone")
    return parser.parse_args(arguments)


def _without(options: argparse.Namespace) -> int:
    names = tuple(SAFEGUARDS) if options.without == "all" else (options.without,)
    unneeded = 0
    for missed in try_safeguards(names, options.workers):
        say(str(missed))
        unneeded += not missed.is_needed
    say(f"safeguards={len(names)} unneeded={unneeded}")
    return 1 if unneeded else 0


def _played(plans: Sequence[WorldPlan]) -> Figures:
    whole = Figures()
    for plan in plans:
        whole.add(play_world(plan))
    return whole


if __name__ == "__main__":
    sys.exit(main())
