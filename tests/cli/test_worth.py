"""The verb that weighs a deal, as a sales manager reads it."""

import json
from collections.abc import Iterator
from uuid import UUID

import pytest

import dealflow as df
from tests.cli.conftest import Ran, Run
from tests.projections.selling import day
from tests.projections.worth import Play, yuan

DB = "sqlite:///worth.db"
YES, NO = df.YesNo.YES, df.YesNo.NO


@pytest.fixture
def play(run: Run) -> Iterator[Play]:
    with df.DealFlow.open(DB) as flow:
        yield Play.begin(flow)


def lines(ran: Ran) -> list[str]:
    assert (ran.code, ran.err) == (0, "")
    return [" ".join(line.split()) for line in ran.out.splitlines()]


def worth(run: Run, play: Play, *words: object) -> list[str]:
    return lines(run("worth", play.deal, "--db", DB, *words))


def value_of(run: Run, play: Play) -> str:
    return next(line for line in worth(run, play) if line.startswith("VALUE EQUATION"))


def test_the_equation_and_every_move_of_it(run: Run, play: Play) -> None:
    wang = play.person("Wang Lei", df.Role.USER)
    held = play.flow.journal.stream(play.visit(2, wang))[0].position
    idle = play.visit(3, wang)
    play.tell(3, df.VoiceProblem("It is hard to operate.", wang), on=idle)
    play.tell(4, df.PriceDeal(yuan(12000)))
    play.tell(5, df.QuantifyProblem("training", yuan(2500), wang, id="t"), cause=held)
    play.tell(5, df.QuantifyProblem("overtime", yuan(9501), id="o"))
    play.visit(6)
    play.tell(6, df.WithdrawProblem("t", "they train anyway"))
    shown = worth(run, play)
    assert shown[:1] == [f"Press line 3 · Acme Steel · deal {play.deal}"]
    assert (
        shown[2]
        == "VALUE EQUATION: falls-short. Problems of 9,501 CNY against a price of 12,000 CNY: 2,499 CNY below it."
    )
    for line in (
        "2026-01-05 price: 12,000 CNY - - -12,000 CNY",
        "2026-01-06 training: 2,500 CNY, says Wang Lei visit of 2026-01-03 2,500 CNY -9,500 CNY",
        "2026-01-06 overtime: 9,501 CNY - 12,001 CNY 1 CNY",
        "2026-01-07 withdrawn: training (they train anyway) visit of 2026-01-07? 9,501 CNY -2,499 CNY",
        "Held contacts that moved nothing: visit of 2026-01-04.",
        "Voiced on 2026-01-04 by Wang Lei: It is hard to operate.",
    ):
        assert line in shown
    assert "1 CNY above it." in next(one for one in worth(run, play, "--happened", day(5)) if one.startswith("VALUE"))


def test_without_a_price_or_a_rate_it_is_unknown(run: Run, play: Play) -> None:
    assert value_of(run, play) == "VALUE EQUATION: unknown. Problems of 0; there is no price."
    play.tell(1, df.ValueDeal(yuan(15000)), df.QuantifyProblem("scrap", df.Money.of(2000, "EUR")))
    assert "It may be worth 15,000 CNY to us; that is not its price." in worth(run, play)
    play.tell(2, df.PriceDeal(yuan(12000)))
    unrated = "Problems of 2,000 EUR against a price of 12,000 CNY; EUR not weighed for want of a rate (--in, --rate)."
    assert value_of(run, play) == f"VALUE EQUATION: unknown. {unrated}"
    rated = "Problems of 16,000 CNY against a price of 12,000 CNY: 4,000 CNY above it."
    assert worth(run, play, "--in", "CNY", "--rate", "EUR=8")[2] == f"VALUE EQUATION: outweighs. {rated}"
    assert "--rate needs --in" in run("worth", play.deal, "--db", DB, "--rate", "EUR=8").err
    assert "not a currency" in run("worth", play.deal, "--db", DB, "--in", "euro").err


def test_a_contact_that_was_never_held_is_named_by_its_channel(run: Run, play: Play) -> None:
    tried = play.flow.do(df.AttemptInteraction("voicemail", play.account, df.Channel.CALL), by="li", at=day(1))
    play.tell(2, df.QuantifyProblem("scrap", yuan(20)), cause=tried.records[0].position)
    assert "2026-01-03 scrap: 20 CNY call 20 CNY -" in worth(run, play)


