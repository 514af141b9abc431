"""The deal that is lost: a price objection at once, no executive met, a promise broken."""

from decimal import Decimal

from dealflow import (
    AdvanceStage,
    AnswerObjection,
    AskQuestion,
    AssessCompetitor,
    AttemptInteraction,
    BreakPromise,
    CancelInteraction,
    ChangeStance,
    Channel,
    ConcludeInteraction,
    Conclusion,
    ExpectClose,
    HoldInteraction,
    IdentifyRole,
    IdentifyStakeholder,
    Influence,
    JobLevel,
    LearnRivalBid,
    LoseDeal,
    LossCause,
    MakePromise,
    Money,
    NameCompetitor,
    ObjectionKind,
    ObjectionTopic,
    OpenDeal,
    PlanInteraction,
    PriceDeal,
    Pursuit,
    RaiseObjection,
    RateInfluence,
    RecordDeparture,
    RegisterAccount,
    Risk,
    Role,
    ScreenAccount,
    Screening,
    Side,
    Spin,
    Stance,
    SubmitBid,
    Technique,
    ValueDeal,
    YesNo,
)
from dealflow.demo.script import PLAYBOOK, day, named, teller, that

ACCOUNT, DEAL = named("meridian"), named("meridian", "hall 2")
BERG, KELLER, HOLM = (named("meridian", who) for who in ("berg", "keller", "holm"))
CALL, VISIT, SHOW, TALK, UPSTAIRS = (named("meridian", what) for what in ("call", "visit", "show", "talk", "upstairs"))
OURS = "Zhang Min"
RIVAL = "Kestrel Systems"
YES, UNKNOWN = YesNo.YES, YesNo.UNKNOWN

told = teller("zhang.min")


def euro(amount: str) -> Money:
    """Return an amount in the currency of the deal."""
    return Money(Decimal(amount), "EUR")


