"""What a bot answers to commands, buttons and forms: callbacks and follow-ups, judged and kept.

An interaction may be acknowledged once, within 3 seconds; its token then lives for 15 minutes
(https://docs.discord.com/developers/interactions/receiving-and-responding). The first follow-up to
a deferred answer takes that answer's place.
"""

import copy
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.standins import discord_shown as shown
from tests.standins.discord_calls import Answered, Call
from tests.standins.discord_channels import change, fill
from tests.standins.discord_limits import Complaint
from tests.standins.discord_pace import DiscordPace
from tests.standins.discord_rules import Refusal, invalid, refusal
from tests.standins.discord_world import EPHEMERAL, LOADING, Json, Message, World

COMMAND, COMPONENT, AUTOCOMPLETE, FORM = 2, 3, 4, 5
SAY, DEFER, DEFER_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
FOREIGN_FOLLOW_UPS = 5  # for an app that is not in the server but was installed by the person


@dataclass(eq=False)
class Answer:
    """One interaction and what the person got to see of it."""

    id: str
    token: str
    kind: int
    user: str
    channel: str
    payload: Json
    source: Message | None = None  # the message that holds the component
    foreign: bool = False  # the app is here only through the person
    at: float = field(default_factory=time.monotonic)
    acked: float | None = None  # seconds after the interaction
    how: int = 0  # the type of the callback
    original: Message | None = None
    said: list[Message] = field(default_factory=list)  # the first answer and follow-ups
    seen: list[Message] = field(default_factory=list)  # each state that the person saw, in order
    modal: Json | None = None
    form_sent: bool = False
    choices: list[Json] | None = None
    failed: bool = False  # the person read "the interaction failed"

    @property
    def acked_within(self) -> float:
        """Seconds until the acknowledgement."""
        assert self.acked is not None, "never acknowledged"
        return self.acked

    @property
    def private(self) -> bool:
        """Tell whether nobody but the person saw the answer."""
        return bool(self.said) and all(one.to == self.user for one in self.said)

    @property
    def told(self) -> Message | None:
        """The newest message of the answer, once it says something."""
        ready = [one for one in self.said if not one.is_loading]
        return ready[-1] if ready else None

    @property
    def texts(self) -> list[str]:
        """All words of each message of the answer as it stands now."""
        return [words(one) for one in self.said if not one.is_loading]

    def note(self, message: Message) -> None:
        """Keep what the person sees now."""
        self.seen.append(copy.deepcopy(message))


def words(message: Message) -> str:
    """Return every word of a message: content, text displays, embeds, a line each."""
    texts = [message.content]
    texts += [one.get("content", "") for one in shown.walk(message.components)]
    for embed in message.embeds:
        texts += [embed.get("title") or "", embed.get("description") or ""]
        texts += [f"{one['name']}\n{one['value']}" for one in embed.get("fields", ())]
    return "\n".join(one for one in texts if one)


