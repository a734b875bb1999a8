"""A token that never shows itself. PURE."""

import hmac


class Secret:
    """Text that only `reveal` gives out: never `repr`, `str`, formatting, comparison or hashing."""

    __slots__ = ("_text",)

    def __init__(self, text: str = "") -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text, for the one call that needs it."""
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __repr__(self) -> str:
        return "(set)" if self._text else "(not set)"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._text.encode(), other._text.encode())

    def __hash__(self) -> int:
        return hash(bool(self._text))

    def __reduce__(self) -> str:
        raise TypeError("A secret is not pickled or copied into anything that is stored.")
