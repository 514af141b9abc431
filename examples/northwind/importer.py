"""An importer of one's own: the customers of Northwind, whom we talk to there, and what they ordered.

Run it: `python -m examples.northwind.importer northwind.sqlite --db sqlite:///northwind.db` (needs the extra `cli`).
What the source says, and what is made of it, is told in the README beside this file.
"""

import sqlite3
import sys
from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date, datetime, tzinfo
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import UUID

import attrs

from dealflow import (
    Ask,
    DealFlow,
    DrawPurchasesFrom,
    IdentifyStakeholder,
    JobLevel,
    MarkHistoryUnknown,
    Money,
    PurchaseOrigin,
    RecordPurchase,
    RegisterAccount,
    Source,
    StoreError,
    When,
)
from dealflow.cli.options import Where
from dealflow.cli.output import note
from dealflow.interchange.pipeline import Fact, Imported, ImportRefused, Place, Trouble, import_facts
from dealflow.journal import day_end, day_start, derived_id

SYSTEM, BY = "northwind", "import"
CURRENCY, CENT = "USD", Decimal("0.01")  # the source names no currency
DONE, FAILED = 0, 1

CUSTOMERS = "SELECT CustomerID, CompanyName, Region, ContactName, ContactTitle FROM Customers ORDER BY CustomerID"
ORDERS = "SELECT OrderID, CustomerID, OrderDate FROM Orders ORDER BY OrderID"
LINES = 'SELECT OrderID, UnitPrice, Quantity, Discount FROM "Order Details"'

# The last word of a title says what somebody is; a title of two posts says no one level.
LEVELS: Mapping[str, JobLevel] = MappingProxyType(
    {
        "owner": JobLevel.DIRECTOR,
        "manager": JobLevel.MANAGER,
        "representative": JobLevel.OPERATOR,
        "agent": JobLevel.OPERATOR,
        "associate": JobLevel.OPERATOR,
        "assistant": JobLevel.CLERK,
        "administrator": JobLevel.CLERK,
    }
)


@attrs.frozen
class Customer:
    """A row of `Customers`: whom they are, and whom we talk to there."""

    key: str
    name: str
    region: str | None
    contact: str | None
    title: str | None


@attrs.frozen
class Order:
    """A row of `Orders`, with the sum of its lines, freight not included."""

    key: str
    customer: str
    day: date
    amount: Money


@attrs.frozen
class Northwind:
    """What is read of the source."""

    customers: tuple[Customer, ...]
    orders: tuple[Order, ...]


def level(title: str | None) -> JobLevel | None:
    """Return how high a title stands; nothing where it does not say so plainly."""
    words = (title or "").casefold()
    return None if "/" in words else LEVELS.get(words.rpartition(" ")[2])


# Reading: rows as values, or what is wrong with them


def read(path: Path) -> Northwind:
    """Read the database, which is left as it is; raises `ImportRefused` with all that is wrong with it."""
    customers, orders, lines = _tables(path)
    parties = [Customer(*map(_text, row)) for row in customers]
    troubles = [] if orders else [_trouble(path, "holds no orders, so there is no day to register its customers on")]
    of_order: dict[Any, list[tuple[Any, ...]]] = defaultdict(list)
    for order, *factors in lines:
        of_order[order].append(tuple(factors))
    known = {party.key for party in parties}
    bought: list[Order] = []
    for order, customer, day in orders:
        own = of_order.pop(order, [])
        try:
            bought.append(Order(str(order), _one_of(known, _text(customer)), _day(day), _sum(own)))
        except ValueError as error:
            troubles.append(_trouble(f"order {order}", str(error)))
    troubles += [_trouble(f"order {order}", "has lines, but is not in Orders") for order in of_order]
    troubles += [_trouble(f"customer {party.name}", "has no CustomerID") for party in parties if not party.key]
    if troubles:
        raise ImportRefused(troubles)
    return Northwind(tuple(parties), tuple(bought))


def _tables(path: Path) -> tuple[list[tuple[Any, ...]], ...]:
    if not path.is_file():
        raise ImportRefused([_trouble(path, "there is no such file: name the SQLite database of Northwind")])
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as db:
            return tuple(db.execute(query).fetchall() for query in (CUSTOMERS, ORDERS, LINES))
    except sqlite3.Error as error:
        raise ImportRefused([_trouble(path, f"this is not the SQLite database of Northwind: {error}")]) from None


