"""Alerts, and what is kept about a person."""

from tests.dialogues.turns import DM, Turn, lines

PERSONAL: dict[str, tuple[Turn, ...]] = {
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
    "what a channel showed is skipped until somebody wants it again": (
        Turn("alert add spin glass", actions=("Skip what #papers already showed",)),
        Turn(
            press="Skip",
            title="Your alerts skip what #papers already showed",
            actions=("Undo",),
            public=False,
        ),
        Turn("alert list", text="Skipped: what a channel of yours already showed."),
        Turn(
            press="No longer skip",
            title="Your alerts no longer skip what a channel showed",
        ),
    ),
    "skipping needs a channel": (
        Turn(
            "alert skip",
            where=DM,
            text="Skip what which channel showed? Type /arxiv alert skip in that channel.",
            ok=False,
        ),
    ),
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
