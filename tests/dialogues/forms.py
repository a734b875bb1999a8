"""Forms that change one subscription or make many."""

from tests.dialogues.turns import GLASSES, SUBSCRIBED, Turn, lines

FORMS: dict[str, tuple[Turn, ...]] = {
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
}
