"""Northwind: customers and their orders, imported by the example's own program."""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from dealflow import DealFlow, JobLevel, Money, PurchaseOrigin, Record, When
from dealflow.domain.account import Account, AccountRegistered, Purchased
from dealflow.domain.noun import HistoryUnknown
from dealflow.domain.stakeholder import Stakeholder, StakeholderIdentified
from dealflow.interchange.pipeline import Imported, ImportRefused
from dealflow.journal import day_end, day_start, derived_id
from examples.northwind.importer import import_northwind, level, main
from tests.data import data, expected

CENT = Decimal("0.01")
SCHEMA = """
CREATE TABLE Customers (CustomerID, CompanyName, Region, ContactName, ContactTitle);
CREATE TABLE Orders (OrderID, CustomerID, OrderDate);
CREATE TABLE "Order Details" (OrderID, UnitPrice, Quantity, Discount);
"""
ALFKI = ("ALFKI", "Alfreds Futterkiste", "Western Europe", "Maria Anders", "Sales Representative")
WOLZA = ("WOLZA", "Wolski Zajazd", "", "", None)
MARCH, APRIL, MAY = "2017-03-01", "2017-04-03", "2017-05-02"
Rows = Sequence[tuple[Any, ...]]


def source(path: Path, customers: Rows = (ALFKI, WOLZA), orders: Rows = (), lines: Rows = ()) -> Path:
    """Write a Northwind of a few rows; without orders, one of 14 x 12 by ALFKI in March."""
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as db:
        db.executescript(SCHEMA)
        db.executemany("INSERT INTO Customers VALUES (?, ?, ?, ?, ?)", customers)
        db.executemany("INSERT INTO Orders VALUES (?, ?, ?)", orders or [(1, "ALFKI", MARCH)])
        db.executemany('INSERT INTO "Order Details" VALUES (?, ?, ?, ?)', lines or [(1, 14, 12, 0.0)])
        db.commit()
    return path


def account(key: str) -> UUID:
    return derived_id("northwind", "customer", key)


def purchases(flow: DealFlow, key: str) -> list[tuple[str, Purchased]]:
    records = (record for record in flow.journal.stream(account(key)) if isinstance(record.event, Purchased))
    return [(record.when.text(flow.zone), record.event) for record in records]


def usd(amount: str) -> Money:
    return Money.of(amount, "USD")


@pytest.fixture
def flow() -> Iterator[DealFlow]:
    with DealFlow.open("memory:") as flow:
        yield flow


# The whole of Northwind


@pytest.fixture(scope="module")
def whole() -> Iterator[tuple[DealFlow, Imported]]:
    file = data("northwind") / "northwind.sqlite"
    with DealFlow.open("memory:") as flow:
        yield flow, import_northwind(flow, file)


@pytest.fixture
def records(whole: tuple[DealFlow, Imported]) -> list[Record]:
    return list(whole[0].journal.read())


