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
    NameCompetitor,
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
    SetManager,
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
    Favours,
    Level,
    PurchaseMode,
)
from dealflow.domain.qualification import (
    Pursuit,
    Risk,
    Screening,
    YesNo,
)
from dealflow.domain.qualifying import (
    AssignDealOwner,
    QualifyDeal,
)
from dealflow.domain.rivalry import (
    RivalMove,
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
from dealflow.engine import (
    DealFlow,
    Done,
    NotFound,
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
from dealflow.projections.cases import (
    By,
    Every,
)
from dealflow.projections.comparing import (
    Difference,
    compare,
)
from dealflow.projections.estimates import (
    Sampling,
    Share,
)
from dealflow.projections.norms import (
    CannotPlan,
)
from dealflow.projections.pipeline import (
    PIPELINE,
)
from dealflow.projections.playbooks import (
    PLAYBOOKS,
)
from dealflow.projections.questions import (
    NoSuchMilestone,
    Pipeline,
)
from dealflow.projections.schedule import (
    Month,
)
from dealflow.store.checkpoint import (
    Checkpoint,
)
from dealflow.store.errors import (
    Conflict,
    StoreError,
)

__all__ = [
    "PIPELINE",
    "PLAYBOOKS",
    "STANDARD",
    "AbandonDeal",
    "AccountKind",
    "Activity",
    "AdvanceStage",
    "Answer",
    "AnswerObjection",
    "Ask",
    "AskQuestion",
    "AssessCompetitor",
    "AssignAccountOwner",
    "AssignDealOwner",
    "AttemptInteraction",
    "BreakPromise",
    "By",
    "CancelInteraction",
    "CannotPlan",
    "Case",
    "ChangePlaybook",
    "ChangePosition",
    "ChangeStance",
    "Channel",
    "Checkpoint",
    "ChurnCause",
    "Closeness",
    "Command",
    "CommitDeal",
    "ConcedeObjection",
    "ConcludeInteraction",
    "Conclusion",
    "Conflict",
    "CorrectRecord",
    "Criterion",
    "CurrencyMismatch",
    "DealFlow",
    "DefinePlaybook",
    "Difference",
    "Direction",
    "Done",
    "DrawPurchasesFrom",
    "DropCompetitor",
    "EndObservation",
    "EndRelationship",
    "Ends",
    "EraseStakeholder",
    "Every",
    "ExpectClose",
    "Favours",
    "Gate",
    "Given",
    "HoldInteraction",
    "IdentifyRole",
    "IdentifyStakeholder",
    "IncidentKind",
    "Influence",
    "InteractionStatus",
    "JobLevel",
    "KeepPromise",
    "KeyReason",
    "Level",
    "LinkInteraction",
    "LoseDeal",
    "LossCause",
    "MakePromise",
    "MarkHistoryUnknown",
    "Meaning",
    "MergeInto",
    "Milestone",
    "MissInteraction",
    "MissingExtra",
    "Money",
    "Month",
    "MoveStakeholder",
    "NameCompetitor",
    "NeedKind",
    "NoRate",
    "NoSuchMilestone",
    "NotFound",
    "Note",
    "ObjectionKind",
    "ObjectionStatus",
    "ObjectionTopic",
    "OpenDeal",
    "Party",
    "Pipeline",
    "PlanInteraction",
    "Playbook",
    "PriceDeal",
    "PromiseStatus",
    "PurchaseMode",
    "PurchaseOrigin",
    "Pursuit",
    "QualifyDeal",
    "RaiseObjection",
    "RateInfluence",
    "Rates",
    "Record",
    "RecordDeparture",
    "RecordPurchase",
    "Refused",
    "RegisterAccount",
    "RenameAccount",
    "RenameDeal",
    "RenameStakeholder",
    "RenegeDeal",
    "ReopenDeal",
    "RescheduleInteraction",
    "ResolveObjection",
    "ResumeRelationship",
    "RetirePlaybook",
    "RevertStage",
    "RevisePlaybook",
    "Risk",
    "RivalMove",
    "Role",
    "Rung",
    "Sampling",
    "ScreenAccount",
    "Screening",
    "SetManager",
    "Share",
    "Side",
    "SocialStyle",
    "Source",
    "Spin",
    "Stance",
    "Status",
    "StoreError",
    "Technique",
    "Topic",
    "ValueDeal",
    "View",
    "VisitStep",
    "VoiceProblem",
    "When",
    "WinDeal",
    "WithdrawRole",
    "YesNo",
    "compare",
]
