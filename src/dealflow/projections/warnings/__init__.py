"""Warnings: what endangers an open deal, each up, clear or unknown, with the records it rests on (domain.md §6).

One row of `WARNINGS` is one warning: a pure function of a `Look`, how grave it is, what to do about
it, and the events that can change the answer. An application adds rows of its own.
"""

from typing import get_args

from dealflow.domain.acceptance import RivalClosenessRated
from dealflow.domain.contest import ContestEvent
from dealflow.domain.deal import CloseExpected, DealCommitted, DealReneged, StageEvent
from dealflow.domain.interaction import InteractionConcluded, InteractionHeld, InteractionLinked, LifeEvent
from dealflow.domain.noun import MergedInto
from dealflow.domain.objection import ObjectionEvent
from dealflow.domain.promise import PromiseEvent
from dealflow.domain.stakeholder import StakeholderDeparted, StakeholderMoved
from dealflow.projections.committee import MOVING
from dealflow.projections.warnings import course, people
from dealflow.projections.warnings.judging import Check, Severity

WATCH, DANGER = Severity.WATCH, Severity.DANGER
CONTACTS = (*get_args(LifeEvent), InteractionLinked, MergedInto)  # what happens, and what it is about
LEAVING = (StakeholderDeparted, StakeholderMoved)
WORD = (DealCommitted, DealReneged)

WARNINGS: tuple[Check, ...] = (
    Check(
        "decision-maker-never-met",
        WATCH,
        "have the coach, or our own executive, open the door to who gives the final approval, and meet them",
        people.decision_maker_never_met,
        (*MOVING, InteractionHeld),
    ),
    Check(
        "no-coach",
        WATCH,
        "find somebody inside who wants us to win, and let them guide us",
        people.no_coach,
        MOVING,
    ),
    Check(
        "one-contact-only",
        WATCH,
        "meet a second person about the deal: whoever knows one alone loses all with them",
        people.one_contact_only,
        (*CONTACTS, *LEAVING),
    ),
    Check(
        "technical-buyer-opposed",
        DANGER,
        "find what they test by, prove it to them, and bring them to neutral at least",
        people.technical_buyer_opposed,
        MOVING,
    ),
    Check(
        "economic-buyer-against",
        DANGER,
        "learn what they hold against it, and answer it through whom they listen to",
        people.economic_buyer_against,
        MOVING,
    ),
    Check(
        "competitor-closer",
        WATCH,
        "meet the people named more often than the competitor does, and with somebody more senior",
        people.competitor_closer,
        (*MOVING, InteractionHeld, RivalClosenessRated, *get_args(ContestEvent)),
    ),
    Check(
        "stage-longer-than-usual",
        WATCH,
        "agree the step that leads on with the customer, or go back to what is missing",
        course.stage_longer_than_usual,
        get_args(StageEvent),
    ),
    Check(
        "open-true-objection",
        WATCH,
        "answer it until the customer says that it is settled, or concede it",
        course.open_true_objection,
        (*CONTACTS, *get_args(ObjectionEvent)),
    ),
    Check(
        "calls-without-advance",
        WATCH,
        "go to the next call only with an action to ask for, and get it agreed",
        course.calls_without_advance,
        (*CONTACTS, InteractionConcluded),
    ),
    Check(
        "nothing-agreed-next",
        WATCH,
        "agree the next step with a day: a meeting, an action of theirs, a promise of ours",
        course.nothing_agreed_next,
        (*CONTACTS, InteractionConcluded, *get_args(PromiseEvent), *WORD),
    ),
    Check(
        "promise-overdue",
        WATCH,
        "keep it today, or tell the customer when it will be kept",
        course.promise_overdue,
        (*CONTACTS, *get_args(PromiseEvent)),
    ),
    Check(
        "close-date-moved",
        WATCH,
        "ask the customer what has to happen before they sign, and set the day by that",
        course.close_date_moved,
        (CloseExpected,),
    ),
    Check(
        "silent-before-signing",
        DANGER,
        "call the coach today, and see who decides before the word given is taken back",
        course.silent_before_signing,
        (*MOVING, InteractionHeld, *WORD, *get_args(ContestEvent)),
    ),
)
"""Every warning of domain.md §6, in the order in which they are shown."""
