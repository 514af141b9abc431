"""The deal that is won: from a trade fair to the signature, through every milestone and once back."""

from decimal import Decimal

from dealflow import (
    Activity,
    AdvanceStage,
    AnswerObjection,
    AskQuestion,
    ChangeStance,
    Channel,
    CommitDeal,
    ConcludeInteraction,
    Conclusion,
    CorrectRecord,
    DealFlow,
    DropCompetitor,
    ExpectClose,
    Given,
    HoldInteraction,
    IdentifyRole,
    IdentifyStakeholder,
    Influence,
    JobLevel,
    KeepPromise,
    MakePromise,
    Money,
    NameCompetitor,
    ObjectionKind,
    ObjectionTopic,
    OpenDeal,
    PlanInteraction,
    PriceDeal,
    Pursuit,
    QualifyDeal,
    RaiseObjection,
    RateInfluence,
    RegisterAccount,
    ResolveObjection,
    RevertStage,
    Risk,
    Role,
    ScreenAccount,
    Screening,
    SetManager,
    Side,
    Spin,
    Stance,
    Technique,
    ValueDeal,
    VisitStep,
    VoiceProblem,
    WinDeal,
    YesNo,
)
from dealflow.demo.script import PLAYBOOK, day, named, teller, that
from dealflow.domain.deal import DealPriced

ACCOUNT, DEAL = named("huaxin"), named("huaxin", "line 4")
ZHOU, WU, CHEN = (named("huaxin", who) for who in ("zhou", "wu", "chen"))
SEMINAR, BOARDROOM, STUDY, TABLE = (named("huaxin", what) for what in ("seminar", "boardroom", "study", "table"))
OURS, HELPER = "Li Wei", "Ma Jun"
RIVAL = "Hansen Drives"
YES, UNKNOWN = YesNo.YES, YesNo.UNKNOWN

told = teller("li.wei")


def yuan(amount: str) -> Money:
    """Return an amount in the currency of the deal."""
    return Money(Decimal(amount), "CNY")


def _price_mistyped(flow: DealFlow) -> CorrectRecord:
    wrong = [one.version for one in flow.journal.stream(DEAL) if isinstance(one.event, DealPriced)][-1]
    return CorrectRecord(wrong, "two digits were swapped", DealPriced(yuan("3100000")))


