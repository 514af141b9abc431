"""Notices: what an import leaves open, takes on trust or passes over; nothing that keeps it from going in."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType

import attrs

from dealflow.interchange.pipeline import Place


class About(StrEnum):
    """What a notice is about."""

    WON_BEFORE_DEAL = "won-before-deal"
    LOST_BEFORE_DEAL = "lost-before-deal"
    END_BEFORE_LAST_STEP = "end-before-last-step"
    END_AFTER_ROW = "end-after-row"
    CLOSE_DATE_UNTOLD = "close-date-in-no-history-row"
    HISTORY_BREAK = "history-break"
    HISTORY_LATE = "history-begins-late"
    HISTORY_MISSING = "history-missing"
    HISTORY_UNORDERED = "history-unordered"
    HISTORY_ORPHAN = "history-of-no-deal"
    FIELD_UNREAD = "field-history-unread"
    STAGE_UNDERSTOOD = "stage-in-no-table"
    STAGES_REVISED = "stages-revised"
    DELETED_SINCE = "deleted-since"
    NO_ACCOUNT = "no-account"
    UNKNOWN_PARENT = "unknown-parent"
    UNKNOWN_MANAGER = "unknown-manager"
    UNKNOWN_PERSON = "unknown-person"
    UNKNOWN_DEAL = "unknown-deal"
    ERASED = "person-erased"
    NO_DUE_DATE = "no-due-date"
    MASTER = "recurrence-master"
    INVITEE = "invitee-without-event"
    OLDER = "told-later-already"
    HELD_ALREADY = "held-already"
    UNRECORDED = "changed-unrecorded"


TEXTS: Mapping[About, str] = MappingProxyType(
    {
        About.WON_BEFORE_DEAL: "the close date of the win lies before the deal; won when the source wrote it down",
        About.LOST_BEFORE_DEAL: "the close date of the loss lies before the deal; lost when the source wrote it down",
        About.END_BEFORE_LAST_STEP: "the close date lies before the last step; ended when the source wrote it down",
        About.END_AFTER_ROW: "the close date lies after the source wrote the end down; ended when it did",
        About.CLOSE_DATE_UNTOLD: "the current close date stands in no row of the history",
        About.HISTORY_BREAK: "a row of the history is missing: the one before says it was followed at another time",
        About.HISTORY_LATE: "the history begins after the deal; what happened before is marked unknown",
        About.HISTORY_MISSING: "no history; how the deal came to its stage is marked unknown",
        About.HISTORY_UNORDERED: "two rows of the history bear the same times; the current stage counts as the later",
        About.HISTORY_ORPHAN: "history of an opportunity that is not in the export; passed over",
        About.FIELD_UNREAD: "kept changes of a field of which only the owner's are read; passed over",
        About.STAGE_UNDERSTOOD: "a stage in no table, understood by what its rows say of the end",
        About.STAGES_REVISED: "the source's stages have changed; the playbook is revised",
        About.DELETED_SINCE: "deleted in the source, but in the journal from an earlier import; left as it is",
        About.NO_ACCOUNT: "no account, or one that is neither in the export nor in the journal; passed over",
        About.UNKNOWN_PARENT: "the parent account is neither in the export nor in the journal; left unknown",
        About.UNKNOWN_MANAGER: "the manager is neither in the export nor in the journal; left unknown",
        About.UNKNOWN_PERSON: "points at a person who is neither in the export nor in the journal; left out",
        About.UNKNOWN_DEAL: "points at a deal that is neither in the export nor in the journal; left out",
        About.ERASED: "this person's data was erased here; nothing more of them is taken in",
        About.NO_DUE_DATE: "open, but without a date: nothing is planned",
        About.MASTER: "a recurrence, not a meeting of its own; its occurrences count",
        About.INVITEE: "an invitee's copy of an event that is not in the export; passed over",
        About.OLDER: "older than what the source has told already; left as it is",
        About.HELD_ALREADY: "open in the source, but held by what the journal knows; left as it is",
        About.UNRECORDED: "changed in the source, for which there is no event; left as it was",
    }
)


@attrs.frozen
class Notice:
    """One row that is to be noticed: what about, the key of what it is about, where, and the values at odds."""

    about: About
    key: str
    place: Place
    detail: str | None = None


def by_kind(notices: Iterable[Notice]) -> Mapping[About, tuple[Notice, ...]]:
    """Group notices by what they are about, in the order of `About`."""
    found = tuple(notices)
    groups = {about: tuple(one for one in found if one.about is about) for about in About}
    return MappingProxyType({about: group for about, group in groups.items() if group})
