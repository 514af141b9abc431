"""dealflow: what happens in selling to key accounts, as immutable events, and what follows from it.

The public names, nothing else. Events are imported from the nouns they belong to (`dealflow.domain.deal`
and its like); every command, and every value a command takes, is here.
"""

from dealflow.conversation import (
    Ask,
)
from dealflow.decider import (
    Command,
    Refused,
)
from dealflow.domain.acceptance import (
    Closeness,
)
from dealflow.domain.account import (
    AccountKind,
    ChurnCause,
    KeyReason,
    PurchaseOrigin,
    Topic,
)
from dealflow.domain.advancing import (
    AdvanceStage,
    ChangePlaybook,
    OpenDeal,
    RenameDeal,
    RevertStage,
)
from dealflow.domain.alliance import (
    Direction,
)
from dealflow.domain.allying import (
    EndAgreement,
    MakePlan,
    NoteDirectionChange,
    ReviewPlan,
    SignAgreement,
)
from dealflow.domain.closing import (
    AbandonDeal,
    CommitDeal,
    LoseDeal,
    RenegeDeal,
    ReopenDeal,
    WinDeal,
)
from dealflow.domain.competing import (
    AssessCompetitor,
    DropCompetitor,
    LearnRivalBid,
    NameCompetitor,
    NameSuccessFactors,
    SubmitBid,
)
from dealflow.domain.contact import (
    ContactLevel,
    ContactPolicy,
)
from dealflow.domain.covering import (
    AssignCounterpart,
    CheckAction,
    PlanAction,
    ReleaseCounterpart,
)
from dealflow.domain.criteria import (
    Case,
    Criterion,
)
from dealflow.domain.deal import (
    Given,
    LossCause,
    Side,
    Status,
)
from dealflow.domain.defining import (
    DefinePlaybook,
    RetirePlaybook,
    RevisePlaybook,
)
from dealflow.domain.gate import (
    Answer,
    Gate,
)
from dealflow.domain.informing import (
    LearnCriteria,
    LearnPurchaseMode,
    MapPurchaseProcess,
    NoteInformation,
    RateTechnicalContent,
    ReachPurchaseStep,
)
from dealflow.domain.inquiry import (
    Spin,
)
from dealflow.domain.interaction import (
    Activity,
    Channel,
    Conclusion,
    InteractionStatus,
    Party,
    VisitStep,
)
from dealflow.domain.mapping import (
    ChangePosition,
    ChangeStance,
    EraseStakeholder,
    IdentifyRole,
    IdentifyStakeholder,
    MoveStakeholder,
    RateInfluence,
    RecordDeparture,
    RenameStakeholder,
    WithdrawRole,
)
from dealflow.domain.matter import (
    IncidentKind,
)
from dealflow.domain.need import (
    NeedKind,
    Rung,
)
from dealflow.domain.noting import (
    CorrectRecord,
    EndObservation,
    MarkHistoryUnknown,
    MergeInto,
    Note,
)
from dealflow.domain.objecting import (
    AnswerObjection,
    ConcedeObjection,
    RaiseObjection,
    ResolveObjection,
)
from dealflow.domain.objection import (
    ObjectionKind,
    ObjectionStatus,
    ObjectionTopic,
    Technique,
)
from dealflow.domain.playbook import (
    STANDARD,
    Ends,
    Meaning,
    Milestone,
    Playbook,
)
from dealflow.domain.promise import (
    PromiseStatus,
)
from dealflow.domain.promising import (
    BreakPromise,
    KeepPromise,
    MakePromise,
)
from dealflow.domain.purchase import (
    BuyingCriterion,
    Favours,
    Level,
    PurchaseMode,
    PurchaseStep,
)
from dealflow.domain.qualification import (
    TWENTY,
    Pursuit,
    Question,
    QuestionGroup,
    Risk,
    Screening,
    YesNo,
)
from dealflow.domain.qualifying import (
    AssessSide,
    AssignDealOwner,
    GradeDeal,
    QualifyDeal,
)
from dealflow.domain.quantifying import (
    QuantifyProblem,
    WithdrawProblem,
)
from dealflow.domain.relating import (
    NoteInfluence,
    SetManager,
)
from dealflow.domain.reviewing import (
    ExplainEnd,
    ReviewDeal,
)
from dealflow.domain.rivalry import (
    RivalMove,
)
from dealflow.domain.scheduling import (
    PlanEffort,
    ScheduleMilestone,
)
from dealflow.domain.serving import (
    RaiseComplaint,
    ReportIncident,
    ResolveMatter,
)
from dealflow.domain.stakeholder import (
    Influence,
    JobLevel,
    Role,
    SocialStyle,
    Stance,
)
from dealflow.domain.stewarding import (
    AssignAccountOwner,
    DrawPurchasesFrom,
    EndRelationship,
    RecordPurchase,
    RegisterAccount,
    RenameAccount,
    ResumeRelationship,
    ScreenAccount,
)
from dealflow.domain.understanding import (
    MoveNeed,
    ObserveStyle,
    RatePriceAcceptance,
    RateRivalCloseness,
    RateSolutionAcceptance,
    UncoverNeed,
)
from dealflow.domain.valuing import (
    ExpectClose,
    PriceDeal,
    ValueDeal,
)
from dealflow.domain.visiting import (
    AskQuestion,
    AttemptInteraction,
    CancelInteraction,
    ConcludeInteraction,
    HoldInteraction,
    LinkInteraction,
    MissInteraction,
    PlanInteraction,
    RescheduleInteraction,
    VoiceProblem,
)
from dealflow.domain.watching import (
    AssessCriteria,
    DesignateKey,
    MarkRivalGone,
    MeasureShare,
    ProfileAccount,
    SightRival,
    WithdrawKey,
)
from dealflow.domain.worth import (
    ValuePolicy,
    Weighing,
)
from dealflow.engine import (
    DealFlow,
    Done,
)
from dealflow.extras import (
    MissingExtra,
)
from dealflow.journal import (
    Record,
    Source,
    When,
)
from dealflow.money import (
    CurrencyMismatch,
    Money,
    NoRate,
    Rates,
)
from dealflow.projections import (
    View,
)
from dealflow.projections.account_plan import (
    account_plan,
)
from dealflow.projections.accounts import (
    ACCOUNTS,
)
from dealflow.projections.backtest import (
    BacktestPolicy,
    SignalVerdict,
)
from dealflow.projections.bond import (
    BondLevel,
    bond,
)
from dealflow.projections.bookings import (
    BookingPolicy,
    Spacing,
)
from dealflow.projections.cases import (
    By,
    Every,
)
from dealflow.projections.chart import (
    mermaid,
)
from dealflow.projections.churn import (
    ChurnRisk,
    RiskLevel,
)
from dealflow.projections.churn.judging import (
    ChurnPolicy,
    ChurnSignal,
    Sign,
    Signal,
    Weapon,
)
from dealflow.projections.churn.signals import (
    SIGNALS,
)
from dealflow.projections.closeness import (
    ClosenessPolicy,
    closeness_over_time,
)
from dealflow.projections.committee import (
    CommitteePolicy,
    Target,
    support_over_time,
    words_on,
)
from dealflow.projections.comparing import (
    Difference,
    compare,
)
from dealflow.projections.competition import (
    AgainstRival,
    Competition,
    Gaps,
)
from dealflow.projections.conclusions import (
    Beside,
)
from dealflow.projections.conditions import (
    RELATIONSHIP,
    Reason,
    RelationshipPolicy,
    RelationshipStage,
)
from dealflow.projections.conduct import (
    ConductPolicy,
    ContactBy,
    ContactReport,
    Contacts,
)
from dealflow.projections.contact import (
    Contact,
)
from dealflow.projections.contacts import (
    CONTACTS,
)
from dealflow.projections.contest import (
    Contested,
    ContestPolicy,
    DealContest,
    DealRival,
    Stay,
)
from dealflow.projections.coverage_ladder import (
    CoveragePolicy,
    Extent,
    RungState,
    coverage_ladder,
)
from dealflow.projections.criteria_watch import (
    AccountCriteria,
    CriteriaState,
    CriteriaStep,
    RivalCriteria,
)
from dealflow.projections.deals import (
    NoSuchMilestone,
    Pipeline,
)
from dealflow.projections.effort import (
    ChanceBasis,
    EffortPolicy,
    Measure,
    Ordering,
    remaining_effort,
)
from dealflow.projections.ended import (
    EndedDeal,
)
from dealflow.projections.estimates import (
    Sampling,
    Share,
)
from dealflow.projections.factors import (
    FACTORS,
    Factors,
    FactorValue,
    Finder,
    Inapplicable,
    met_before,
)
from dealflow.projections.health import (
    Health,
    HealthLevel,
)
from dealflow.projections.look import (
    HEALTH,
    HealthPolicy,
    Look,
    ThresholdPolicy,
    WarningPolicy,
)
from dealflow.projections.losses import (
    Phase,
)
from dealflow.projections.nearer import (
    NearerRival,
)
from dealflow.projections.needs import (
    need_ladder,
)
from dealflow.projections.norms import (
    CannotPlan,
)
from dealflow.projections.objection_cases import (
    Earliness,
    ObjectionBy,
    ObjectionCase,
    ObjectionFate,
)
from dealflow.projections.objections import (
    AtClose,
    ClosedDeal,
    DealEnd,
    Objections,
    Resolution,
)
from dealflow.projections.patterns import (
    NoSuchFactor,
    NoSuchValue,
    Outcome,
    Outcomes,
    Pattern,
    Patterns,
    PatternVerdict,
    ValueCount,
    any_unknown,
)
from dealflow.projections.people import (
    PEOPLE,
)
from dealflow.projections.pipeline import (
    PIPELINE,
)
from dealflow.projections.playbooks import (
    PLAYBOOKS,
)
from dealflow.projections.portfolio import (
    Portfolio,
    Weight,
)
from dealflow.projections.prices import (
    Basis,
    Bracket,
    Offer,
    PricePolicy,
)
from dealflow.projections.progression import (
    Passage,
)
from dealflow.projections.qualification import (
    qualification,
)
from dealflow.projections.ranking import (
    PortfolioPolicy,
)
from dealflow.projections.relation import (
    Relation,
)
from dealflow.projections.relationship import (
    Relationship,
)
from dealflow.projections.results import (
    Results,
)
from dealflow.projections.schedule import (
    Month,
)
from dealflow.projections.silence import (
    Silence,
    SilencePolicy,
    quiet,
)
from dealflow.projections.team import (
    Team,
    TeamPolicy,
)
from dealflow.projections.thresholds import (
    Freshness,
    ThresholdState,
)
from dealflow.projections.value import (
    value_equation,
)
from dealflow.projections.vector import (
    DISTANCE,
    DistancePolicy,
    Moved,
    Turn,
    Vector,
    distance,
    health_over_time,
    moved,
    vector,
)
from dealflow.projections.warnings import (
    WARNINGS,
)
from dealflow.projections.warnings.judging import (
    Check,
    DealWarning,
    Found,
    Severity,
    WarningState,
)
from dealflow.reading import (
    NotFound,
)
from dealflow.replay.belonging import (
    ChronicleKind,
)
from dealflow.replay.changes import (
    CannotCompare,
    Changes,
)
from dealflow.replay.chronicle import (
    Chronicle,
    ChronicleLine,
)
from dealflow.replay.comparison import Comparison, DossierChange, NotOpened, dossier_changes
from dealflow.replay.counterfactual import Counterfactual, GateDifference, WhatIfDifference
from dealflow.replay.differing import Change
from dealflow.replay.movements import Movement, MovementKind
from dealflow.replay.nearest import NEAREST, Nearest, NearestPolicy, NeverCame
from dealflow.replay.reasons import REASON_WORDS, EndReason
from dealflow.replay.rectangles import Rectangle
from dealflow.replay.review import Contradiction, NotEnded, Review
from dealflow.replay.showing import Shown, Shows
from dealflow.replay.story import Chapter
from dealflow.replay.supposing import (
    CannotSuppose,
    RecordEarlier,
    Supposition,
    UnderPlaybook,
    UnderPolicy,
    WithoutRecord,
    World,
)
from dealflow.replay.tracks import STOPS, Mark, Stop, Stops, Track, Tracks
from dealflow.replay.turning import TURNING, TurningPoint, TurningPoints, TurningPolicy
from dealflow.replay.voices import Voice
from dealflow.store.checkpoint import (
    Checkpoint,
)
from dealflow.store.errors import (
    Conflict,
    StoreError,
)

