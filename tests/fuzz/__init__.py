"""Every parser of outside text, fed with what nobody should send.

    uv run python -m tests.fuzz --seed 1 --inputs 1000000 [--target feed] [--processes 2]

Each target knows some right inputs. A mutation of one is run; what reaches lines of `bot` that
nothing reached before joins the right ones. An input may be refused (any `PaperboyError`) and
nothing else: any other exception is unknown, more than a second of processor time a hang, a process
that dies a crash. One seed gives one campaign. What was found becomes a test in `test_found.py`.
"""