def test_the_need_ladder_shows_where_the_record_and_the_questions_differ(run: Run, play: Play) -> None:
    wang = play.person("Wang Lei", df.Role.USER)
    play.tell(1, df.UncoverNeed(df.NeedKind.STATUS, explicit=False, id="one"), on=wang)
    play.tell(1, df.UncoverNeed(df.NeedKind.COST, explicit=True, id="two"), on=wang)
    play.tell(2, df.MoveNeed("one", df.Rung.GROWING), on=wang)
    play.visit(3, wang, questions=(df.Spin.SITUATION, df.Spin.PROBLEM))
    play.tell(4, df.MoveNeed("one", df.Rung.MUST_CHANGE, df.Spin.IMPLICATION), on=wang)
    play.tell(5, df.RecordDeparture(), on=wang)
    shown = worth(run, play)
    for line in (
        "NEEDS: 2 known. Questions on record: 1 situation, 1 problem, 0 implication, 0 need-payoff.",
        "Wang Lei (left) status (personal, hidden) 2026-01-02 uncovered",
        "2026-01-03 placed: growing - -",
        "2026-01-05 up: must-change implication problem, 2026-01-04 ≠",
        "cost (business, explicit) 2026-01-02 uncovered",
        "2026-01-04 visit situation, problem",
        "Held contacts without a question on record: 0.",
    ):
        assert line in shown


def test_qualification_shows_what_changed_and_who_is_ahead(run: Run, play: Play) -> None:
    play.tell(1, df.ScreenAccount(df.Screening(can_use=YES), df.Risk(), df.Pursuit.PASS), on=play.account)
    play.tell(2, df.QualifyDeal(df.Screening(can_use=YES), df.Risk(), df.Pursuit.REDUCE, "no word on money"))
    play.tell(3, df.NameCompetitor("Bolt"), df.NameCompetitor("Hansen"), df.DropCompetitor("Hansen"))
    play.tell(4, df.AssessSide((("must-act", YES), ("acme.near", YES))), df.AssessSide((("must-act", NO),), "Bolt"))
    play.tell(5, df.AssessSide((("must-act", NO),)), df.AssessSide((("must-act", YES),), "Bolt"))
    shown = worth(run, play)
    assert next(line for line in shown if line.startswith("QUALIFICATION")) == (
        "QUALIFICATION: reduce: no word on money. Still unknown: can afford, values it, needs it now, trusts us, "
        "is opportunity, can win, has competition, worth winning."
    )
    for line in (
        "2026-01-02 account pass yes: can use",
        "2026-01-03 deal reduce: no word on money yes: can use",
        "question us Bolt (Hansen)",
        "Is there an opportunity",
        "must-act no yes - unknown",
        "acme.near yes unknown unknown",
        "yes / no / unknown 0 / 1 / 19 1 / 0 / 19 0 / 0 / 20",
        "2026-01-05 us 1 / 0 / 19 yes: must-act, acme.near",
        "2026-01-06 us 0 / 1 / 19 no (was yes): must-act",
    ):
        assert line in shown
    assert "must-act yes no + unknown" in worth(run, play, "--happened", day(4))


def test_a_deal_of_which_nothing_is_known_says_so(run: Run, play: Play) -> None:
    shown = worth(run, play)
    for line in (
        "Held contacts that moved nothing: none.",
        "NEEDS: none known. Questions on record: 0 situation, 0 problem, 0 implication, 0 need-payoff.",
        "QUALIFICATION: nobody has asked the screening and risk questions.",
        "No side was assessed yet.",
        "As of now, on both clocks.",
    ):
        assert line in shown


def test_as_json_the_three_answers_stand_side_by_side(run: Run, play: Play) -> None:
    play.tell(1, df.PriceDeal(yuan(12000)))
    found = json.loads(run("worth", play.deal, "--db", DB, "--json").out)
    assert [*found] == ["value", "needs", "qualification"]
    assert found["value"]["now"]["balance"]["verdict"] == "falls-short"
    assert UUID(found["qualification"]["id"]) == play.deal


def test_before_it_was_opened_there_is_nothing_to_weigh(run: Run, play: Play) -> None:
    ran = run("worth", play.deal, "--db", DB, "--happened", day(-1))
    assert (ran.code, ran.out) == (1, "")
    assert "had not been opened by then" in ran.err


def test_it_fits_eighty_columns(run: Run, play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    wang = play.person("Wang Lei", df.Role.USER)
    play.visit(2, wang, questions=(*df.Spin, *df.Spin))
    play.tell(1, df.UncoverNeed(df.NeedKind.AFFILIATION, explicit=True, id="one"), on=wang)
    play.tell(3, df.MoveNeed("one", df.Rung.MUST_CHANGE, df.Spin.NEED_PAYOFF), on=wang)
    play.tell(2, df.QuantifyProblem("training of three operators, twice a year", yuan(250000), wang))
    play.tell(2, df.PriceDeal(yuan(1200000)), df.NameCompetitor("Hansen Drives"))
    play.tell(4, df.AssessSide(tuple((one.key, YES) for one in df.TWENTY)))
    rows = [line for line in run("worth", play.deal, "--db", DB).out.splitlines() if "  " in line]
    assert max(map(len, rows)) <= 80
