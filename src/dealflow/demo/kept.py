"""Two customers of old: one that slips away while we watch, one that left because nobody did.

What was so before the play is told on its first days, with the days on which it was.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from dealflow import (
    AssignAccountOwner,
    ChangeStance,
    Channel,
    ChurnCause,
    DrawPurchasesFrom,
    EndRelationship,
    HoldInteraction,
    IdentifyRole,
    IdentifyStakeholder,
    IncidentKind,
    JobLevel,
    Level,
    MakePlan,
    MeasureShare,
    Money,
    PurchaseOrigin,
    RaiseComplaint,
    RecordDeparture,
    RecordPurchase,
    RegisterAccount,
    ReportIncident,
    ResolveMatter,
    RivalMove,
    Role,
    SightRival,
    SignAgreement,
    Stance,
)
from dealflow.decider import Command
from dealflow.demo.script import Told, named, teller

CEMENT, GLASS = named("sanhe"), named("qinghe")
GUO, SUN, PAN = (named("sanhe", who) for who in ("guo", "sun", "pan"))
OURS, CHIEF, RIVAL = "Ma Jun", "Zhang Min", "Hansen Drives"
told = teller("ma.jun")
books = teller("erp")


def _bought(account: str, *days: tuple[str, int]) -> Iterator[Told]:
    """Tell purchases as the books have them: those of the play on their day, older ones when it begins."""
    for day, amount in days:
        recorded = day[5:] if day.startswith("2026") else "01-05"
        yield books(recorded, named(account), RecordPurchase(Money(Decimal(amount), "CNY")), date.fromisoformat(day))


def _visit(*theirs: str, ours: tuple[str, ...] = (OURS,)) -> Command:
    return HoldInteraction(CEMENT, Channel.VISIT, tuple(named("sanhe", who) for who in theirs), ours)


STORY = (
    # Sanhe Cement: our customer for two years, strategic since November
    told("01-05", CEMENT, RegisterAccount("Sanhe Cement", industry="cement"), date(2024, 3, 4)),
    told("01-05", CEMENT, AssignAccountOwner(OURS), date(2024, 3, 4)),
    told("01-05", CEMENT, DrawPurchasesFrom(PurchaseOrigin.HOST), date(2024, 3, 4)),
    told("01-05", GUO, IdentifyStakeholder(CEMENT, "Guo Feng", level=JobLevel.DIRECTOR), date(2024, 3, 4)),
    told("01-05", SUN, IdentifyStakeholder(CEMENT, "Sun Li", level=JobLevel.MANAGER), date(2024, 3, 4)),
    told("01-05", PAN, IdentifyStakeholder(CEMENT, "Pan Hao", level=JobLevel.OPERATOR), date(2024, 5, 6)),
    told("01-05", SUN, IdentifyRole(Role.COACH), date(2024, 6, 3)),
    told("01-05", SUN, ChangeStance(Stance.SUPPORT, ally=True), date(2024, 6, 3)),
    told("01-05", GUO, ChangeStance(Stance.SUPPORT), date(2025, 11, 12)),
    *_bought(
        "sanhe",
        ("2024-05-20", 80_000),
        ("2024-08-12", 120_000),
        ("2024-11-18", 150_000),
        ("2025-02-17", 160_000),
        ("2025-05-19", 180_000),
        ("2025-08-18", 210_000),
        ("2025-11-17", 200_000),
        ("2026-02-09", 60_000),
    ),
    told("01-05", CEMENT, MeasureShare(0.55, ((RIVAL, 0.3),), period="2025-Q2"), date(2025, 7, 7)),
    told("01-05", CEMENT, MeasureShare(0.6, ((RIVAL, 0.25),), period="2025-Q3"), date(2025, 10, 13)),
    told("01-05", CEMENT, SignAgreement("framework", date(2026, 7, 31), id="frame"), date(2025, 8, 1)),
    told("01-05", CEMENT, MakePlan(("keep the kilns",), ("executives meet twice a year",)), date(2025, 11, 3)),
    told("01-05", named("sanhe", "board"), _visit("guo", "sun", ours=(OURS, CHIEF)), date(2025, 11, 12)),
    told("01-14", named("sanhe", "kiln"), _visit("sun", "pan"), date(2026, 1, 13)),
    told("02-10", SUN, RecordDeparture("retired"), date(2026, 1, 30)),
    told("02-24", CEMENT, ReportIncident(IncidentKind.QUALITY, Level.MEDIUM, id="bearings")),
    told("03-03", CEMENT, RaiseComplaint("bearings run hot", Level.HIGH, date(2026, 3, 17), GUO, id="hot")),
    told("04-13", CEMENT, MeasureShare(0.35, ((RIVAL, 0.5),), period="2026-Q1")),
    told("04-20", CEMENT, SightRival(RIVAL, RivalMove.LOWER_PRICE)),
    told("05-11", CEMENT, ResolveMatter("bearings", "replaced")),
    told("05-18", named("sanhe", "apology"), _visit("pan")),
    # Qinghe Glass: gone
    told("01-05", GLASS, RegisterAccount("Qinghe Glass", industry="glass"), date(2024, 9, 2)),
    told("01-05", GLASS, DrawPurchasesFrom(PurchaseOrigin.HOST), date(2024, 9, 2)),
    *_bought("qinghe", ("2024-10-14", 40_000), ("2025-01-20", 45_000), ("2025-04-21", 45_000), ("2025-07-21", 30_000)),
    told("01-05", GLASS, RaiseComplaint("no answer from service", Level.HIGH, date(2025, 9, 30)), date(2025, 9, 8)),
    told("03-24", GLASS, EndRelationship(ChurnCause.BETTER_SERVICE, text="Hansen answers within a day")),
)
