"""What cannot be read, and what is said then."""

from tests.commands.dialogue import EVE
from tests.dialogues.turns import DM, SUBSCRIBED, Turn, lines

MISTAKES: dict[str, tuple[Turn, ...]] = {
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
}