STORY = (
    # February: a tender, a buyer, and at once the price
    told("02-03", ACCOUNT, RegisterAccount("Meridian Foods", industry="food", region="North")),
    told(
        "02-04",
        ACCOUNT,
        ScreenAccount(Screening(YES, UNKNOWN, UNKNOWN, YES, UNKNOWN), Risk(YES, UNKNOWN, YES, UNKNOWN), Pursuit.PASS),
    ),
    told("02-09", DEAL, OpenDeal(ACCOUNT, "Packaging hall 2", PLAYBOOK, owner=OURS, lead_source="tender notice")),
    told("02-10", BERG, IdentifyStakeholder(ACCOUNT, "Anna Berg", title="Purchasing manager", level=JobLevel.MANAGER)),
    told("02-10", BERG, IdentifyRole(Role.TECHNICAL, DEAL)),
    told(
        "02-11",
        CALL,
        PlanInteraction(
            ACCOUNT,
            that("02-12"),
            Channel.CALL,
            "ask for a first visit",
            theirs=(BERG,),
            ours=(OURS,),
            deals=(DEAL,),
        ),
    ),
    told("02-12", CALL, AttemptInteraction("her office takes no calls before noon")),
    told(
        "02-17",
        VISIT,
        HoldInteraction(ACCOUNT, Channel.VISIT, theirs=(BERG,), ours=(OURS,), minutes=25, deals=(DEAL,)),
    ),
    told("02-17", VISIT, AskQuestion(Spin.SITUATION, BERG, "How many lines run in hall 2?")),
    told(
        "02-17",
        VISIT,
        RaiseObjection(
            ObjectionTopic.PRICE,
            ObjectionKind.HIDDEN,
            by=BERG,
            text="What does it cost? I have three offers here.",
            deal=DEAL,
            id="O1",
        ),
    ),
    told("02-17", VISIT, AnswerObjection("O1", Technique.SMILE_AND_PASS)),
    told("02-17", VISIT, ConcludeInteraction(Conclusion.CONTINUATION)),
    told("02-20", DEAL, ValueDeal(euro("900000"))),
    told("02-20", DEAL, ExpectClose(day("05-29"))),
    # March: a friend on the floor, nobody upstairs
    told("03-03", DEAL, AdvanceStage("consulting", reason="the tender leaves no time for an executive meeting")),
    told("03-05", KELLER, IdentifyStakeholder(ACCOUNT, "Jonas Keller", title="Line leader", level=JobLevel.OPERATOR)),
    told("03-05", KELLER, IdentifyRole(Role.USER, DEAL)),
    told(
        "03-05",
        SHOW,
        HoldInteraction(ACCOUNT, Channel.DEMO, theirs=(KELLER,), ours=(OURS,), minutes=60, deals=(DEAL,)),
    ),
    told("03-05", SHOW, MakePromise("a sample run with their own film", OURS, day("03-20"), id="P1")),
    told("03-05", SHOW, ConcludeInteraction(Conclusion.ADVANCE, "Jonas Keller sends two rolls of film", day("03-10"))),
    told("03-12", KELLER, ChangeStance(Stance.SUPPORT, ally=True, deal=DEAL)),
    told("03-12", KELLER, IdentifyRole(Role.COACH, DEAL)),
    told("03-18", DEAL, NameCompetitor(RIVAL)),
    told("03-18", DEAL, AssessCompetitor(RIVAL, ("price", "knows the board"), ("no service in the region",))),
    told("03-27", DEAL, PriceDeal(euro("980000"))),
    told("03-27", DEAL, SubmitBid(euro("980000"), commercial="two years of service")),
    told(
        "03-27",
        DEAL,
        AdvanceStage("proposal", override="bids close today; purchasing will name who signs after the opening"),
    ),
    # April: what was promised does not come, and the friend goes
    told("04-02", SHOW, BreakPromise("P1", "the test rig was booked until May")),
    told(
        "04-15",
        TALK,
        HoldInteraction(ACCOUNT, Channel.MEETING, theirs=(BERG,), ours=(OURS,), minutes=40, deals=(DEAL,)),
    ),
    told(
        "04-15",
        TALK,
        RaiseObjection(
            ObjectionTopic.TRUST,
            ObjectionKind.TRUE,
            by=BERG,
            text="You promised a sample run and never came.",
            deal=DEAL,
            id="O2",
        ),
    ),
    told("04-15", BERG, ChangeStance(Stance.OPPOSE, deal=DEAL)),
    told("04-20", KELLER, RecordDeparture("went to another employer"), happened="04-09"),
    told("04-22", DEAL, AdvanceStage("negotiation")),
    # May: too late to the one who decides
    told("05-06", HOLM, IdentifyStakeholder(ACCOUNT, "Maria Holm", title="COO", level=JobLevel.DIRECTOR)),
    told("05-06", HOLM, IdentifyRole(Role.ECONOMIC, DEAL)),
    told("05-06", HOLM, RateInfluence(Influence.HIGH, DEAL)),
    told(
        "05-06",
        UPSTAIRS,
        PlanInteraction(
            ACCOUNT,
            that("05-13"),
            Channel.VISIT,
            "show what a change of film costs her",
            theirs=(HOLM,),
            ours=(OURS,),
            deals=(DEAL,),
        ),
    ),
    told("05-12", UPSTAIRS, CancelInteraction("she sees no supplier before the decision")),
    told("05-20", DEAL, ExpectClose(day("06-30"))),
    told("06-12", DEAL, LearnRivalBid(RIVAL, euro("882000")), happened="06-09"),
    told(
        "06-12",
        DEAL,
        LoseDeal(
            LossCause.COMPETITOR,
            "Kestrel was a tenth cheaper, and nobody upstairs knew what we would save them",
            ("sample run never made",),
            RIVAL,
            Side.BUYER,
        ),
        happened="06-09",
    ),
)
