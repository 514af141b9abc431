"""Deals: opportunities and their history as the life cycle of a deal, its money, its day and its owner.

The first row of a history opens the deal, each later one moves it, values it, or says when it is
expected to close. What no row tells stays unknown.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import attrs

from dealflow.decider import Command
from dealflow.domain.advancing import AdvanceStage, ChangePlaybook, OpenDeal, RenameDeal, RevertStage
from dealflow.domain.closing import AbandonDeal, LoseDeal, ReopenDeal, WinDeal
from dealflow.domain.deal import DEAL, Deal, Status
from dealflow.domain.noting import MarkHistoryUnknown, Note
from dealflow.domain.qualifying import AssignDealOwner
from dealflow.domain.valuing import ExpectClose, ValueDeal
from dealflow.interchange.pipeline import Fact, Trouble
from dealflow.interchange.salesforce.files import Sort
from dealflow.interchange.salesforce.notices import About, Notice
from dealflow.interchange.salesforce.reading import SAME, digest, latest, window
from dealflow.interchange.salesforce.restating import RestateEnd
from dealflow.interchange.salesforce.rows import (
    SYSTEM,
    HistoryRow,
    Lead,
    Opportunity,
    OwnerChange,
    Position,
)
from dealflow.interchange.salesforce.scribe import Origin, Rank, Scribe, Told, changed, created, in_order
from dealflow.interchange.salesforce.stagetable import StageTable
from dealflow.interchange.stages import Opening, Stages, Stop, tell
from dealflow.journal import When, derived_id
from dealflow.domain.playbook import playbook_id

ONE_SAVE = timedelta(minutes=1)  # reports cut times to minutes, and one save may stamp two rows a second apart
STAGES_CHANGED = "the source's stages have changed"

KINDS: Mapping[type, str] = {
    OpenDeal: "opened",
    MarkHistoryUnknown: "history-unknown",
    ValueDeal: "amount",
    ExpectClose: "close-date",
    AdvanceStage: "stage",
    RevertStage: "stage",
    ReopenDeal: "reopened",
    WinDeal: "ended",
    LoseDeal: "ended",
    AbandonDeal: "ended",
    RestateEnd: "end-restated",
}
