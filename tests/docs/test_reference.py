"""The reference says what the code says, and leaves nothing out."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from typing import Any

import attrs
import pytest

import dealflow
from dealflow import testing
from dealflow.cli import running
from dealflow.cli.running import app
from dealflow.domain.seat import Cited, Seat
from dealflow.domain.worth import Balance, Equation
from dealflow.engine import Done
from dealflow.interchange.mapped import grammar, written
from dealflow.interchange.pipeline import ImportRefused
from dealflow.page import ReplayPage
from dealflow.projections import committee
from dealflow.projections.account_plan import AccountPlan
from dealflow.projections.backtest import Backtest, Exposure, SignalScore
from dealflow.projections.bond import Bond
from dealflow.projections.bookings import Appointment, Booked, Booking, Clash, Overbooked
from dealflow.projections.cases import Case
from dealflow.projections.chances import Chance, Learnt
from dealflow.projections.closeness import (
    Cap,
    ChainCloseness,
    ClosenessPoint,
    Figures,
    PersonCloseness,
    RivalCloseness,
)
from dealflow.projections.committee import Committee, Support
from dealflow.projections.conclusions import Conclusions, ConclusionShare, ContactCounts, Purposes
from dealflow.projections.contact import ObjectionHistory, PromiseHistory
from dealflow.projections.conversion import Conversion
from dealflow.projections.coverage_ladder import CoverageLadder, CoverageLine, CoverageRung
from dealflow.projections.effort import DealEffort, NextEffort
from dealflow.projections.forecast import Forecast, StageForecast, Weighted
from dealflow.projections.funnel import Came, Flow, Funnel, Left, Period, StageCount
from dealflow.projections.losses import Defence, Foretold, Loss
from dealflow.projections.needs import Asked, ContactQuestions, Ladder, NeedLadder, NeedStep, PersonNeeds
from dealflow.projections.phases import PhaseCount
from dealflow.projections.pipeline import Move, Standing, Visit
from dealflow.projections.portfolio import Holding, KeyAccount
from dealflow.projections.presale import PresaleStep
from dealflow.projections.progression import Transition
from dealflow.projections.promises import DuePromise, Promises
from dealflow.projections.qualification import (
    Against,
    Answered,
    Assessment,
    Change,
    Comparison,
    Contender,
    Qualification,
    Screened,
    Tally,
)
from dealflow.projections.ranking import Ranked, Ranking
from dealflow.projections.relationship import Relationship, Work
from dealflow.projections.rhythm import Rhythm
from dealflow.projections.silence import Quiet, Silent
from dealflow.projections.stock import AccountCloseness, Stock
from dealflow.projections.survival import Duration, Exits, Incidence, Naive, Point
from dealflow.projections.team import Load, Match, Nobodys
from dealflow.projections.thresholds import Information, Part, Threshold, Thresholds
from dealflow.projections.times import StageTime, Times
from dealflow.projections.value import ContactValue, ValueEquation, ValueMove, Voiced
from dealflow.projections.visits import FirstVisits, Lengths, StepKept, Steps
from dealflow.replay import comparison
from dealflow.replay.behaviour import Behaviour, Noted
from dealflow.replay.changes import Between, KindTotal
from dealflow.replay.comparison import Aligned, ComparedDeal
from dealflow.replay.course import Stood
from dealflow.replay.dossier import (
    DealCompetitor,
    DealInteraction,
    DealObjection,
    DealPromise,
    Dossier,
    GatePassage,
    Member,
)
from dealflow.replay.movements import Measures
from dealflow.replay.nearest import Likeness, Neighbour
from dealflow.replay.story import Line, Story
from dealflow.store.codec import EVENTS
from dealflow.store.jsonl import write_jsonl
from dealflow.store.rows import COLUMNS
from tests.docs import vocabulary
from tests.docs.pages import REFERENCE, Page, reference
from tests.docs.reference import leaves, members, options, parts

PAGES = reference()
WHOLE = "\n".join(page.text for page in PAGES)


def page(name: str) -> str:
    return Page.read(REFERENCE / f"{name}.md").text


def left_out(names: Sequence[str], where: str) -> list[str]:
    return [name for name in names if not re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", where)]


@pytest.mark.parametrize("one", PAGES, ids=lambda one: one.name)
def test_the_generated_parts_are_as_the_code_has_them(one: Page) -> None:
    """If this fails: `python -m tests.docs`, and look at what has changed."""
    assert one.filled(parts()) == one.text


def test_every_generated_part_stands_in_the_reference() -> None:
    assert {name for one in PAGES for name in one.generated()} == set(parts())


def test_every_event_is_in_the_reference() -> None:
    assert left_out([*EVENTS, *(cls.__name__ for cls, _ in EVENTS.values())], page("events")) == []


def test_every_command_is_in_the_reference() -> None:
    assert left_out([f"### {command.__name__}" for command in vocabulary.commands()], page("commands")) == []


def test_every_command_is_a_public_name() -> None:
    assert {command.__name__ for command in vocabulary.commands()} <= set(dealflow.__all__)


def test_every_refusal_is_in_the_reference() -> None:
    assert left_out([refusal.__name__ for refusal in vocabulary.refusals()], page("refusals")) == []


def test_every_error_is_in_the_reference() -> None:
    others = [dealflow.Refused, dealflow.NotFound, dealflow.CurrencyMismatch, ImportRefused]
    assert left_out([one.__name__ for one in (*vocabulary.store_errors(), *others)], page("errors")) == []


def test_every_question_is_in_the_reference() -> None:
    asked = [f"| `{called}` |" for called, _ in members(dealflow.DealFlow)]
    assert [called for called in asked if called not in page("questions")] == []


def test_every_verb_and_option_is_in_the_reference() -> None:
    told = page("cli")
    for words, verb in leaves(app, ()):
        heading = f"### dealflow {' '.join(words)}\n"
        assert heading in told
        section = told.partition(heading)[2].partition("\n### ")[0]
        assert left_out([name for one in options(verb) for name in one.names], section) == []


def test_every_word_is_in_the_reference() -> None:
    for enum in vocabulary.enums():
        section = page("values").partition(f"### {enum.__name__}\n")[2].partition("\n### ")[0]
        assert left_out([one.value for one in enum], section) == [], enum


def test_every_public_name_is_in_the_reference() -> None:
    assert left_out(dealflow.__all__, WHOLE) == []


def test_every_name_for_made_up_journals_is_in_the_reference() -> None:
    assert left_out([f"### {name}" for name in testing.__all__], page("testing")) == []


# Tables written by hand: their fields, and their order, are the code's


def fields(cls: Any) -> tuple[str, ...]:
    """Return the fields of an answer, and what follows from them."""
    return (
        *(field.name for field in attrs.fields(cls)),
        *(name for name, one in vars(cls).items() if isinstance(one, property)),
    )


def exported() -> Iterator[tuple[str, ...]]:
    """Return what stands in each kind of line of an export: the header, a record, a command id, the end."""
    lines = StringIO()
    with dealflow.DealFlow.open("memory:") as flow:
        flow.do(dealflow.RegisterAccount("Acme"), by="li.wei", command_id="form-1")
        write_jsonl(flow.journal, lines)
    return (tuple(json.loads(line)) for line in lines.getvalue().splitlines())


def without_settings(keys: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(key for key in keys if key not in grammar.SETTINGS)


TABLES: Mapping[str, tuple[str, ...]] = {
    **{
        cls.__name__: fields(cls)
        for cls in (
            Done, Standing, Visit, Move, Dossier, Member, Seat, Cited, Story, Line,
            dealflow.Pipeline, Case, Funnel, StageCount, Came, Left, Conversion, dealflow.Share, Period, Flow,
            Times, StageTime, Duration, Point, Naive, Incidence, Exits,
            Chance, Learnt, Forecast, StageForecast, Weighted, dealflow.Rates,
            ValueEquation, Equation, Balance, ValueMove, ContactValue, Voiced,
            NeedLadder, PersonNeeds, Ladder, NeedStep, Asked, ContactQuestions,
            Qualification, Screened, Change, Contender, Answered, Assessment, Tally, Comparison, Against,
            dealflow.Health, Thresholds, Threshold, Information, Part,
            dealflow.DealWarning, dealflow.Found, dealflow.Check, dealflow.Look,
            dealflow.HealthPolicy, dealflow.ThresholdPolicy, dealflow.WarningPolicy,
            dealflow.Turn, dealflow.Vector,
        )
    },
    **{
        cls.__name__: fields(cls)
        for cls in (
            Committee, Support, Figures, ChainCloseness, PersonCloseness, RivalCloseness, Cap, ClosenessPoint,
            AccountCloseness, Stock,
        )
    },
    **{
        cls.__name__: fields(cls)
        for cls in (
            Relationship, Transition, Work, Rhythm, dealflow.RelationshipPolicy,
            CoverageLadder, CoverageRung, CoverageLine, dealflow.CoveragePolicy, Bond,
            dealflow.ChurnRisk, dealflow.ChurnSignal, dealflow.Signal, dealflow.Sign, dealflow.ChurnPolicy,
            Backtest, SignalScore, Exposure, dealflow.BacktestPolicy, Loss, Foretold, Defence,
            dealflow.Chronicle, dealflow.ChronicleLine,
        )
    },
    **{
        cls.__name__: fields(cls)
        for cls in (
            dealflow.Outcomes, dealflow.Outcome, dealflow.EndedDeal,
            dealflow.Patterns, dealflow.Pattern, dealflow.ValueCount,
            dealflow.Portfolio, dealflow.PortfolioPolicy, Ranking, Ranked, Holding, KeyAccount, AccountPlan,
            dealflow.Team, dealflow.TeamPolicy, Load, Booked, Nobodys, Match,
            dealflow.BookingPolicy, Appointment, Clash, Booking, Overbooked,
            NextEffort, dealflow.EffortPolicy, DealEffort,
            dealflow.Contacts, dealflow.Contact, ObjectionHistory, PromiseHistory,
            dealflow.ContactReport, dealflow.ConductPolicy, ContactCounts, Conclusions, ConclusionShare, Purposes,
            Steps, StepKept, Lengths, FirstVisits, Promises, DuePromise, PresaleStep, PhaseCount,
            dealflow.Silence, Quiet, Silent, dealflow.SilencePolicy,
            dealflow.Objections, dealflow.ObjectionCase, dealflow.Resolution, dealflow.ClosedDeal, dealflow.DealEnd,
            dealflow.DealContest, dealflow.DealRival, dealflow.Stay, dealflow.NearerRival, dealflow.Offer,
            dealflow.ContestPolicy, dealflow.PricePolicy, dealflow.Competition, dealflow.AgainstRival, dealflow.Gaps,
            dealflow.Results, dealflow.AccountCriteria, dealflow.RivalCriteria, dealflow.CriteriaStep,
        )
    },
    **{
        cls.__name__: fields(cls)
        for cls in (
            DealInteraction, DealObjection, DealPromise, DealCompetitor, GatePassage, dealflow.Chapter,
            dealflow.Moved, dealflow.DistancePolicy,
            dealflow.TurningPoints, dealflow.TurningPoint, dealflow.TurningPolicy,
            dealflow.Counterfactual, dealflow.GateDifference, dealflow.WhatIfDifference,
            dealflow.Review, dealflow.EndReason, dealflow.Shown, dealflow.Contradiction, Behaviour, Noted,
            ComparedDeal, Aligned, dealflow.DossierChange,
            dealflow.Nearest, Neighbour, Likeness, dealflow.NearestPolicy,
        )
    },
    "Change of a field": fields(dealflow.Change),
    "Comparison of deals": fields(dealflow.Comparison),
    "Mark of a deal": fields(comparison.Mark),
    **{
        cls.__name__: fields(cls) for cls in (dealflow.Changes, Between, Measures, dealflow.Movement, KindTotal, Stood)
    },
    **{
        cls.__name__: fields(cls)
        for cls in (dealflow.Tracks, dealflow.Stop, dealflow.Stops, dealflow.Mark, dealflow.Track, dealflow.Rectangle)
    },
    "ReplayPage": fields(ReplayPage),
    "Row of a committee": fields(committee.Member),
    "Point of support": fields(committee.Point),
    "Line of a committee": fields(committee.Line),
    **dict(zip(("header", "record line", "command line", "end line"), exported(), strict=True)),
    "exit codes": tuple(
        str(code) for code in (running.DONE, running.FAILED, running.USAGE, running.INTERRUPTED, running.NOBODY_READS)
    ),
    "mapping": without_settings(written.TOP),
    "settings": grammar.SETTINGS,
    "playbook": written.PLAYBOOK,
    "milestone": written.MILESTONE,
    "file": without_settings(written.FILE),
    "do": written.DO,
    "stages": written.STAGES,
    "reconcile": written.RECONCILE,
    "origins": grammar.ORIGINS,
    "readings": grammar.READINGS,
    "condition": grammar.CONDITIONS,
    "records": tuple(column.strip('"') for column in COLUMNS),
}  # fmt: skip
_TABLE = re.compile(r"<!-- fields: (?P<name>[^>]+?) -->\n\n(?P<table>(?:\|.*\n)+)")


def test_a_table_written_by_hand_names_the_very_fields_in_their_order() -> None:
    found = {
        table["name"]: tuple(line.split("|")[1].strip(" `") for line in table["table"].splitlines()[2:])
        for table in _TABLE.finditer(WHOLE)
    }
    assert found == TABLES
