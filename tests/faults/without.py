"""Safeguards, taken out of one process of the program under test."""


def remove(name: str) -> None:
    """Take a safeguard out, with what backs it up."""
    raise ValueError(name)
