"""What people type and press, and what Paperboy says: the rows of UX.md, and around them.

Each dialogue begins with a fresh bot on Tuesday, 24 November 2026, 13:00 in Berlin. Expectations
that a turn does not state are not looked at; texts are exact.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from bot.dialogue import Reply
from bot.model import Destination, Person
from tests.commands.dialogue import (
    ADA,
    BEN,
    EVE,
    GLASS,
    NOTE,
    PAPERS,
    Dialogue,
    own,
    talking,
)

DM = own(ADA)


@dataclass(frozen=True)
class Turn:
    """Something typed, pressed (a button of the reply before) or sent (its form)."""

    say: str = ""
    press: str = ""
    send: Mapping[str, str] | None = None
    who: Person = ADA
    where: Destination = PAPERS
    title: str | None = None
    text: str | None = None
    actions: tuple[str, ...] | None = None
    table: tuple[tuple[str, ...], ...] | None = None
    papers: tuple[str, ...] | None = None
    form: str | None = None
    errors: tuple[str, ...] | None = None  # names of fields
    public: bool | None = None
    ok: bool = True


def lines(*text: str) -> str:
    return "\n".join(text)


WELCOME = lines(
    'Topic: "image generation"',
    "When: daily from 09:00 Berlin time. Next: Wed 25 Nov.",
    "23 papers in the last 7 days.",
)
SUBSCRIBED = Turn("subscribe image generation")
GLASSES = Turn("subscribe spin glass")

DIALOGUES: dict[str, tuple[Turn, ...]] = {
    "a channel is subscribed to a topic": (
        Turn(
            "subscribe image generation",
            title='#papers now gets papers on "image generation"',
            text=WELCOME,
            actions=("Preview latest 3", "Change", "Undo"),
            public=True,
        ),
    ),
    "the first preview shows the latest three": (
        SUBSCRIBED,
        Turn(
            press="Preview latest 3",
            title='The latest 3 papers on "image generation"',
            papers=tuple(f"Image Generation by Method 0-{n}" for n in (2, 1, 0)),
            public=False,
        ),
    ),
    "the same topic again with another time changes it": (
        SUBSCRIBED,
        Turn(
            "subscribe Image Generation weekly on mon at 8:30",
            title='Changed "image generation"',
            text=lines("When: daily from 09:00 → Mondays 08:30", "Next: Mon 30 Nov."),
            actions=("Undo",),
            public=True,
        ),
        Turn(
            press="Undo",
            title='Changed "image generation"',
            text=lines("When: Mondays 08:30 → daily from 09:00", "Next: Wed 25 Nov."),
            public=True,
        ),
    ),
    "the very same again changes nothing": (
        SUBSCRIBED,
        Turn(
            "subscribe IMAGE generation",
            title='#papers already gets "image generation"',
            text="When: daily from 09:00 Berlin time. Next: Wed 25 Nov.",
            actions=("Change",),
            public=False,
        ),
    ),
    "a schedule is read off the end of the line": (
        Turn(
            "subscribe spin glass weekly on mon and thu at 8:30",
            text=lines(
                'Topic: "spin glass"',
                "When: Mondays and Thursdays 08:30 Berlin time. Next: Thu 26 Nov.",
                "1 paper in the last 7 days.",
            ),
        ),
    ),
    "quotes protect a topic from being read as a time": (
        Turn('subscribe "papers daily"', title='#papers now gets papers on "papers daily"'),
    ),
    "a time that cannot be read is pointed out": (
        Turn(
            "subscribe image generation daily at 25:00",
            text=lines(
                'Topic: "image generation daily at 25:00"',
                "When: daily from 09:00 Berlin time. Next: Wed 25 Nov.",
                "0 papers in the last 7 days.",
                "No paper in 30 days has the exact phrase.",
                '"daily at 25:00" is read as words of the topic. '
                "A time looks like: daily at 8:30, or weekly on mon at 8:30.",
            ),
        ),
    ),
    "on arrival says about when": (
        Turn(
            "subscribe cs.CV on arrival",
            text=lines(
                "Topic: cat:cs.CV",
                "When: on arrival. Next: Wed 25 Nov, about 06:20.",
                "23 papers in the last 7 days.",
            ),
        ),
    ),
    "an archive means all its parts": (
        Turn(
            "preview astro-ph",
            title='The next digest on "astro-ph" so far: no papers',
            text="None in the last 30 days either.",
            actions=("Subscribe to this",),
        ),
    ),
    # ── questions ────────────────────────────────────────────────────────────────────────────────
    "AND and OR side by side are asked about": (
        Turn(
            "subscribe cat:cs.CV AND diffusion OR flow daily at 8:00",
            title="Reads as (cat:cs.CV AND diffusion) OR flow: 28 papers in 7 days",
            text="Nothing is saved yet.",
            actions=("Keep", "Use cat:cs.CV AND (diffusion OR flow): 23"),
            public=False,
        ),
        Turn(
            press="Use",
            title='#papers now gets papers on "cat:cs.CV AND (diffusion OR flow)"',
            text=lines(
                "Topic: cat:cs.CV AND (diffusion OR flow)",
                "When: daily from 08:00 Berlin time. Next: Wed 25 Nov.",
                "23 papers in the last 7 days.",
            ),
            public=True,
        ),
    ),
    "the reading may be kept": (
        Turn("subscribe cat:cs.CV AND diffusion OR flow"),
        Turn(
            press="Keep",
            title='#papers now gets papers on "cat:cs.CV AND diffusion OR flow"',
            text=lines(
                "Topic: (cat:cs.CV AND diffusion) OR flow",
                "When: daily from 09:00 Berlin time. Next: Wed 25 Nov.",
                "28 papers in the last 7 days.",
            ),
        ),
    ),
    "parentheses are not asked about": (
        Turn(
            "subscribe (cat:cs.CV AND diffusion) OR flow",
            title='#papers now gets papers on "(cat:cs.CV AND diffusion) OR flow"',
        ),
    ),
    "a near-duplicate is asked about, and may replace": (
        SUBSCRIBED,
        Turn(
            "subscribe image generations weekly",
            title='That is close to "image generation", number 1',
            text="Nothing is saved yet.",
            actions=("Replace image generation", "Add as second"),
            public=False,
        ),
        Turn(
            press="Replace",
            title='Changed "image generation"',
            text=lines(
                'Topic: "image generation" → "image generations"',
                "When: daily from 09:00 → Mondays 09:00",
                "Next: Mon 30 Nov.",
                "23 papers in the last 7 days.",
            ),
            actions=("Undo",),
        ),
    ),
    "a near-duplicate may come beside": (
        SUBSCRIBED,
        Turn("subscribe image generation, text to image"),
        Turn(
            press="Add as second",
            title='#papers now gets papers on "image generation, text to image"',
            public=True,
        ),
        Turn("list", title="#papers gets 2 topics"),
    ),
    "another category is no near-duplicate": (
        Turn("subscribe cs.CV"),
        Turn("subscribe cs.CL", title='#papers now gets papers on "cs.CL"'),
    ),
    "a phrase that nobody wrote offers its words": (
        Turn(
            "subscribe llm agents safety",
            text=lines(
                'Topic: "llm agents safety"',
                "When: daily from 09:00 Berlin time. Next: Wed 25 Nov.",
                "0 papers in the last 7 days.",
                "No paper in 30 days has the exact phrase. All three words: 8.",
            ),
            actions=("Use all words", "Keep the phrase", "Change", "Undo"),
            public=True,
        ),
        Turn(
            press="Use all words",
            title='Changed "llm agents safety"',
            text=lines(
                'Topic: "llm agents safety" → "llm AND agents AND safety"',
                "5 papers in the last 7 days.",
            ),
        ),
    ),
    "the phrase may be kept": (
        Turn("subscribe llm agents safety"),
        Turn(
            press="Keep the phrase",
            title='"llm agents safety" stays as it is',
            text="When: daily from 09:00 Berlin time. Next: Wed 25 Nov.",
            public=False,
        ),
    ),
    "a name is offered as an author": (
        Turn(
            "subscribe Hinton",
            text=lines(
                "Topic: Hinton",
                "When: daily from 09:00 Berlin time. Next: Wed 25 Nov.",
                "0 papers in the last 7 days.",
                "This looks for the words. For a person write au:hinton.",
            ),
            actions=("Use au:hinton", "Change", "Undo"),
        ),
        Turn(
            press="Use au:hinton",
            title='Changed "Hinton"',
            text=lines('Topic: "Hinton" → "au:hinton"', "2 papers in the last 7 days."),
        ),
    ),
    "a time before arXiv's list is remarked on once": (
        Turn(
            "subscribe spin glass",
            who=BEN,
            where=GLASS,
            title='#glass now gets papers on "spin glass"',
            text=lines(
                'Topic: "spin glass"',
                "When: daily from 09:00 Tokyo time. Next: Wed 25 Nov.",
                "1 paper in the last 7 days.",
                "arXiv's papers reach me about 14:20 Tokyo time; "
                "at 09:00 you would read yesterday's.",
            ),
            actions=("Send on arrival", "Keep 09:00", "Preview latest 3", "Change", "Undo"),
        ),
        Turn(
            press="Send on arrival",
            who=BEN,
            where=GLASS,
            title='Changed "spin glass"',
            text=lines("When: daily from 09:00 → on arrival", "Next: now."),
            actions=("Undo",),
        ),
    ),
    "the time may be kept, and is not remarked on again": (
        Turn("subscribe spin glass", who=BEN, where=GLASS),
        Turn(
            press="Keep 09:00",
            who=BEN,
            where=GLASS,
            title='"spin glass" stays as it is',
            text="When: daily from 09:00 Tokyo time. Next: Wed 25 Nov.",
        ),
        Turn(
            "subscribe cs.RO",
            who=BEN,
            where=GLASS,
            actions=("Preview latest 3", "Change", "Undo"),
        ),
    ),
    # ── what cannot be read ──────────────────────────────────────────────────────────────────────
    "a topic that cannot be read points at the character": (
        Turn(
            'subscribe ti:"image',
            text=lines(
                "I can't read that topic: the quote at character 4 is never closed.",
                'ti:"image',
                'Try ti:"image"',
            ),
            actions=('Use ti:"image"',),
            ok=False,
        ),
        Turn(press="Use", title='#papers now gets papers on ti:"image"', public=True),
    ),
    "a single paper is no topic, but can be opened": (
        Turn(
            "subscribe arxiv.org/abs/2611.00126",
            text=lines(
                "I can't read that topic: that is one paper, not a topic: "
                "look it up with search (character 1).",
                "arxiv.org/abs/2611.00126",
            ),
            actions=("Open 2611.00126",),
            ok=False,
        ),
        Turn(press="Open", papers=("Capsules 0",)),
    ),
    "nothing but a time is no topic": (
        Turn(
            "subscribe weekly on mon",
            text="Which topic? For example: image generation",
            ok=False,
        ),
    ),
    "a wrong verb is answered with the nearest, and the commands": (
        SUBSCRIBED,
        Turn(
            "unsubscrive 1",
            text='I don\'t know the command "unsubscrive". Did you mean unsubscribe?',
            actions=("/arxiv unsubscribe 1",),
            ok=False,
        ),
        Turn(press="/arxiv", title='#papers no longer gets "image generation"'),
    ),
    "a topic without a verb is offered what can be done with it": (
        Turn(
            "spin glass",
            text='I don\'t know the command "spin". These are used most:',
            actions=("Subscribe to spin glass", "Search spin glass"),
            ok=False,
        ),
        Turn(press="Subscribe", title='#papers now gets papers on "spin glass"'),
    ),
    "a paper without a verb can be opened": (
        Turn(
            "https://arxiv.org/abs/2611.00126",
            actions=("Open https://arxiv.org/abs/2611.00126",),
            ok=False,
        ),
        Turn(press="Open", papers=("Capsules 0",)),
    ),
    "no command at all is help": (
        Turn(
            "",
            title="Paperboy brings the day's arXiv papers",
            table=(
                ("To", "Type"),
                ("Subscribe this channel", "/arxiv subscribe image generation daily at 9:00"),
                ("See what it gets", "/arxiv list"),
                ("Stop a topic", "/arxiv unsubscribe 2"),
                ("Get your own alert", "/arxiv alert add diffusion policy"),
                ("Try a topic first", "/arxiv preview hep-th"),
                ("Find papers", '/arxiv search au:"Hinton" AND cat:cs.LG'),
            ),
        ),
    ),
    "whoever lacks the right is told which, and may be alerted": (
        Turn(
            "subscribe spin glass on arrival",
            who=EVE,
            text="Changing #papers needs Manage Channels. You can still get it yourself:",
            actions=("Alert me",),
            ok=False,
        ),
        Turn(
            press="Alert me",
            who=EVE,
            title='Your alert on "spin glass" comes as a direct message',
        ),
    ),
    "without the right nothing of a channel changes": (
        SUBSCRIBED,
        *(
            Turn(
                command,
                who=EVE,
                text="Changing #papers needs Manage Channels. "
                "You can still get papers yourself:\n/arxiv alert add diffusion policy",
                ok=False,
            )
            for command in (
                "subscribe",
                "subscribe many\nhep-th",
                "unsubscribe 1",
                "resubscribe 1",
                "edit 1 weekly",
                "pause 1",
                "resume 1",
                "exclude survey",
                "tell-empty",
                "layout density=cards",
                "retry",
                "doubt yes KEY",
                "undo unsubscribe 1",
            )
        ),
    ),
    # ── list, unsubscribe, pause ─────────────────────────────────────────────────────────────────
    "a list has a row for each subscription, and its buttons": (
        SUBSCRIBED,
        Turn("subscribe spin glass weekly"),
        Turn("pause 2"),
        Turn(
            "list",
            title="#papers gets 2 topics",
            table=(
                ("Number", "Topic", "When", "Papers a week", "Last digest", "Next", "State"),
                (
                    "1",
                    "image generation",
                    "daily from 09:00 Berlin time",
                    "23",
                    "none yet",
                    "Wed 25 Nov",
                    "active",
                ),
                (
                    "2",
                    "spin glass",
                    "Mondays 09:00 Berlin time",
                    "1",
                    "none yet",
                    "when it is resumed",
                    "paused",
                ),
            ),
            actions=(
                "Pause image generation",
                "Change image generation",
                "Unsubscribe image generation",
                "Resume spin glass",
                "Change spin glass",
                "Unsubscribe spin glass",
            ),
            public=False,
        ),
    ),
    "an empty channel shows an example": (
        Turn(
            "list",
            title="#papers has no subscriptions yet",
            text="/arxiv subscribe image generation",
        ),
    ),
    "a number is given up, and comes back": (
        SUBSCRIBED,
        GLASSES,
        Turn(
            "unsubscribe 2",
            title='#papers no longer gets "spin glass"',
            actions=("Undo",),
            public=True,
        ),
        Turn(
            press="Undo",
            title='#papers gets papers on "spin glass" again',
            text="Next: Wed 25 Nov.",
            public=True,
        ),
    ),
    "a button pressed twice is not an error": (
        SUBSCRIBED,
        Turn("unsubscribe 1"),
        Turn("unsubscribe 1", title='"image generation" was taken away before', public=False),
        Turn(press="Undo", title='#papers gets papers on "image generation" again'),
    ),
    "a topic may be named instead of its number": (
        SUBSCRIBED,
        GLASSES,
        Turn("unsubscribe Spin Glass", title='#papers no longer gets "spin glass"'),
    ),
    "numbers are never used again": (
        SUBSCRIBED,
        Turn("unsubscribe 1"),
        Turn("subscribe hep-th", actions=("Change", "Undo")),
        Turn("unsubscribe", title='#papers no longer gets "hep-th"'),
        Turn(
            "unsubscribe 3",
            text="There is no number 3 in #papers. There are none yet.",
            ok=False,
        ),
    ),
    "without a number the reply asks which": (
        SUBSCRIBED,
        GLASSES,
        Turn(
            "pause until mon",
            title="Which one?",
            text=lines("With its number:", "/arxiv pause 1 until mon"),
            actions=("Pause image generation", "Pause spin glass"),
            ok=False,
        ),
        Turn(press="Pause spin", title='Paused "spin glass" until Mon 30 Nov'),
    ),
    "a pause has an end": (
        SUBSCRIBED,
        Turn(
            "pause 1 until mon",
            title='Paused "image generation" until Mon 30 Nov',
            text="That digest will cover the days between.",
            actions=("Resume now",),
            public=True,
        ),
        Turn(
            press="Resume now",
            title='Resumed "image generation"',
            text="Next: Wed 25 Nov.",
            actions=("Undo",),
            public=True,
        ),
        Turn(press="Undo", title='Paused "image generation" until Mon 30 Nov'),
    ),
    "a pause may end between two digests": (
        Turn("subscribe spin glass weekly on tue"),
        Turn(
            "pause until 2 dec",
            title='Paused "spin glass" until Wed 2 Dec',
            text="The digest of Tue 8 Dec will cover the days between.",
        ),
    ),
    "a pause may have no end": (
        SUBSCRIBED,
        Turn(
            "pause",
            title='Paused "image generation"',
            text="Once it is resumed, one digest covers the days between.",
        ),
        Turn("resume", title='Resumed "image generation"'),
        Turn("resume 1", title='"image generation" is not paused', public=False),
    ),
    "a day that is past is refused": (
        SUBSCRIBED,
        Turn(
            "pause 1 until 2026-11-01",
            text="2026-11-01 is past. For example: until mon, or until 2026-12-01",
            ok=False,
        ),
        Turn(
            "pause 1 until monkey",
            text='I can\'t read "until monkey" as a day. '
            "For example: until mon, or until 2026-12-01",
            ok=False,
        ),
    ),
    # ── edit, forms ──────────────────────────────────────────────────────────────────────────────
    "an edit changes all that it names, and Undo takes all of it back": (
        SUBSCRIBED,
        Turn(
            "edit 1 kinds=new updates=on density=compact exclude=survey zone=London weekly on fri",
            title='Changed "image generation"',
            text=lines(
                "When: daily from 09:00 Berlin time → Fridays 09:00 London time",
                "What: new papers and cross-lists → new papers",
                "New versions of papers already shown: yes",
                "Layout: auto → compact",
                "Left out: nothing → survey",
                "Next: Fri 27 Nov.",
            ),
            actions=("Undo",),
            public=True,
        ),
        Turn(press="Undo", title="Taken back", public=True),
    ),
    "an edit that says nothing new changes nothing": (
        SUBSCRIBED,
        Turn(
            "edit 1 daily",
            title="Nothing changed",
            text='"image generation": daily from 09:00 Berlin time.',
            public=False,
        ),
    ),
    "a topic that another number has is refused": (
        SUBSCRIBED,
        GLASSES,
        Turn(
            "edit 2 image generation",
            text='"image generation" is there already, as number 1. '
            "To give up the other: /arxiv unsubscribe 2",
            ok=False,
        ),
    ),
    "an edit is asked about where it is easily misread": (
        SUBSCRIBED,
        Turn(
            "edit 1 cat:cs.CV AND diffusion OR flow weekly",
            title="Reads as (cat:cs.CV AND diffusion) OR flow: 28 papers in 7 days",
        ),
        Turn(
            press="Keep",
            title='Changed "image generation"',
            text=lines(
                'Topic: "image generation" → "cat:cs.CV AND diffusion OR flow"',
                "When: daily from 09:00 → Mondays 09:00",
                "Next: Mon 30 Nov.",
                "28 papers in the last 7 days.",
            ),
        ),
    ),
    "a setting with a wrong value says which are right": (
        SUBSCRIBED,
        Turn("edit 1 updates=maybe", text="Expected on or off, not maybe.", ok=False),
        Turn("edit 1 kinds=old", text="Expected new, cross or replace, not old.", ok=False),
        Turn(
            "edit 1 zone=Berlim",
            text='I don\'t know the time zone "Berlim". Did you mean Europe/Berlin?',
            ok=False,
        ),
    ),
    "a form subscribes": (
        Turn("subscribe", form="Subscribe #papers", public=False),
        Turn(
            send={"topic": "spin glass", "when": "weekly on thu at 8:15", "kinds": "new"},
            title='#papers now gets papers on "spin glass"',
            text=lines(
                'Topic: "spin glass"',
                "What: new papers",
                "When: Thursdays 08:15 Berlin time. Next: Thu 26 Nov.",
                "1 paper in the last 7 days.",
            ),
            public=True,
        ),
    ),
    "an empty form comes back with the error at its field": (
        Turn("subscribe"),
        Turn(
            send={},
            text="Nothing is saved yet.",
            form="Subscribe #papers",
            errors=("topic",),
            ok=False,
        ),
    ),
    "all wrong fields of a form are told at once": (
        Turn("subscribe"),
        Turn(
            send={"topic": "ti:", "when": "sometimes", "zone": "Nowhere", "exclude": "("},
            form="Subscribe #papers",
            errors=("topic", "when", "zone", "exclude"),
            ok=False,
        ),
        Turn(
            send={"topic": "hep-th", "when": "daily", "zone": "Paris", "exclude": ""},
            title='#papers now gets papers on "hep-th"',
            text=lines(
                "Topic: cat:hep-th",
                "When: daily from 09:00 Paris time. Next: Wed 25 Nov.",
                "0 papers in the last 7 days.",
            ),
        ),
    ),
    "a time in the form's topic is sent to its own field": (
        Turn("subscribe"),
        Turn(
            send={"topic": "spin glass daily at 8:00"},
            errors=("topic",),
            form="Subscribe #papers",
            ok=False,
        ),
    ),
    "a form is asked about where it is easily misread": (
        Turn("subscribe"),
        Turn(
            send={"topic": "cat:cs.CV AND diffusion OR flow", "updates": "on", "density": "cards"},
            title="Reads as (cat:cs.CV AND diffusion) OR flow: 28 papers in 7 days",
        ),
        Turn(
            press="Keep",
            title='#papers now gets papers on "cat:cs.CV AND diffusion OR flow"',
        ),
        Turn("edit 1 updates=on density=cards", title="Nothing changed"),
    ),
    "a form changes": (
        SUBSCRIBED,
        Turn(press="Change", form="Change image generation"),
        Turn(
            send={"when": "on arrival", "density": "thread"},
            title='Changed "image generation"',
            text=lines(
                "When: daily from 09:00 → on arrival",
                "Layout: auto → thread",
                "Next: Wed 25 Nov, about 06:20.",
            ),
        ),
        Turn(press="Undo", title="Taken back"),
    ),
    "only the layout may change": (
        SUBSCRIBED,
        Turn("edit 1"),
        Turn(
            send={"density": "cards"},
            title="Changed all digests of #papers",
            text="Layout: auto → cards",
        ),
    ),
    # ── many ─────────────────────────────────────────────────────────────────────────────────────
    "many topics are read into a table, then applied": (
        SUBSCRIBED,
        Turn("subscribe many", form="Subscribe #papers"),
        Turn(
            send={
                "lines": lines(
                    "image generation weekly on mon at 8:30",
                    "",
                    "zone=Asia/Tokyo spin glass, spin-glass on arrival",
                    'ti:"image',
                    "Image generation",
                    "daily",
                    "density=cards hep-th",
                    "cs.CL",
                )
            },
            title="3 topics for #papers",
            text="Nothing is saved yet. 4 lines could not be read.",
            table=(
                ("Line", "Topic", "When", "Papers a week", "Applying it"),
                (
                    "1",
                    '"image generation"',
                    "Mondays 08:30",
                    "23",
                    "When: daily from 09:00 → Mondays 08:30",
                ),
                ("2", '"spin glass"', "on arrival", "1", "new"),
                (
                    "3",
                    'ti:"image',
                    "",
                    "",
                    'not read: the quote at character 4 is never closed. Try ti:"image"',
                ),
                ("4", "Image generation", "", "", "not read: the same as line 1"),
                ("5", "daily", "", "", "not read: there is no topic in it"),
                (
                    "6",
                    "density=cards hep-th",
                    "",
                    "",
                    "not read: density= goes for the whole place, not a line",
                ),
                ("7", "cat:cs.CL", "daily from 09:00", "5", "new"),
            ),
            actions=("Apply 3 topics",),
            public=False,
        ),
        Turn(
            press="Apply",
            title="3 topics applied for #papers",
            text=lines(
                "1. image generation: When: daily from 09:00 → Mondays 08:30",
                "2. spin glass, spin-glass: on arrival",
                "3. cs.CL: daily from 09:00",
                'Not read: ti:"image',
                "Not read: Image generation",
                "Not read: daily",
                "Not read: density=cards hep-th",
            ),
            actions=("Undo",),
            public=True,
        ),
        Turn(press="Undo", title="Taken back", public=True),
    ),
    "applying what is there changes nothing": (
        SUBSCRIBED,
        Turn("subscribe many\nimage generation daily at 9:00"),
        Turn(press="Apply", title="Nothing changed", public=False),
    ),
    "a topic may begin with many": (
        Turn(
            "subscribe many body localization",
            title='#papers now gets papers on "many body localization"',
        ),
    ),
    "too many lines are refused": (
        Turn(
            "subscribe many\n" + "hep-th\n" * 201,
            text="These are 201 lines; I read 200 at once. Send them in parts.",
            ok=False,
        ),
    ),
    # ── preview ──────────────────────────────────────────────────────────────────────────────────
    "a preview of nothing needs a topic": (
        Turn("preview", text="Preview of what? For example: /arxiv preview spin glass", ok=False),
    ),
    "a preview shows the latest where nothing is new yet": (
        SUBSCRIBED,
        Turn(
            "preview 1",
            title='The next digest on "image generation" so far: no papers',
            text="The latest before:",
            papers=tuple(f"Image Generation by Method 0-{n}" for n in (2, 1, 0)),
            actions=(),
        ),
    ),
    # ── search, open ─────────────────────────────────────────────────────────────────────────────
    "a search shows five, newest first, and more": (
        Turn(
            "search image generation",
            title='Papers on "image generation"',
            text="1 to 5, newest first.",
            papers=(
                "Image Generation by Method 0-2",
                "Image Generation by Method 0-1",
                "Image Generation by Method 0-0",
                "Image Generation by Method 1-4",
                "Image Generation by Method 1-3",
            ),
            actions=("More", "Subscribe to this"),
            public=False,
        ),
        Turn(
            press="More",
            text="6 to 10, newest first.",
            actions=("More", "Subscribe to this"),
        ),
        Turn(press="Subscribe", title='#papers now gets papers on "image generation"'),
    ),
    "a search by authors": (
        Turn(
            'search au:"Hinton" AND cat:cs.LG',
            title="Papers on au:Hinton AND cat:cs.LG",
            papers=tuple(f"Capsules {n}" for n in (0, 4, 8, 12, 16)),
        ),
    ),
    "a search by identifier opens the paper": (
        SUBSCRIBED,
        Turn(
            "search https://arxiv.org/pdf/2611.00122v1",
            text=lines(
                "Version 1 (23 Nov 2026).", 'Matches "image generation": title and abstract.'
            ),
            papers=("Image Generation by Method 0-2",),
            actions=(
                "Save Image Generation by Method 0-2",
                "Exclude a word for #papers…",
            ),
        ),
    ),
    "a search for nothing shows an example": (
        Turn(
            "search",
            text='Search for what? For example: /arxiv search au:"Hinton" AND cat:cs.LG',
            ok=False,
        ),
    ),
    "a phrase that finds nothing offers its words": (
        Turn(
            "search llm agents safety",
            title='No paper on "llm agents safety"',
            text="All three words, in the last 30 days: 8.",
            actions=("Search all words", "Subscribe to this"),
        ),
        Turn(press="Search all words", title="Papers on llm AND agents AND safety"),
    ),
    "whoever may not subscribe the channel is offered an alert": (
        Turn("search spin glass", who=EVE, actions=("Alert me to this",)),
    ),
    "an unknown paper is asked of arXiv": (
        Turn(
            "search 2502.07701",
            title="I don't have 2502.07701 here",
            text="arXiv has no paper 2502.07701.",
            ok=False,
        ),
    ),
    "a paper is saved, listed and exported": (
        Turn("saved", title="You have no saved papers yet"),
        Turn("open 2611.00126", actions=("Save Capsules 0", "Exclude a word for #papers…")),
        Turn(press="Save", title="Saved Capsules 0", actions=("Undo",), public=False),
        Turn(press="Undo", title="No longer saved: Capsules 0", actions=("Undo",)),
        Turn(press="Undo", title="Saved Capsules 0"),
        Turn(
            "saved", title="You have 1 saved paper", papers=("Capsules 0",), actions=("As BibTeX",)
        ),
        Turn(press="As BibTeX", title="1 saved paper as BibTeX"),
        Turn(
            "open 2611.00126", actions=("No longer save Capsules 0", "Exclude a word for #papers…")
        ),
    ),
    "a paper is posted to be discussed": (
        Turn("discuss 2611.00126v1", papers=("Capsules 0",), actions=(), public=True),
        Turn(
            "discuss",
            text='"" is not an arXiv identifier. For example: /arxiv discuss 2502.07701',
            ok=False,
        ),
        Turn(
            "discuss 2611.00126",
            where=DM,
            text="There is nobody to discuss with in direct messages.",
            ok=False,
        ),
    ),
    # ── the whole channel ────────────────────────────────────────────────────────────────────────
    "a word is left out for everyone, and comes back": (
        SUBSCRIBED,
        Turn("open 2611.00122"),
        Turn(press="Exclude a word", form="Exclude for #papers"),
        Turn(
            send={"word": "survey"},
            title="Exclude for #papers: adds -survey for everyone",
            text="10 of the last 98 papers would go.",
            actions=("Undo",),
            public=True,
        ),
        Turn("exclude survey", title="Left out already: survey"),
        Turn("exclude -method", title="Exclude for #papers: adds -method for everyone"),
        Turn("list", text="Left out of every topic here: survey, method"),
    ),
    "a word that cannot be read comes back at its field": (
        Turn("exclude"),
        Turn(
            send={"word": "("},
            form="Exclude for #papers",
            errors=("word",),
            text="Nothing is saved yet.",
            ok=False,
        ),
        Turn(send={"word": ""}, form="Exclude for #papers", errors=("word",), ok=False),
    ),
    "a channel may hear of days without papers": (
        SUBSCRIBED,
        Turn(
            "tell-empty",
            title="#papers gets a line on days without papers, too",
            actions=("Undo",),
            public=True,
        ),
        Turn(
            press="Undo",
            title="Changed all digests of #papers",
            text="A line on days without papers: no",
        ),
    ),
    "status says how things stand": (
        SUBSCRIBED,
        GLASSES,
        Turn("pause 2 until mon"),
        Turn(
            "status",
            title="Status",
            text=NOTE,
            table=(
                ("Number", "Topic", "Last digest", "Next", "State"),
                ("1", "image generation", "none yet", "Wed 25 Nov", "active"),
                ("2", "spin glass", "none yet", "Mon 30 Nov", "paused until Mon 30 Nov"),
            ),
            actions=("Resume spin glass",),
        ),
    ),
    "status of an empty channel is arXiv's": (
        Turn("status", title="Status: #papers has no subscriptions yet", text=NOTE),
    ),
    # ── alerts ───────────────────────────────────────────────────────────────────────────────────
    "an alert is confirmed by the direct message, not here": (
        Turn(
            "alert add diffusion policy",
            title='Your alert on "diffusion policy" comes as a direct message',
            text="",
            actions=("Skip what #papers already showed",),
            public=False,
        ),
        Turn(
            press="Skip",
            title="Your alerts skip what #papers already showed",
            actions=("Undo",),
        ),
        Turn(press="Undo", title="Your alerts no longer skip what a channel showed"),
    ),
    "in direct messages subscribe is an alert, and only the message answers": (
        Turn("subscribe diffusion policy", where=DM, title="", text="", actions=()),
        Turn(
            "list",
            where=DM,
            title="You have 1 alert",
            table=(
                ("Number", "Topic", "When", "Papers a week", "Last digest", "Next", "State"),
                (
                    "1",
                    "diffusion policy",
                    "on arrival, but not from 22:00 to 08:00",
                    "5",
                    "none yet",
                    "Wed 25 Nov, about 08:00",
                    "active",
                ),
            ),
            actions=(
                "Pause diffusion policy",
                "Change diffusion policy",
                "Unsubscribe diffusion policy",
            ),
        ),
    ),
    "an alert is managed from any channel": (
        Turn("alert add diffusion policy"),
        Turn("alert add Diffusion Policy", title='You already have an alert on "diffusion policy"'),
        Turn(
            "alert edit 1 at once",
            title='Changed "diffusion policy"',
            text=lines(
                "When: on arrival, but not from 22:00 to 08:00 → on arrival",
                "Next: Wed 25 Nov, about 06:20.",
            ),
            public=False,
        ),
        Turn(press="Undo", title='Changed "diffusion policy"'),
        Turn("alert pause", title='Paused "diffusion policy"'),
        Turn("alert", title="You have 1 alert"),
        Turn(press="Resume", title='Resumed "diffusion policy"'),
        Turn("alert remove 1", title='You no longer get alerts on "diffusion policy"'),
        Turn(press="Undo", title='You get alerts on "diffusion policy" again', public=False),
        Turn("list", title="#papers has no subscriptions yet"),
    ),
    "an alert asks the same questions": (
        Turn(
            "alert add cat:cs.CV AND diffusion OR flow at once",
            title="Reads as (cat:cs.CV AND diffusion) OR flow: 28 papers in 7 days",
        ),
        Turn(
            press="Keep",
            title='Your alert on "cat:cs.CV AND diffusion OR flow" comes as a direct message',
        ),
        Turn("alert edit 1 at once", title="Nothing changed"),
    ),
    "an alert without its verb is offered with it": (
        Turn(
            "alert diffusion policy",
            text='I don\'t know "alert diffusion". For example: /arxiv alert add diffusion policy',
            ok=False,
        ),
    ),
    "an alert may be made by a form": (
        Turn("alert add", form="New alert"),
        Turn(
            send={"topic": "diffusion policy"},
            title='Your alert on "diffusion policy" comes as a direct message',
        ),
        Turn("alert edit", form="Change diffusion policy"),
        Turn(send={"when": "daily at 7:00"}, title='Changed "diffusion policy"'),
    ),
    "many alerts are made at once, also from a channel": (
        Turn("alert add many", form="New alerts"),
        Turn(
            send={"lines": "spin glass\ncs.RO at once\nti:"},
            title="2 topics for your alerts",
            actions=("Apply 2 topics",),
        ),
        Turn(
            press="Apply",
            title="2 topics applied for your alerts",
            text=lines(
                "1. spin glass: on arrival, but not from 22:00 to 08:00",
                "2. cs.RO: on arrival",
                "Not read: ti:",
            ),
            public=False,
        ),
        Turn("alert export", title="2 topics of your alerts"),
        Turn("list", title="#papers has no subscriptions yet"),
        Turn("subscribe many\nhep-th", where=DM),
        Turn(press="Apply", where=DM, title="1 topic applied for your alerts"),
        Turn("alert list", title="You have 3 alerts"),
    ),
    "a word is left out of alerts": (
        Turn("alert exclude", form="Exclude for your alerts"),
        Turn(send={"word": "survey"}, title="Exclude for your alerts: adds -survey", public=False),
        Turn("list", title="#papers has no subscriptions yet"),
        Turn("alert layout exclude=", title="Changed your alerts"),
    ),
    "skipping needs a channel": (
        Turn(
            "alert skip",
            where=DM,
            text="Skip what which channel showed? Type /arxiv alert skip in that channel.",
            ok=False,
        ),
    ),
    # ── the person ───────────────────────────────────────────────────────────────────────────────
    "what is kept about a person is told, and deleted": (
        Turn("forget-me", title="I keep nothing about you", actions=()),
        Turn("save 2611.00126"),
        Turn("alert add spin glass"),
        Turn(
            "forget-me",
            title="What I keep about you",
            text=lines(
                "1 saved paper",
                "2 lines in the log of changes",
                "1 alert",
                "1 message to you",
                "Channels keep their subscriptions; your name goes from them.",
            ),
            actions=("Delete it",),
        ),
        Turn(press="Delete it", title="Deleted", text="I no longer keep anything about you."),
        Turn("forget-me", title="I keep nothing about you"),
        Turn("alert list", title="You have no alerts yet"),
    ),
}


@pytest.mark.parametrize(
    ("typed", "label", "reading"),
    [
        ("image generation", '"image generation"', '"image generation"'),
        (
            "image generation, text to image",
            '"image generation, text to image"',
            '"image generation" OR "text to image"',
        ),
        ("hep-th", '"hep-th"', "cat:hep-th"),
        ("cs.CL", '"cs.CL"', "cat:cs.CL"),
        ("astro-ph", '"astro-ph"', "cat:astro-ph OR cat:astro-ph.*"),
        ("https://arxiv.org/list/cs.CL/recent", '"cat:cs.CL"', "cat:cs.CL"),
        ("Hinton", '"Hinton"', "Hinton"),
        ('au:"F L"', 'au:"F L"', 'au:"F L"'),
        ("lamps -survey", '"lamps -survey"', "lamps ANDNOT survey"),
        (
            "ti:(lamps AND light) OR cat:cs.CV",
            '"ti:(lamps AND light) OR cat:cs.CV"',
            "(ti:lamps AND ti:light) OR cat:cs.CV",
        ),
    ],
)
async def test_a_topic_is_read_as_people_type_it(typed: str, label: str, reading: str) -> None:
    async with talking() as dialogue:
        reply = await dialogue.say(f"subscribe --keep {typed}")
        assert reply.title == f"#papers now gets papers on {label}"
        assert reply.text.split("\n")[0] == f"Topic: {reading}"
        again = await dialogue.say(f"subscribe --keep {typed}")
        assert again.title == f"#papers already gets {label}"


@pytest.mark.parametrize("name", DIALOGUES)
async def test_the_dialogue_goes_as_written(name: str) -> None:
    async with talking() as dialogue:
        for turn in DIALOGUES[name]:
            check(await take(dialogue, turn), turn)


@pytest.mark.parametrize("name", DIALOGUES)
async def test_every_button_of_every_reply_does_something(name: str) -> None:
    async with talking() as dialogue:
        for turn in DIALOGUES[name]:
            reply = await take(dialogue, turn)
            answers = await dialogue.pressed_apart(reply, turn.who, turn.where)
            for action, answer in zip(reply.actions, answers, strict=True):
                assert answer.ok, f"{action}: {answer}"


async def take(dialogue: Dialogue, turn: Turn) -> Reply:
    if turn.press:
        return await dialogue.press(turn.press, turn.who, turn.where)
    if turn.send is not None:
        return await dialogue.send(turn.send, turn.who, turn.where)
    return await dialogue.say(turn.say, turn.who, turn.where)


def check(reply: Reply, turn: Turn) -> None:
    """Compare what the turn states."""
    said = {
        "title": reply.title,
        "text": reply.text,
        "actions": tuple(action.label for action in reply.actions),
        "table": reply.table,
        "papers": tuple(paper.title for paper in reply.papers),
        "form": reply.form.title if reply.form else None,
        "errors": tuple(field for field, _ in reply.errors),
        "public": reply.public,
    }
    wanted = {name: getattr(turn, name) for name in said}
    stated = {name: value for name, value in wanted.items() if value is not None}
    assert {name: said[name] for name in stated} == stated
    assert reply.ok == turn.ok, reply
