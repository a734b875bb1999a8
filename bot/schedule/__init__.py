"""When arXiv announces, and when a digest falls due. PURE (zone rules are constant data).

`mailing` is arXiv's calendar, `slots` says which slot of a schedule is due, `words` reads and
writes schedules as people do, `zones` turns local clock times into moments.
"""

from bot.schedule.mailing import (
    EASTERN,
    feed_due,
    is_list_day,
    list_date_after,
    list_date_of,
    next_list_day,
    previous_list_day,
    promised,
)
from bot.schedule.slots import (
    DueSlot,
    due_slot,
    next_digest,
    next_slot,
    previous_slot,
    wake_at,
)
from bot.schedule.words import describe, parse_schedule, split_schedule, too_early, written
from bot.schedule.zones import moment_of, parse_zone, zone_label, zone_names

__all__ = [
    "EASTERN",
    "DueSlot",
    "describe",
    "due_slot",
    "feed_due",
    "is_list_day",
    "list_date_after",
    "list_date_of",
    "moment_of",
    "next_digest",
    "next_list_day",
    "next_slot",
    "parse_schedule",
    "parse_zone",
    "previous_list_day",
    "previous_slot",
    "promised",
    "split_schedule",
    "too_early",
    "wake_at",
    "written",
    "zone_label",
    "zone_names",
]