__all__ = [
    "ACCOUNTS",
    "CONTACTS",
    "DISTANCE",
    "FACTORS",
    "HEALTH",
    "NEAREST",
    "PEOPLE",
    "PIPELINE",
    "PLAYBOOKS",
    "REASON_WORDS",
    "RELATIONSHIP",
    "SIGNALS",
    "STANDARD",
    "STOPS",
    "TURNING",
    "TWENTY",
    "WARNINGS",
    "AbandonDeal",
    "AccountCriteria",
    "AccountKind",
    "Activity",
    "AdvanceStage",
    "AgainstRival",
    "Answer",
    "AnswerObjection",
    "Ask",
    "AskQuestion",
    "AssessCompetitor",
    "AssessCriteria",
    "AssessSide",
    "AssignAccountOwner",
    "AssignCounterpart",
    "AssignDealOwner",
    "AtClose",
    "AttemptInteraction",
    "BacktestPolicy",
    "Basis",
    "Beside",
    "BondLevel",
    "BookingPolicy",
    "Bracket",
    "BreakPromise",
    "BuyingCriterion",
    "By",
    "CancelInteraction",
    "CannotCompare",
    "CannotPlan",
    "CannotSuppose",
    "Case",
    "ChanceBasis",
    "Change",
    "ChangePlaybook",
    "ChangePosition",
    "ChangeStance",
    "Changes",
    "Channel",
    "Chapter",
    "Check",
    "CheckAction",
    "Checkpoint",
    "Chronicle",
    "ChronicleKind",
    "ChronicleLine",
    "ChurnCause",
    "ChurnPolicy",
    "ChurnRisk",
    "ChurnSignal",
    "ClosedDeal",
    "Closeness",
    "ClosenessPolicy",
    "Command",
    "CommitDeal",
    "CommitteePolicy",
    "Comparison",
    "Competition",
    "ConcedeObjection",
    "ConcludeInteraction",
    "Conclusion",
    "ConductPolicy",
    "Conflict",
    "Contact",
    "ContactBy",
    "ContactLevel",
    "ContactPolicy",
    "ContactReport",
    "Contacts",
    "ContestPolicy",
    "Contested",
    "Contradiction",
    "CorrectRecord",
    "Counterfactual",
    "CoveragePolicy",
    "CriteriaState",
    "CriteriaStep",
    "Criterion",
    "CurrencyMismatch",
    "DealContest",
    "DealEnd",
    "DealFlow",
    "DealRival",
    "DealWarning",
    "DefinePlaybook",
    "DesignateKey",
    "Difference",
    "Direction",
    "DistancePolicy",
    "Done",
    "DossierChange",
    "DrawPurchasesFrom",
    "DropCompetitor",
    "Earliness",
    "EffortPolicy",
    "EndAgreement",
    "EndObservation",
    "EndReason",
    "EndRelationship",
    "EndedDeal",
    "Ends",
    "EraseStakeholder",
    "Every",
    "ExpectClose",
    "ExplainEnd",
    "Extent",
    "FactorValue",
    "Factors",
    "Favours",
    "Finder",
    "Found",
    "Freshness",
    "Gaps",
    "Gate",
    "GateDifference",
    "Given",
    "GradeDeal",
    "Health",
    "HealthLevel",
    "HealthPolicy",
    "HoldInteraction",
    "IdentifyRole",
    "IdentifyStakeholder",
    "Inapplicable",
    "IncidentKind",
    "Influence",
    "InteractionStatus",
    "JobLevel",
    "KeepPromise",
    "KeyReason",
    "LearnCriteria",
    "LearnPurchaseMode",
    "LearnRivalBid",
    "Level",
    "LinkInteraction",
    "Look",
    "LoseDeal",
    "LossCause",
    "MakePlan",
    "MakePromise",
    "MapPurchaseProcess",
    "Mark",
    "MarkHistoryUnknown",
    "MarkRivalGone",
    "Meaning",
    "Measure",
    "MeasureShare",
    "MergeInto",
    "Milestone",
    "MissInteraction",
    "MissingExtra",
    "Money",
    "Month",
    "MoveNeed",
    "MoveStakeholder",
    "Moved",
    "Movement",
    "MovementKind",
    "NameCompetitor",
    "NameSuccessFactors",
    "NearerRival",
    "Nearest",
    "NearestPolicy",
    "NeedKind",
    "NeverCame",
    "NoRate",
    "NoSuchFactor",
    "NoSuchMilestone",
    "NoSuchValue",
    "NotEnded",
    "NotFound",
    "NotOpened",
    "Note",
    "NoteDirectionChange",
    "NoteInfluence",
    "NoteInformation",
    "ObjectionBy",
    "ObjectionCase",
    "ObjectionFate",
    "ObjectionKind",
    "ObjectionStatus",
    "ObjectionTopic",
    "Objections",
    "ObserveStyle",
    "Offer",
    "OpenDeal",
    "Ordering",
    "Outcome",
    "Outcomes",
    "Party",
    "Passage",
    "Pattern",
    "PatternVerdict",
    "Patterns",
    "Phase",
    "Pipeline",
    "PlanAction",
    "PlanEffort",
    "PlanInteraction",
    "Playbook",
    "Portfolio",
    "PortfolioPolicy",
    "PriceDeal",
    "PricePolicy",
    "ProfileAccount",
    "PromiseStatus",
    "PurchaseMode",
    "PurchaseOrigin",
    "PurchaseStep",
    "Pursuit",
    "QualifyDeal",
    "QuantifyProblem",
    "Question",
    "QuestionGroup",
    "RaiseComplaint",
    "RaiseObjection",
    "RateInfluence",
    "RatePriceAcceptance",
    "RateRivalCloseness",
    "RateSolutionAcceptance",
    "RateTechnicalContent",
    "Rates",
    "ReachPurchaseStep",
    "Reason",
    "Record",
    "RecordDeparture",
    "RecordEarlier",
    "RecordPurchase",
    "Rectangle",
    "Refused",
    "RegisterAccount",
    "Relation",
    "Relationship",
    "RelationshipPolicy",
    "RelationshipStage",
    "ReleaseCounterpart",
    "RenameAccount",
    "RenameDeal",
    "RenameStakeholder",
    "RenegeDeal",
    "ReopenDeal",
    "ReportIncident",
    "RescheduleInteraction",
    "Resolution",
    "ResolveMatter",
    "ResolveObjection",
    "Results",
    "ResumeRelationship",
    "RetirePlaybook",
    "RevertStage",
    "Review",
    "ReviewDeal",
    "ReviewPlan",
    "RevisePlaybook",
    "Risk",
    "RiskLevel",
    "RivalCriteria",
    "RivalMove",
    "Role",
    "Rung",
    "RungState",
    "Sampling",
    "ScheduleMilestone",
    "ScreenAccount",
    "Screening",
    "SetManager",
    "Severity",
    "Share",
    "Shown",
    "Shows",
    "Side",
    "SightRival",
    "Sign",
    "SignAgreement",
    "Signal",
    "SignalVerdict",
    "Silence",
    "SilencePolicy",
    "SocialStyle",
    "Source",
    "Spacing",
    "Spin",
    "Stance",
    "Status",
    "Stay",
    "Stop",
    "Stops",
    "StoreError",
    "SubmitBid",
    "Supposition",
    "Target",
    "Team",
    "TeamPolicy",
    "Technique",
    "ThresholdPolicy",
    "ThresholdState",
    "Topic",
    "Track",
    "Tracks",
    "Turn",
    "TurningPoint",
    "TurningPoints",
    "TurningPolicy",
    "UncoverNeed",
    "UnderPlaybook",
    "UnderPolicy",
    "ValueCount",
    "ValueDeal",
    "ValuePolicy",
    "Vector",
    "View",
    "VisitStep",
    "Voice",
    "VoiceProblem",
    "WarningPolicy",
    "WarningState",
    "Weapon",
    "Weighing",
    "Weight",
    "WhatIfDifference",
    "When",
    "WinDeal",
    "WithdrawKey",
    "WithdrawProblem",
    "WithdrawRole",
    "WithoutRecord",
    "World",
    "YesNo",
    "account_plan",
    "any_unknown",
    "bond",
    "closeness_over_time",
    "compare",
    "coverage_ladder",
    "distance",
    "dossier_changes",
    "health_over_time",
    "mermaid",
    "met_before",
    "moved",
    "need_ladder",
    "qualification",
    "quiet",
    "remaining_effort",
    "support_over_time",
    "value_equation",
    "vector",
    "words_on",
]
