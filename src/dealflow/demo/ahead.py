"""What stands open at the end of June: two deals under way against a rival, who is booked, and which customers matter.

Every visit, objection and promise here is about a deal that goes on, so that there is something to do.
"""

from datetime import UTC, datetime
from decimal import Decimal

from dealflow import (
    Activity,
    AnswerObjection,
    AssessCompetitor,
    AssessCriteria,
    AssignAccountOwner,
    AssignCounterpart,
    AttemptInteraction,
    BuyingCriterion,
    Channel,
    Closeness,
    ConcludeInteraction,
    Conclusion,
    DesignateKey,
    Direction,
    Favours,
    HoldInteraction,
    KeyReason,
    LearnCriteria,
    LearnRivalBid,
    MakePromise,
    MissInteraction,
    Money,
    NameCompetitor,
    NoteDirectionChange,
    ObjectionKind,
    ObjectionTopic,
    Party,
    PlanEffort,
    PlanInteraction,
    Pursuit,
    QuantifyProblem,
    RaiseObjection,
    RateRivalCloseness,
    ResolveObjection,
    Risk,
    ScreenAccount,
    Screening,
    SubmitBid,
    Technique,
    VisitStep,
    When,
    YesNo,
)
from dealflow.decider import Command
from dealflow.demo import kept, lost, won
from dealflow.demo.script import day, named, teller, that

PAPER, GLASS, WORKS = (named(account) for account in ("Delta Paper", "Orient Glass", "Baolin Works"))
BOILERS, FURNACE = named("Delta Paper", "Boiler house controls"), named("Orient Glass", "Furnace monitoring")
MILL = named("Baolin Works", "Hot mill: service for three years")
HEAD, MASTER = named("Delta Paper", "buyer"), named("Orient Glass", "buyer")
OURS, HELPER, RIVAL = "Ma Jun", "Li Wei", "Hansen Drives"
YES, NO, UNKNOWN = YesNo.YES, YesNo.NO, YesNo.UNKNOWN
ALL_STEPS = tuple(VisitStep)

told = teller("ma.jun")
wrote = teller("li.wei")


def yuan(amount: int) -> Money:
    """Return an amount in the currency of both deals."""
    return Money(Decimal(amount), "CNY")


def _at(text: str, hour: int, end: int) -> When:
    """Return the hours for which a contact is planned."""
    on = day(text)
    start, over = (datetime(on.year, on.month, on.day, one, tzinfo=UTC) for one in (hour, end))
    return When.between(start, over)


def _paper(channel: Channel, activity: Activity, minutes: int, steps: tuple[VisitStep, ...] | None = None) -> Command:
    return HoldInteraction(
        PAPER, channel, (HEAD,), (OURS,), minutes=minutes, steps=steps, activity=activity, deals=(BOILERS,)
    )


def _glass(channel: Channel, activity: Activity, minutes: int) -> Command:
    return HoldInteraction(GLASS, channel, (MASTER,), (OURS,), minutes=minutes, activity=activity, deals=(FURNACE,))


FIRST, SURVEY, METHOD, BID = (named("Delta Paper", what) for what in ("first", "survey", "method", "bid"))
MISSED, FORGOTTEN, NEXT, ROOM = (named("Delta Paper", what) for what in ("missed", "forgotten", "next", "room"))
KILN, TRIAL, AGAIN, SAME = (named("Orient Glass", what) for what in ("kiln", "trial", "again", "same day"))

