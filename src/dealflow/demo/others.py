"""The deals around the two: told only as far as the funnel needs."""

from collections.abc import Iterator
from decimal import Decimal

from dealflow import (
    AbandonDeal,
    AdvanceStage,
    IdentifyRole,
    IdentifyStakeholder,
    JobLevel,
    LoseDeal,
    LossCause,
    Money,
    OpenDeal,
    PriceDeal,
    RegisterAccount,
    Role,
    Side,
    ValueDeal,
    WinDeal,
)
from dealflow.decider import Command
from dealflow.demo.script import PLAYBOOK, Told, named, teller

OURS = "Ma Jun"

told = teller("ma.jun")


def _way(account: str, title: str, amount: Money, *steps: tuple[str, Command]) -> Iterator[Told]:
    """Tell a deal in short: account and economic buyer known, opened, valued, then step by step."""
    customer, deal, buyer = named(account), named(account, title), named(account, "buyer")
    opened = steps[0][0]
    yield told(opened, customer, RegisterAccount(account))
    yield told(opened, deal, OpenDeal(customer, title, PLAYBOOK, owner=OURS))
    yield told(opened, deal, ValueDeal(amount))
    yield told(opened, buyer, IdentifyStakeholder(customer, f"Director of {account}", level=JobLevel.DIRECTOR))
    yield told(opened, buyer, IdentifyRole(Role.ECONOMIC, deal))
    for recorded, command in steps:
        yield told(recorded, deal, command)


STORY = (
    *_way(
        "Baolin Works",
        "Hot mill: service for three years",
        Money(Decimal(650_000), "CNY"),
        ("01-08", AdvanceStage("executive_meeting")),
        ("01-19", AdvanceStage("consulting")),
        ("02-06", AdvanceStage("proposal")),
        ("02-26", AdvanceStage("negotiation")),
        ("03-20", AdvanceStage("contract")),
        ("03-31", WinDeal(said_by=Side.SELLER)),
    ),
    *_way(
        "Delta Paper",
        "Boiler house controls",
        Money(Decimal(1_200_000), "CNY"),
        ("02-02", AdvanceStage("executive_meeting")),
        ("03-23", AdvanceStage("consulting")),
        ("05-11", AdvanceStage("proposal")),
        ("06-08", PriceDeal(Money(Decimal(1_350_000), "CNY"))),
    ),
    *_way(
        "Orient Glass",
        "Furnace monitoring",
        Money(Decimal(420_000), "CNY"),
        ("03-09", AdvanceStage("executive_meeting")),
        ("05-18", AdvanceStage("consulting")),
    ),
    *_way(
        "Rhine Chemicals",
        "Tank farm",
        Money(Decimal(310_000), "EUR"),
        ("02-16", AdvanceStage("executive_meeting")),
        ("04-07", AbandonDeal("no budget before 2028; watch for change")),
    ),
    *_way(
        "Nordic Dairy",
        "Filling line 7",
        Money(Decimal(540_000), "EUR"),
        ("03-16", AdvanceStage("executive_meeting")),
        ("04-13", AdvanceStage("consulting")),
        ("06-15", LoseDeal(LossCause.NO_DECISION, "the project was put off", said_by=Side.BUYER)),
    ),
)
