"""What subscribing to a topic says, and asks."""

from tests.commands.dialogue import BEN, GLASS
from tests.dialogues.turns import SUBSCRIBED, WELCOME, Turn, lines

SUBSCRIBING: dict[str, tuple[Turn, ...]] = {
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
}