STORY = (
    # Delta Paper: a purchase to be won against an incumbent who knows the director
    told("02-04", FIRST, _paper(Channel.VISIT, Activity.RESEARCH, 35, ALL_STEPS[:5]), "02-02"),
    told("02-04", FIRST, ConcludeInteraction(Conclusion.CONTINUATION)),
    told("03-24", SURVEY, _paper(Channel.SITE_VISIT, Activity.PROJECT_PLAN, 150, ALL_STEPS), "03-23"),
    told("03-24", SURVEY, ConcludeInteraction(Conclusion.ADVANCE, "the shift books of last winter", day("04-10"))),
    told("04-14", BOILERS, NameCompetitor(RIVAL, incumbent=True)),
    told("04-14", HEAD, RateRivalCloseness(RIVAL, Closeness.HIGH, BOILERS)),
    told("04-20", BOILERS, QuantifyProblem("two boilers fired for nothing at night", yuan(900_000), HEAD, "night")),
    told("05-12", METHOD, _paper(Channel.MEETING, Activity.PURCHASE_METHOD, 60)),
    told(
        "05-12", METHOD, ConcludeInteraction(Conclusion.ADVANCE, "our points stand in the scoring sheet", day("05-29"))
    ),
    told(
        "05-12",
        BOILERS,
        LearnCriteria(
            (
                BuyingCriterion("price", 0.4, Favours.RIVAL),
                BuyingCriterion("night firing", 0.35, Favours.US),
                BuyingCriterion("service within a day", 0.25, Favours.NEITHER),
            )
        ),
    ),
    told("05-12", PAPER, AssessCriteria(we_meet=True, rivals=((RIVAL, False),))),
    told("06-09", BID, _paper(Channel.MEETING, Activity.BID, 75), "06-08"),
    told("06-09", BOILERS, SubmitBid(yuan(1_350_000), "controls and sensors", "three years of service"), "06-08"),
    told(
        "06-09",
        BID,
        RaiseObjection(ObjectionTopic.PRICE, ObjectionKind.TRUE, HEAD, "You are dearer.", BOILERS, "dear"),
        "06-08",
    ),
    told("06-09", BID, AnswerObjection("dear", Technique.TURN_INTO_REASON, "the night firing pays for it"), "06-08"),
    told("06-09", BID, MakePromise("the reckoning for both boilers", OURS, day("06-19"), "reckoning"), "06-08"),
    told("06-09", BID, MakePromise("a day at Baolin Works", HELPER, day("07-10"), "visit"), "06-08"),
    told("06-12", BOILERS, LearnRivalBid(RIVAL, yuan(1_200_000))),
    told("06-12", BOILERS, AssessCompetitor(RIVAL, ("runs there now", "knows the director"), ("no night firing",))),
    told("06-12", PAPER, AssessCriteria(we_meet=True, rivals=((RIVAL, True),))),
    told(
        "06-04", MISSED, PlanInteraction(PAPER, that("06-11"), Channel.CALL, "fix the day at Baolin", (HEAD,), (OURS,))
    ),
    told("06-11", MISSED, MissInteraction(Party.THEM)),
    told("06-15", FORGOTTEN, PlanInteraction(PAPER, that("06-18"), Channel.CALL, "the same again", (HEAD,), (OURS,))),
    # Orient Glass: nobody needs it now
    told(
        "03-10",
        GLASS,
        ScreenAccount(Screening(YES, YES, YES, YES, UNKNOWN), Risk(YES, YES, NO, YES), Pursuit.PASS),
    ),
    told("03-11", KILN, _glass(Channel.VISIT, Activity.RESEARCH, 25), "03-09"),
    told("03-11", KILN, RaiseObjection(ObjectionTopic.TIMING, ObjectionKind.FALSE, MASTER, id="later"), "03-09"),
    told("03-11", KILN, AnswerObjection("later", Technique.FIVE_WHYS), "03-09"),
    told("03-20", KILN, ResolveObjection("later")),
    told("05-27", TRIAL, _glass(Channel.DEMO, Activity.EDUCATION, 90), "05-26"),
    told("05-27", TRIAL, ConcludeInteraction(Conclusion.NO_SALE)),
    told(
        "06-04",
        GLASS,
        ScreenAccount(
            Screening(YES, YES, YES, NO, UNKNOWN),
            Risk(YES, YES, NO, YES),
            Pursuit.REDUCE,
            "the furnace is rebuilt in two years: ask again then",
        ),
    ),
    told("06-22", AGAIN, AttemptInteraction("on leave", GLASS, Channel.CALL, (MASTER,), (OURS,), (FURNACE,))),
    # What comes next, and who is to be at two places at once
    told(
        "06-25",
        NEXT,
        PlanInteraction(
            PAPER, _at("07-07", 9, 10), Channel.VISIT, "answer the price", (HEAD,), (OURS,), Activity.BID, (BOILERS,)
        ),
    ),
    told(
        "06-26",
        SAME,
        PlanInteraction(
            GLASS, _at("07-07", 9, 11), Channel.CALL, "say goodbye for now", (MASTER,), (OURS,), deals=(FURNACE,)
        ),
    ),
    told(
        "06-26",
        ROOM,
        PlanInteraction(PAPER, that("07-07"), Channel.MEETING, "the day at Baolin", (HEAD,), (OURS, HELPER)),
    ),
    told("06-26", BOILERS, PlanEffort(OURS, day("06-29"), day("07-31"), 0.7)),
    told("06-26", FURNACE, PlanEffort(OURS, day("07-06"), day("07-17"), 0.5)),
    wrote("06-26", BOILERS, PlanEffort(HELPER, day("07-06"), day("07-10"), 0.4)),
    # The customers that matter, and who answers for them
    wrote("01-20", won.ACCOUNT, AssignAccountOwner(HELPER)),
    wrote("01-20", won.ACCOUNT, DesignateKey((KeyReason.SIZE, KeyReason.DIRECTION))),
    wrote("02-16", won.CHEN, AssignCounterpart(HELPER, main=True)),
    told("02-02", PAPER, AssignAccountOwner(OURS)),
    told("02-09", HEAD, AssignCounterpart(OURS, main=True)),
    told("01-06", kept.CEMENT, DesignateKey((KeyReason.MUST_NOT_LOSE,))),
    told("01-06", kept.GLASS, DesignateKey((KeyReason.FUTURE_PROFIT,))),
    told("06-03", kept.CEMENT, NoteDirectionChange(Direction.STRATEGY, "two of four kilns stop by 2028"), "06-02"),
    told("03-31", named("Baolin Works", "signing"), HoldInteraction(WORKS, Channel.VISIT, ours=(OURS,), deals=(MILL,))),
    told("03-31", named("Baolin Works", "signing"), ConcludeInteraction(Conclusion.ORDER)),
    teller("zhang.min")("02-04", lost.ACCOUNT, AssignAccountOwner(lost.OURS)),
)
