"""Lists, pauses and the channel as a whole."""

from tests.commands.dialogue import NOTE
from tests.dialogues.turns import GLASSES, SUBSCRIBED, Turn, lines

CHANNEL: dict[str, tuple[Turn, ...]] = {
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
        Turn("tell-empty"),
        Turn("list", text="A line comes on days without papers, too."),
        Turn(
            press="Stay quiet",
            title="#papers gets nothing on days without papers",
            public=True,
        ),
    ),
    "what a channel gets is exported as the text that makes it": (
        SUBSCRIBED,
        Turn("subscribe spin glass weekly on mon at 8:30"),
        Turn(
            "export",
            title="2 topics of #papers",
            text=lines(
                "This text can be changed, and read again by:",
                "/arxiv subscribe many",
            ),
            public=False,
        ),
    ),
    "help shows the six most used commands": (
        Turn(
            "help",
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
            public=False,
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
}
