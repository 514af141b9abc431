"""The laws of churn: since when a signal is up, what clears it, and that what comes later changes no earlier day."""

from collections.abc import Iterable
from datetime import UTC, date, timedelta
from itertools import pairwise
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import attrs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import dealflow as df
from dealflow.domain.noun import MergedInto, Placed
from dealflow.journal import Record, day_end
from dealflow.projections import View
from dealflow.projections.accounts import ACCOUNTS
from dealflow.projections.cases import Horizon
from dealflow.projections.churn.judging import ChurnPolicy, Past, judged
from dealflow.projections.churn.signals import SIGNALS
from dealflow.projections.contacts import CONTACTS
from dealflow.projections.people import PEOPLE
from dealflow.projections.pipeline import PIPELINE
from dealflow.projections.relation import Relation
from dealflow.projections.relations import Rows, relations
from tests.laws.keeping import ACME, DAYS, INSTANTS, LAST, WINDOWS, history, telling
from tests.projections.selling import day

SHORTLY = ChurnPolicy(  # so that time passing matters within the days
    contacts=6, departed=8, window=7, met=6, overdue=3, times=2.0, known=2, falling=0.9, ending=5
)
FORGETS = {  # of these an event they name can leave nobody knowing
    "one-contact-only",
    "no-executive-contact",
    "criteria-slipping",
    "silence",
    "purchases-overdue",
    "purchases-falling",
}

numbers = st.integers(2, LAST)
chances = st.randoms(use_true_random=True)  # so that much comes together


def evenings(relation: Relation) -> list[date]:
    begun = relation.day(relation.begun)
    return [begun + timedelta(days=number) for number in range((relation.today - begun).days + 1)]


def each_evening(relation: Relation) -> dict[date, Relation]:
    return {one: relation.as_of(day_end(one, UTC)) for one in evenings(relation)}


laws = settings(deadline=None, max_examples=120, suppress_health_check=list(HealthCheck))


@laws
@given(chances)
def test_a_signal_is_up_on_the_evenings_that_its_spells_say(chance: Random) -> None:
    found = telling(*history(chance, DAYS, INSTANTS, WINDOWS))
    whole = found.whole
    nightly, past = each_evening(whole), Past(whole, SHORTLY)
    for signal in SIGNALS:
        signs = {one: signal.find(then, SHORTLY) for one, then in nightly.items()}
        spells = list(past.spells(signal))
        up = {one for spell in spells for one in signs if spell.since <= one and (not spell.until or one < spell.until)}
        assert up == {one for one, sign in signs.items() if sign.up}, signal.name
        for spell in spells:
            assert spell.raised == signs[spell.since], signal.name
            assert spell.cleared == (None if spell.until is None else signs[spell.until]), signal.name
        if signs[whole.today].up:
            assert past.since(signal) == spells[-1].since, signal.name


@laws
@given(chances)
def test_between_two_days_on_which_something_was_told_nothing_turns_before_it_says_so(chance: Random) -> None:
    whole = telling(*history(chance, DAYS, INSTANTS, WINDOWS)).whole
    nightly = each_evening(whole)
    for signal in SIGNALS:
        signs = {one: signal.find(then, SHORTLY) for one, then in nightly.items()}
        for before, after in pairwise(nightly):
            turns = signs[before].turns
            assert turns is None or turns > before, signal.name
            if after not in whole.days(*signal.reads) and not (turns and turns <= after):
                assert (signs[after].state, signs[after].severity) == (signs[before].state, signs[before].severity), (
                    signal.name
                )


@laws
@given(chances)
def test_what_was_up_is_cleared_only_by_what_the_signal_names(chance: Random) -> None:
    found = telling(*history(chance, DAYS, INSTANTS, WINDOWS))
    nightly = each_evening(found.whole)
    events: dict[date, set[type]] = {}
    for one in found.placed():
        events.setdefault(one.end.date(), set()).add(type(one.record.event))
    for signal in SIGNALS:
        signs = {one: signal.find(then, SHORTLY) for one, then in nightly.items()}
        for before, after in pairwise(nightly):
            if signs[before].up and not signs[after].up:
                by_event = events.get(after, set()) & {*signal.cleared_by, MergedInto}
                turns = signs[before].turns
                assert by_event or (signal.fades and turns is not None and turns <= after), (
                    signal.name,
                    before,
                    signs[before],
                    signs[after],
                )


@laws
@given(chances)
def test_what_was_known_once_stays_known(chance: Random) -> None:
    nightly = each_evening(telling(*history(chance, DAYS, INSTANTS, WINDOWS)).whole)
    for signal in SIGNALS:
        if signal.name not in FORGETS:
            states = [signal.find(then, SHORTLY).state for then in nightly.values()]
            known = [one is not df.WarningState.UNKNOWN for one in states]
            assert known == sorted(known), signal.name


@laws
@given(chances, numbers)
def test_a_day_is_judged_by_what_had_happened_by_then_and_by_nothing_later(chance: Random, number: int) -> None:
    found, on = telling(*history(chance, DAYS, INSTANTS)), day(number)
    asked = found.flow.relation(ACME, happened=on)
    assert judged(asked, SHORTLY, SIGNALS) == judged(found.whole.as_of(day_end(on, UTC)), SHORTLY, SIGNALS)
    assert judged(asked, SHORTLY, SIGNALS) == judged(plainly(found.placed(), on), SHORTLY, SIGNALS)


def plainly(placed: Iterable[Placed], on: date) -> Relation:
    """Fold all that had happened by an evening, and nothing else."""
    told = [
        attrs.evolve(one.record, occurred_from=one.start, occurred_to=one.end) for one in placed if one.end.date() <= on
    ]
    told.sort(key=lambda one: one.position)
    rows = Rows(*(fold(view, told) for view in (ACCOUNTS, PIPELINE, CONTACTS, PEOPLE)))
    return relations(rows, Horizon(day_end(on, UTC), ZoneInfo("UTC")))[ACME]


def fold(view: View[Any], records: Iterable[Record]) -> dict[UUID, Any]:
    rows: dict[UUID, Any] = {}
    for one in records:
        for key in view.keys(one) if type(one.event) in view.reads else ():
            rows[key] = view.evolve(rows.get(key), one)
    return {key: row for key, row in rows.items() if row is not None}


@laws
@given(chances, numbers)
def test_what_is_told_of_later_days_changes_no_earlier_one(chance: Random, number: int) -> None:
    found, on = telling(*history(chance, DAYS, INSTANTS, WINDOWS)), day(number)
    before = judged(found.flow.relation(ACME, happened=on), SHORTLY, SIGNALS)
    for act, one, after in history(chance, DAYS, INSTANTS, WINDOWS):
        if df.When.of(after, UTC).start.date() > on:
            found.tell(act, one, after)
    assert judged(found.flow.relation(ACME, happened=on), SHORTLY, SIGNALS) == before