STORY = (
    # January: an opening
    told("01-12", ACCOUNT, RegisterAccount("Huaxin Steel", industry="steel", region="East China")),
    told(
        "01-14",
        ACCOUNT,
        ScreenAccount(Screening(YES, YES, UNKNOWN, YES, UNKNOWN), Risk(YES, UNKNOWN, YES, YES), Pursuit.PASS),
    ),
    told("01-16", DEAL, OpenDeal(ACCOUNT, "New drives for rolling line 4", PLAYBOOK, owner=OURS, lead_source="fair")),
    told("01-16", ZHOU, IdentifyStakeholder(ACCOUNT, "Zhou Min", title="Shift engineer", level=JobLevel.EXPERT)),
    told("01-16", ZHOU, IdentifyRole(Role.USER, DEAL)),
    told(
        "01-20",
        SEMINAR,
        HoldInteraction(
            ACCOUNT,
            Channel.SEMINAR,
            theirs=(ZHOU,),
            ours=(OURS, HELPER),
            minutes=120,
            activity=Activity.EDUCATION,
            deals=(DEAL,),
        ),
    ),
    told("01-20", SEMINAR, VoiceProblem("Line 4 stands still eleven hours a month, and nobody adds it up.", ZHOU)),
    told("01-20", SEMINAR, MakePromise("payback of three comparable lines", OURS, day("02-03"), id="P1")),
    told(
        "01-20",
        SEMINAR,
        ConcludeInteraction(Conclusion.ADVANCE, "Zhou Min opens the stop log to us", day("01-27")),
    ),
    told("01-28", ZHOU, ChangeStance(Stance.SUPPORT, ally=True, deal=DEAL)),
    told("01-29", DEAL, ValueDeal(yuan("1800000"))),
    told("01-29", DEAL, ExpectClose(day("06-30"))),
    # February: who decides
    told("02-02", SEMINAR, KeepPromise("P1")),
    told("02-04", WU, IdentifyStakeholder(ACCOUNT, "Wu Tao", title="Head of maintenance", level=JobLevel.MANAGER)),
    told("02-04", WU, IdentifyRole(Role.TECHNICAL, DEAL)),
    told("02-04", WU, ChangeStance(Stance.OPPOSE, deal=DEAL)),
    told("02-04", DEAL, NameCompetitor(RIVAL, incumbent=True)),
    told("02-05", CHEN, IdentifyStakeholder(ACCOUNT, "Chen Guo", title="Plant director", level=JobLevel.DIRECTOR)),
    told("02-05", CHEN, IdentifyRole(Role.ECONOMIC, DEAL)),
    told("02-05", CHEN, RateInfluence(Influence.HIGH, DEAL)),
    told("02-05", WU, SetManager(CHEN)),
    told(
        "02-05",
        BOARDROOM,
        PlanInteraction(
            ACCOUNT,
            that("02-12"),
            Channel.VISIT,
            "learn what a standstill costs him",
            theirs=(CHEN,),
            ours=(OURS,),
            deals=(DEAL,),
        ),
    ),
    told(
        "02-12",
        BOARDROOM,
        HoldInteraction(minutes=30, steps=(VisitStep.PREPARE, VisitStep.ASK, VisitStep.AGREE), purpose_reached=True),
    ),
    told("02-12", BOARDROOM, AskQuestion(Spin.IMPLICATION, CHEN, "What does a late coil cost you with car makers?")),
    told(
        "02-12",
        BOARDROOM,
        ConcludeInteraction(Conclusion.ADVANCE, "a needs study on line 4, paid by the plant", day("03-02")),
    ),
    told("02-12", DEAL, AdvanceStage("executive_meeting")),
    # March: the needs study; the visit of the 6th was written down on the 11th
    told("03-02", DEAL, AdvanceStage("consulting")),
    told(
        "03-11",
        STUDY,
        HoldInteraction(ACCOUNT, Channel.SITE_VISIT, theirs=(ZHOU, WU), ours=(HELPER,), minutes=240, deals=(DEAL,)),
        happened="03-06",
    ),
    told(
        "03-11",
        STUDY,
        RaiseObjection(
            ObjectionTopic.PRODUCT,
            ObjectionKind.TRUE,
            by=WU,
            text="You have no drives running in a hot mill.",
            id="O1",
        ),
        happened="03-06",
    ),
    told("03-11", ZHOU, IdentifyRole(Role.COACH, DEAL)),
    told(
        "03-16",
        DEAL,
        QualifyDeal(Screening(YES, YES, YES, YES, UNKNOWN), Risk(YES, YES, YES, YES), Pursuit.PASS),
    ),
    told(
        "03-18",
        STUDY,
        AnswerObjection("O1", Technique.THIRD_PARTY_PROOF, "a day at Baolin Works, where ours run hot"),
    ),
    told("03-25", STUDY, ResolveObjection("O1")),
    told("03-27", DEAL, PriceDeal(yuan("2400000"))),
    told("03-27", DEAL, AdvanceStage("proposal")),
    # April: once back, and a price mistyped
    told("04-10", DEAL, RevertStage("consulting", "Chen Guo wants line 3 in the same project")),
    told("04-24", DEAL, AdvanceStage("proposal")),
    told("04-24", DEAL, PriceDeal(yuan("1300000"))),
    # May: negotiation, though maintenance is still against us
    told("05-04", DEAL, _price_mistyped, happened="04-24"),
    told("05-06", DEAL, AdvanceStage("negotiation")),
    told(
        "05-08",
        TABLE,
        HoldInteraction(ACCOUNT, Channel.MEETING, theirs=(WU,), ours=(OURS,), minutes=90, deals=(DEAL,)),
    ),
    told(
        "05-08",
        TABLE,
        RaiseObjection(
            ObjectionTopic.PRICE, ObjectionKind.TRUE, by=WU, text="Hansen is a tenth cheaper.", deal=DEAL, id="O2"
        ),
    ),
    told("05-08", TABLE, AnswerObjection("O2", Technique.TURN_INTO_REASON, "two lines in one standstill save a week")),
    told("05-15", TABLE, ResolveObjection("O2")),
    told("05-15", WU, ChangeStance(Stance.NEUTRAL, deal=DEAL)),
    told("05-20", CHEN, ChangeStance(Stance.SUPPORT, deal=DEAL)),
    told("05-20", DEAL, CommitDeal(Given.VERBAL, CHEN)),
    told("06-02", DEAL, AdvanceStage("contract")),
    told("06-09", DEAL, DropCompetitor(RIVAL, "did not renew its offer"), happened="06-05"),
    # June: signed on the 18th, told on the 22nd
    told(
        "06-22",
        DEAL,
        WinDeal(
            yuan("3050000"),
            primary_reason="both lines in one standstill",
            contributing=("reference in a hot mill", "payback in fourteen months"),
            said_by=Side.BUYER,
        ),
        happened="06-18",
    ),
)