def _trouble(where: object, what: str) -> Trouble:
    return Trouble(Place(str(where)), what)


def _text(value: Any) -> Any:
    """Return a cell as text, whatever its type, which SQLite leaves open; nothing where it says nothing."""
    return None if value is None or value == "" else str(value)


def _one_of(customers: Collection[str], customer: str) -> str:
    if customer not in customers:
        message = f"its CustomerID is {customer!r}, and there is no such customer"
        raise ValueError(message)
    return customer


def _day(text: Any) -> date:
    try:
        return datetime.fromisoformat(text).date()
    except (TypeError, ValueError):
        message = f"its OrderDate is {text!r}: expected a day such as 2016-07-04"
        raise ValueError(message) from None


def _sum(lines: Sequence[tuple[Any, ...]]) -> Money:
    """Add up price by quantity, less the discount, exactly: rounding is left to whoever shows a figure.

    Written the same way whatever types the columns have, so that the same order is the same command.
    """
    if not lines:
        message = "has no lines, so nobody knows its amount"
        raise ValueError(message)
    exact = (_number(price) * _number(quantity) * (1 - _number(discount)) for price, quantity, discount in lines)
    total = Money.of(sum(exact, Decimal(0)), CURRENCY).amount
    cents = total.quantize(CENT)
    return Money(cents if cents == total else total.normalize(), CURRENCY)


def _number(value: Any) -> Decimal:
    return Money.of(str(value), CURRENCY).amount


# Telling: rows as commands, with ids that make telling them again harmless


def facts(northwind: Northwind, zone: tzinfo) -> Iterator[Fact]:
    """Tell the customers, then their orders. The source keeps no day but that of an order, so customers
    are there from the first of them, and contacts since some time up to the last.
    """
    days = [order.day for order in northwind.orders]
    first, last = min(days), max(days)
    some_time = When(day_start(first, zone), day_end(last, zone))
    for customer in northwind.customers:
        account = _account(customer.key)
        for command in (
            RegisterAccount(customer.name, region=customer.region),
            DrawPurchasesFrom(PurchaseOrigin.HOST),
            MarkHistoryUnknown(day_start(first, zone)),
        ):
            yield _fact(Ask(command, BY, account, first), "customer", customer.key)
        if customer.contact is not None:
            person, title = derived_id(SYSTEM, "contact", customer.key), customer.title
            identify = IdentifyStakeholder(account, customer.contact, title=title, level=level(title))
            yield _fact(Ask(identify, BY, person, some_time), "contact", customer.key)
    for order in northwind.orders:
        record = RecordPurchase(order.amount, reference=order.key)
        yield _fact(Ask(record, BY, _account(order.customer), order.day), "order", order.key, day=order.day)


def _account(customer: str) -> UUID:
    return derived_id(SYSTEM, "customer", customer)


def _fact(ask: Ask, what: str, key: str, *, day: date | None = None) -> Fact:
    """Name what is told by its key in the source. What has no day of its own comes first, and is told once."""
    source = Source(SYSTEM, f"{key}:contact" if what == "contact" else key)
    name = f"{SYSTEM}:{what}:{key}:{type(ask.command).__name__}"
    return Fact(
        attrs.evolve(ask, command_id=name, source=source),
        Place(f"{what} {key}"),
        order=(day or date.min,),
        once=day is None,
    )


def import_northwind(flow: DealFlow, path: Path) -> Imported:
    """Store what the journal does not hold yet; raises `ImportRefused`, and then nothing was stored."""
    return import_facts(flow, facts(read(path), flow.zone))


def main(words: Sequence[str] | None = None) -> int:
    """Run the importer as a program, and return its exit code."""
    parser = ArgumentParser(prog="python -m examples.northwind.importer", description="Import the orders of Northwind.")
    parser.add_argument("file", type=Path, help="the SQLite database of Northwind")
    parser.add_argument("--db", default="sqlite:///northwind.db", help="the journal [default: %(default)s]")
    asked = parser.parse_args(words)
    try:
        with Where(db=asked.db).writing() as flow:
            done = import_northwind(flow, asked.file)
    except ImportRefused as no:
        note(*(f"northwind: nothing was imported: {trouble}" for trouble in no.troubles))
        return FAILED
    except StoreError as error:
        note(f"northwind: {error}")
        return FAILED
    note(f"northwind: {done.records} records stored; {done.known} facts were known already")
    return DONE


if __name__ == "__main__":
    sys.exit(main())
