"""Every error that Paperboy raises on purpose; each leaf says who must act.

PaperboyError
├── UserError                   the person who typed it
│   ├── TopicError              a topic that cannot be read (has a position)
│   ├── CommandError            a command that cannot be carried out as typed
│   ├── PapersFileError         a papers file with a line that cannot be read
│   ├── NotTaken                a file of subscriptions of which something cannot be read
│   └── NotAllowed              the person may not do this
├── OperatorError               whoever runs Paperboy
│   ├── ConfigError             a key, type or value (has file and path)
│   ├── StoreError              the database cannot be used
│   │   ├── StoreBusy           another process holds it
│   │   ├── StoreTooNew         written by a later Paperboy
│   │   └── StoreFull           disk full or read-only
│   └── ListenError             the address is taken or not ours
├── ArxivError                  nobody: arXiv, or the way to it; asked again later
│   ├── ArxivUnreachable        no answer: name, connection, TLS, time-out
│   ├── ArxivBusy               429, 406, 403, 503: the lane stops
│   ├── ArxivRefused            400: this request is wrong and is not repeated (developer)
│   └── ArxivGarbled            an answer that is not what was asked for
├── PayloadError                nobody: a platform told us something that is not ours to read
└── DeliveryError               raised by platforms; the outbox turns each into a Settlement
    ├── RetryLater              certain that nothing arrived; try again (has retry_after)
    ├── MaybeSent               nobody knows whether it arrived: ask the platform
    ├── DestinationLost         this destination cannot be written to (suspend it)
    ├── AccountLost             the whole workspace, server or token (suspend all of it)
    └── BodyRejected            the platform refuses this body (developer): plain form once
"""

from datetime import timedelta


class PaperboyError(Exception):
    """The root. `remedy` is what a person can do next, in a sentence, or empty."""

    remedy: str

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy


class UserError(PaperboyError):
    """What a person typed or asked for cannot be done; nothing was changed."""


class TopicError(UserError):
    """A topic text that cannot be read.

    `position` is the character (counted from 0) in `text` at which reading failed,
    `suggestions` are texts that would be read.
    """

    def __init__(
        self, message: str, *, text: str, position: int, suggestions: tuple[str, ...] = ()
    ) -> None:
        remedy = "Try " + " or ".join(suggestions) if suggestions else ""
        super().__init__(message, remedy=remedy)
        self.text = text
        self.position = position
        self.suggestions = suggestions


class CommandError(UserError):
    """A command that cannot be carried out as it was typed."""


class PapersFileError(UserError):
    """A papers file that cannot be read; the message names file and line."""


class NotTaken(UserError):
    """A file of subscriptions that cannot be taken in; each line names one thing that is wrong."""


class NotAllowed(UserError):
    """The person lacks the right that the remedy names."""


class OperatorError(PaperboyError):
    """Something only the operator can mend."""


class ConfigError(OperatorError):
    """A setting with a wrong key, type or value; the message names file and path."""


class StoreError(OperatorError):
    """The database cannot be used as it is."""


class StoreBusy(StoreError):
    """Another process holds the database, or its lock."""


class StoreTooNew(StoreError):
    """The database was written by a later version; the message names the copy made before."""


class StoreFull(StoreError):
    """The disk is full or cannot be written; nothing was changed."""


class ListenError(OperatorError):
    """A listener's address cannot be bound."""


class ArxivError(PaperboyError):
    """arXiv could not be read this time. Never means "nothing new"."""


class ArxivUnreachable(ArxivError):
    """No answer at all: name resolution, connection, TLS or time-out."""


class ArxivBusy(ArxivError):
    """arXiv asks to wait (429, 406, 403, 503). `retry_after` is what its header said."""

    def __init__(
        self, message: str, *, retry_after: timedelta | None = None, remedy: str = ""
    ) -> None:
        super().__init__(message, remedy=remedy)
        self.retry_after = retry_after


class ArxivRefused(ArxivError):
    """arXiv refuses this request (400, or an error entry). Asking again would not help."""


class ArxivGarbled(ArxivError):
    """An answer with the right status that is not the document that was asked for."""


class PayloadError(PaperboyError):
    """A click, form or command that is not one of ours, or not as documented: left alone."""


class DeliveryError(PaperboyError):
    """A message could not be delivered as planned; raised only by platforms."""


class RetryLater(DeliveryError):
    """The platform certainly did not take the message. `retry_after` is its own wish, if any.

    `whole_account`: the wish holds for everything this account sends, not for this place alone.
    """

    def __init__(
        self,
        message: str,
        *,
        retry_after: timedelta | None = None,
        whole_account: bool = False,
        remedy: str = "",
    ) -> None:
        super().__init__(message, remedy=remedy)
        self.retry_after = retry_after
        self.whole_account = whole_account


class MaybeSent(DeliveryError):
    """Connection lost, time-out or an answer that promises nothing: it may have arrived."""


class DestinationLost(DeliveryError):
    """This channel or person cannot be written to any more, or not now."""


class AccountLost(DeliveryError):
    """The whole account (workspace, application) cannot be written to."""


class BodyRejected(DeliveryError):
    """The platform refuses the body itself; other bodies are untouched."""


class CannotAsk(DeliveryError):
    """What a destination holds cannot be read (no scope, no history): never guess."""