@pytest.fixture
def revenue(whole: tuple[DealFlow, Imported], records: list[Record]) -> dict[str, Decimal]:
    """What each customer who ever ordered bought in all, the largest first."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for record in records:
        if isinstance(record.event, Purchased):
            first = whole[0].journal.stream(record.stream)[0]
            assert first.source is not None
            sums[first.source.key] += record.event.amount.amount
    return dict(sorted(sums.items(), key=lambda one: -one[1]))


@pytest.fixture
def figures() -> Any:
    return expected("L_northwind")


def test_every_customer_is_an_account_and_every_order_a_purchase(records: list[Record], figures: Any) -> None:
    counted = Counter(type(record.event) for record in records)
    bought = [record for record in records if isinstance(record.event, Purchased)]
    assert counted[AccountRegistered] == counted[HistoryUnknown] == figures["L1"]["customers"]
    assert counted[Purchased] == len({one.event.reference for one in bought}) == figures["L1"]["orders"]
    days = [one.when.start.date().isoformat() for one in bought]
    assert (min(days), max(days)) == (figures["L1"]["first"], figures["L1"]["last"])


def test_who_never_ordered_is_an_account_without_a_purchase(
    records: list[Record], revenue: dict[str, Decimal], figures: Any
) -> None:
    accounts = {record.stream for record in records if isinstance(record.event, AccountRegistered)}
    assert len(accounts) - len(revenue) == figures["L1"]["customers_without_order"]


def test_what_was_bought_in_all_is_exact_to_the_cent(revenue: dict[str, Decimal], figures: Any) -> None:
    total = sum(revenue.values(), Decimal(0))
    assert total == Decimal("1265793.0395")
    assert float(total.quantize(CENT)) == figures["L2_revenue_total"]


def test_the_largest_customers_are_the_known_ones(revenue: dict[str, Decimal], figures: Any) -> None:
    five = dict(list(revenue.items())[:5])
    assert list(five) == list(figures["L2c_top5"])
    for key, amount in figures["L2c_top5"].items():  # some lie on half a cent, rounded there by floats
        assert abs(five[key] - Decimal(str(amount))) <= CENT / 2


def test_few_customers_make_most_of_it(revenue: dict[str, Decimal], figures: Any) -> None:
    amounts, total = list(revenue.values()), sum(revenue.values())
    assert round(float(sum(amounts[:10]) / total), 6) == figures["L2b_top10_share"]
    needed = next(count for count in range(len(amounts)) if sum(amounts[:count]) >= total * Decimal("0.8"))
    assert needed == figures["L2d_accounts_for_80pct"]


def test_the_portfolio_says_who_makes_most_of_it(whole: tuple[DealFlow, Imported], figures: Any) -> None:
    flow, _ = whole
    found = flow.portfolio(happened=date(2018, 5, 6))
    ranking = found.rankings["USD"]
    assert list(found.rankings) == ["USD"]
    assert ranking.revenue == Decimal("1265793.0395")
    assert (ranking.few, ranking.of_buyers.of) == (figures["L2d_accounts_for_80pct"], 89)
    assert (ranking.top, round(float(ranking.top_share or 0), 6)) == (10, figures["L2b_top10_share"])
    assert [one.account for one in ranking.ranked[:5]] == [account(key) for key in figures["L2c_top5"]]
    for one, amount in zip(ranking.ranked, figures["L2c_top5"].values(), strict=False):
        assert abs(one.revenue - Decimal(str(amount))) <= CENT / 2
    assert sum(one.purchases == 0 for one in found.accounts) == figures["L1"]["customers_without_order"]
    assert len(found.undesignated) == len(ranking.vital)


def test_every_contact_is_a_person_with_their_title(records: list[Record], figures: Any) -> None:
    people = [record.event for record in records if isinstance(record.event, StakeholderIdentified)]
    assert Counter(one.title.text for one in people if one.title) == figures["L4_contact_titles"]
    assert Counter(one.level for one in people) == {
        JobLevel.DIRECTOR: 17,
        JobLevel.MANAGER: 33,
        JobLevel.OPERATOR: 32,
        JobLevel.CLERK: 8,
        None: 3,
    }


def test_every_record_says_where_it_came_from(records: list[Record]) -> None:
    assert {record.source.system for record in records if record.source} == {"northwind"}
    assert all(record.source and record.command_id for record in records)


def test_the_whole_again_adds_nothing(whole: tuple[DealFlow, Imported]) -> None:
    flow, first = whole
    again = import_northwind(flow, data("northwind") / "northwind.sqlite")
    assert (again.stored, again.known, first.stored, first.records) == (0, 1202, 1202, 1202)


def test_later_orders_are_added_and_nothing_else(flow: DealFlow, tmp_path: Path) -> None:
    file = data("northwind") / "northwind.sqlite"
    (earlier := tmp_path / "earlier.sqlite").write_bytes(file.read_bytes())
    with closing(sqlite3.connect(earlier)) as db:
        later = db.execute("SELECT count(*) FROM Orders WHERE OrderDate > '2017-12-31'").fetchone()[0]
        db.execute(
            "DELETE FROM \"Order Details\" WHERE OrderID IN (SELECT OrderID FROM Orders WHERE OrderDate > '2017-12-31')"
        )
        db.execute("DELETE FROM Orders WHERE OrderDate > '2017-12-31'")
        db.commit()
    import_northwind(flow, earlier)
    head = flow.journal.head()
    assert import_northwind(flow, file).records == later == 270
    assert {type(record.event) for record in flow.journal.read() if record.position > head} == {Purchased}


# What a row comes to


def test_an_account_is_there_from_the_first_order_day_and_draws_its_purchases_from_the_host(
    flow: DealFlow, tmp_path: Path
) -> None:
    import_northwind(flow, source(tmp_path / "nw.sqlite"))
    told = flow.journal.stream(account("WOLZA"))
    assert {record.when for record in told} == {When.of(date.fromisoformat(MARCH), flow.zone)}
    assert HistoryUnknown(day_start(date.fromisoformat(MARCH), flow.zone)) in [record.event for record in told]
    assert flow.state(account("WOLZA")) == Account("Wolski Zajazd", purchases_from=PurchaseOrigin.HOST)


def test_an_order_is_the_exact_sum_of_its_lines_on_its_bare_day(flow: DealFlow, tmp_path: Path) -> None:
    lines = [(1, 3.6, 7, 0.15), (1, 0.05, 1, 0.25), (2, 14, 1, 0)]
    orders = [(1, "ALFKI", f"{APRIL} 00:00:00"), (2, "ALFKI", MARCH)]
    import_northwind(flow, source(tmp_path / "nw.sqlite", orders=orders, lines=lines))
    assert purchases(flow, "ALFKI") == [
        (MARCH, Purchased(usd("14"), "2")),
        (APRIL, Purchased(usd("21.4575"), "1")),
    ]
    assert [str(bought.amount) for _, bought in purchases(flow, "ALFKI")] == ["14.00 USD", "21.4575 USD"]


def test_a_contact_is_known_some_time_in_the_days_that_the_file_tells_of(flow: DealFlow, tmp_path: Path) -> None:
    orders = [(1, "ALFKI", MARCH), (2, "WOLZA", MAY)]
    import_northwind(flow, source(tmp_path / "nw.sqlite", orders=orders, lines=[(1, 1, 1, 0), (2, 1, 1, 0)]))
    (maria,) = [record for record in flow.journal.read() if isinstance(record.event, StakeholderIdentified)]
    first, last = date.fromisoformat(MARCH), date.fromisoformat(MAY)
    assert maria.when == When(day_start(first, flow.zone), day_end(last, flow.zone))
    person = flow.state(maria.stream)
    assert isinstance(person, Stakeholder)
    assert (maria.account, person.called, person.level) == (account("ALFKI"), "Maria Anders", JobLevel.OPERATOR)
    assert flow.find("ALFKI:contact") == maria.stream


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Owner", JobLevel.DIRECTOR),
        ("Sales Manager", JobLevel.MANAGER),
        ("Assistant Sales Agent", JobLevel.OPERATOR),
        ("Order Administrator", JobLevel.CLERK),
        ("Owner/Marketing Assistant", None),
        ("Owner/Assistant", None),
        ("IT", None),
        ("", None),
        (None, None),
    ],
)
def test_a_title_says_a_level_only_where_it_does_so_plainly(title: str | None, expected: JobLevel | None) -> None:
    assert level(title) is expected


def test_words_may_be_stored_as_numbers_and_numbers_as_words(flow: DealFlow, tmp_path: Path) -> None:
    file = source(tmp_path / "nw.sqlite", [(1, 3, 5, 7, 9)], [("A1", 1, MARCH)], [("A1", "14", "12", "0")])
    import_northwind(flow, file)
    assert flow.state(account("1")) == Account(
        "3", region="5", purchases_from=PurchaseOrigin.HOST, purchases=(Purchased(usd("168.00"), "A1"),)
    )


# Again


def test_what_the_journal_holds_by_now_is_not_told_again(flow: DealFlow, tmp_path: Path) -> None:
    import_northwind(flow, source(tmp_path / "nw.sqlite"))
    orders = [(1, "ALFKI", MARCH), (0, "WOLZA", "2017-01-02"), (2, "NEW", MAY)]
    customers = [(*ALFKI[:2], "Elsewhere", "Somebody Else", "Owner"), WOLZA, ("NEW", "New Ltd", None, None, None)]
    lines = [(1, 14, 12, 0), (0, 5, 1, 0), (2, 7, 1, 0)]
    again = import_northwind(flow, source(tmp_path / "nw.sqlite", customers, orders, lines))
    assert (again.known, again.records) == (8, 5)
    assert purchases(flow, "WOLZA") == [("2017-01-02", Purchased(usd("5"), "0"))]
    assert purchases(flow, "NEW") == [(MAY, Purchased(usd("7"), "2"))]
    assert flow.state(account("ALFKI")).region == "Western Europe"


def test_an_order_that_says_something_else_by_now_is_refused(flow: DealFlow, tmp_path: Path) -> None:
    import_northwind(flow, source(tmp_path / "nw.sqlite"))
    head = flow.journal.head()
    with pytest.raises(ImportRefused, match="order 1: imported before as something else"):
        import_northwind(flow, source(tmp_path / "nw.sqlite", lines=[(1, 14, 13, 0)]))
    assert flow.journal.head() == head


# What cannot be imported


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ({"lines": [(2, 1, 1, 0)]}, "order 1: has no lines, so nobody knows its amount\norder 2: has lines, but"),
        ({"orders": [(1, "NOBODY", MARCH)]}, "order 1: its CustomerID is 'NOBODY', and there is no such customer"),
        ({"orders": [(1, None, MARCH)]}, "order 1: its CustomerID is None, and there is no such customer"),
        ({"orders": [(1, "ALFKI", None)]}, "order 1: its OrderDate is None: expected a day such as 2016-07-04"),
        ({"orders": [(1, "ALFKI", "4 July")]}, "order 1: its OrderDate is '4 July'"),
        ({"lines": [(1, "dear", 1, 0)]}, "order 1: 'dear' is not an amount"),
        ({"lines": [(1, 0.0000001, 1, 0)]}, "order 1: 1E-7 has too many digits"),
        ({"customers": [ALFKI, (None, "Nameless", None, None, None)]}, "customer Nameless: has no CustomerID"),
        ({"customers": [ALFKI, ("WOLZA", None, None, None, None)]}, "customer WOLZA: name is empty"),
        ({"customers": [ALFKI, (*ALFKI[:1], "Another", None, None, None)]}, "customer ALFKI: this account exists"),
    ],
)
def test_a_row_that_cannot_be_is_named_and_nothing_is_imported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], rows: dict[str, Rows], message: str
) -> None:
    file = source(tmp_path / "nw.sqlite", **rows)
    with pytest.raises(ImportRefused) as no, DealFlow.open("memory:") as flow:
        import_northwind(flow, file)
    assert str(no.value).startswith(message)
    assert main([str(file), "--db", f"sqlite:///{tmp_path / 'journal.db'}"]) == 1
    assert "nothing was imported: " in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["nw.sqlite"]


def test_a_file_without_orders_has_no_day_to_begin_with(flow: DealFlow, tmp_path: Path) -> None:
    file = source(tmp_path / "nw.sqlite")
    with closing(sqlite3.connect(file)) as db:
        db.execute("DELETE FROM Orders")
        db.commit()
    with pytest.raises(ImportRefused, match="holds no orders"):
        import_northwind(flow, file)


# The program


def test_the_program_says_what_it_stored(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [str(source(tmp_path / "nw.sqlite")), "--db", f"sqlite:///{tmp_path / 'journal.db'}"]
    assert [main(words), main(words)] == [0, 0]
    assert capsys.readouterr().err.splitlines() == [
        "northwind: 8 records stored; 0 facts were known already",
        "northwind: 0 records stored; 8 facts were known already",
    ]
    with DealFlow.open(words[-1]) as flow:
        assert purchases(flow, "ALFKI") == [(MARCH, Purchased(usd("168"), "1"))]


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (None, "there is no such file"),
        (b"CustomerID,CompanyName\n" * 100, "this is not the SQLite database of Northwind: file is not a database"),
        (b"", "this is not the SQLite database of Northwind: no such table: Customers"),
        ("CREATE TABLE Customers (CustomerID)", "no such column: CompanyName"),
    ],
)
def test_a_file_that_is_no_northwind_is_told_in_a_line_and_leaves_nothing_behind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], made: bytes | str | None, message: str
) -> None:
    file = tmp_path / "nw.sqlite"
    if isinstance(made, bytes):
        file.write_bytes(made)
    elif made is not None:
        with closing(sqlite3.connect(file)) as db:
            db.execute(made)
    assert main([str(file), "--db", f"sqlite:///{tmp_path / 'journal.db'}"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"northwind: nothing was imported: {file}: ")
    assert message in line
    assert not (tmp_path / "journal.db").exists()


def test_a_journal_that_cannot_be_is_told_in_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(source(tmp_path / "nw.sqlite")), "--db", "northwind.db"]) == 1
    assert capsys.readouterr().err.startswith("northwind: this is no URL of a journal")


def test_a_source_is_not_taken_for_a_journal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = source(tmp_path / "nw.sqlite")
    before = file.read_bytes()
    assert main([str(file), "--db", f"sqlite:///{file}"]) == 1
    assert "is no journal of dealflow" in capsys.readouterr().err
    assert file.read_bytes() == before