class Answers:
    """The routes of interactions and their webhooks, on one world."""

    def __init__(self, world: World, pace: DiscordPace) -> None:
        self.world = world
        self.known: dict[str, Answer] = {}  # by token
        self._pace = pace

    def call(self, call: Call) -> Answered:
        """Carry out a request that was judged before."""
        return _HANDLERS[call.route](self, call)

    def flags_before(self, call: Call) -> int:
        """Return the flags of the message that a request changes."""
        answer = self.known.get(call.path["token"])
        if answer is None:
            return 0
        if call.route == "create_interaction_response":
            message = answer.source
        else:
            message = self._named(answer, call.path.get("message_id", ""))
        return message.flags if message else 0

    # ── the callback ────────────────────────────────────────────────────────────────────────────

    def callback(self, call: Call) -> Answered:
        answer = self.known.get(call.path["token"])
        if answer is None or answer.id != call.path["interaction_id"]:
            return refusal(10062)
        if answer.acked is not None:
            return refusal(40060)
        passed = time.monotonic() - answer.at
        if passed > self._pace.ack_within:
            return refusal(10062)
        kind, data = call.body["type"], call.body.get("data") or {}
        if kind not in _fitting(answer):
            said = "This type of answer does not fit the interaction"
            return invalid([Complaint(("type",), "BASE_TYPE_CHOICES", said)])
        if wrong := self._take(answer, kind, data):
            return wrong
        answer.acked, answer.how = passed, kind
        return self._response(answer) if call.query.get("with_response") in ("1", "true") else None

    def _take(self, answer: Answer, kind: int, data: Json) -> Refusal | None:
        """Do what a callback says; returns what is wrong with it."""
        match kind:
            case 4:
                answer.original = self._post(answer, data)
            case 5:
                flags = (data.get("flags") or 0) & EPHEMERAL
                answer.original = self._post(answer, {"flags": flags | LOADING})
            case 6:
                answer.original = answer.source
            case 7:
                assert answer.source
                answer.original = answer.source
                if wrong := change(self.world, answer.source, data):
                    return wrong
                answer.note(answer.source)
            case 8:
                answer.choices = data.get("choices") or []
            case 9:
                answer.modal = data
        return None

    def _post(self, answer: Answer, body: Json) -> Message:
        """Show a message where the interaction was, to all or to the person alone."""
        secret = (body.get("flags") or 0) & EPHEMERAL
        message = Message(
            self.world.snowflake(),
            answer.channel,
            self.world.app,
            to=answer.user if secret else "",
            kind=20 if answer.kind == COMMAND and not answer.said else 19,
            interaction=self._metadata(answer),
        )
        fill(message, body)
        self.world.channels[answer.channel].messages.append(message)
        answer.said.append(message)
        answer.note(message)
        return message

    def _metadata(self, answer: Answer) -> Json:
        told: Json = {
            "id": answer.id,
            "type": answer.kind,
            "user": shown.user(self.world.users[answer.user]),
            "authorizing_integration_owners": answer.payload["authorizing_integration_owners"],
        }
        if answer.kind == COMPONENT and answer.source:
            told["interacted_message_id"] = answer.source.id
        return told

    def _response(self, answer: Answer) -> Json:
        told: Json = {"interaction": {"id": answer.id, "type": answer.kind}}
        message = answer.original
        if message:
            told["interaction"] |= {
                "response_message_id": message.id,
                "response_message_loading": message.is_loading,
                "response_message_ephemeral": bool(message.to),
                "channel_id": message.channel,
            }
        if answer.how in (SAY, UPDATE) and message:
            resource = {"type": answer.how, "message": shown.message(self.world, message)}
            told["resource"] = resource
        return told

    # ── the webhook ─────────────────────────────────────────────────────────────────────────────

    def _living(self, call: Call) -> Answer | Refusal:
        answer = self.known.get(call.path["token"])
        if answer is None or call.path["webhook_id"] != self.world.app:
            return refusal(10015)
        if time.monotonic() - answer.at > self._pace.token_lives:
            return refusal(50027)
        return refusal(10015) if answer.acked is None else answer

    def follow_up(self, call: Call) -> Answered:
        answer = self._living(call)
        if isinstance(answer, Refusal):
            return answer
        first = answer.original
        if answer.how == DEFER and first and first.is_loading:
            return self._fill(answer, first, call.body)
        if answer.foreign and len(answer.said) - bool(first) >= FOREIGN_FOLLOW_UPS:
            return refusal(40094)
        return shown.message(self.world, self._post(answer, call.body))

    def _fill(self, answer: Answer, message: Message, body: Json) -> Answered:
        """Let words take the place of "… is thinking"; who sees them was settled by the defer."""
        was = message.flags
        message.flags &= ~LOADING
        told = {**body, "flags": (body.get("flags") or 0) & ~EPHEMERAL}
        if wrong := change(self.world, message, told):
            message.flags = was
            return wrong
        if was & LOADING:
            message.edited = ""  # nobody takes that for an edit
        answer.note(message)
        return shown.message(self.world, message)

    def _named(self, answer: Answer, id_: str) -> Message | None:
        """Return a message of an interaction; without an id the original one."""
        if not id_:
            return answer.original
        all_ = [*answer.said, answer.original, answer.source]
        return next((one for one in all_ if one and one.id == id_), None)

    def _message(self, call: Call) -> tuple[Answer, Message] | Refusal:
        answer = self._living(call)
        if isinstance(answer, Refusal):
            return answer
        message = self._named(answer, call.path.get("message_id", ""))
        here = self.world.channels[answer.channel].messages
        return (answer, message) if message and message in here else refusal(10008)

    def read(self, call: Call) -> Answered:
        found = self._message(call)
        return found if isinstance(found, Refusal) else shown.message(self.world, found[1])

    def edit(self, call: Call) -> Answered:
        found = self._message(call)
        return found if isinstance(found, Refusal) else self._fill(*found, call.body)

    def delete(self, call: Call) -> Answered:
        found = self._message(call)
        if isinstance(found, Refusal):
            return found
        answer, message = found
        self.world.channels[answer.channel].messages.remove(message)
        if message in answer.said:
            answer.said.remove(message)
        return None


def _fitting(answer: Answer) -> tuple[int, ...]:
    """Return the types of callbacks that an interaction takes."""
    if answer.kind == AUTOCOMPLETE:
        return (CHOICES,)
    on_message = (DEFER_UPDATE, UPDATE) if answer.source else ()
    return (SAY, DEFER, *on_message, *((MODAL,) if answer.kind != FORM else ()))


_HANDLERS: Mapping[str, Callable[[Answers, Call], Answered]] = {
    "create_interaction_response": Answers.callback,
    "execute_webhook": Answers.follow_up,
    "get_original_webhook_message": Answers.read,
    "get_webhook_message": Answers.read,
    "update_original_webhook_message": Answers.edit,
    "update_webhook_message": Answers.edit,
    "delete_original_webhook_message": Answers.delete,
    "delete_webhook_message": Answers.delete,
}
