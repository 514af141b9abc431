from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

import pytest

from dealflow.decider import Command
from dealflow.domain.account import AccountRegistered, AccountRenamed, ShareMeasured
from dealflow.domain.asking import OutOfRange
from dealflow.domain.deal import DealGraded, DealOpened, DealWon, StageAdvanced, StandsElsewhere
from dealflow.domain.interaction import Channel, InteractionHeld
from dealflow.domain.merger import Merged
from dealflow.domain.noting import (
    CorrectRecord,
    EndObservation,
    IntoItself,
    IsCorrection,
    MarkHistoryUnknown,
    MergeInto,
    NoOffset,
    Note,
    NotNamespaced,
)
from dealflow.domain.noun import (
    Corrected,
    HistoryUnknown,
    MergedInto,
    Missing,
    NoSuchRecord,
    NoSuchRef,
    Noted,
    NotOfThisNoun,
    NotThere,
    ObservationEnded,
    Problem,
)
from dealflow.domain.personal import Personal
from dealflow.domain.playbook import PlaybookDefined
from dealflow.domain.promise import PromiseKept, PromiseMade
from dealflow.domain.stakeholder import StakeholderIdentified
from dealflow.journal import When
from tests.scenario import STREAM, given

ACCOUNT, OTHER = UUID(int=2), UUID(int=9)
OPENED = DealOpened(ACCOUNT, "Press line 3", "standard", 1, "training")
A, B = DealGraded("A"), DealGraded("B")
MET = StageAdvanced("training", "executive_meeting")
MARCH = When.of(date(2026, 3, 1), UTC)
MIDNIGHT = datetime(2026, 1, 1, tzinfo=UTC)
BEGINNINGS = [
    PlaybookDefined("short", "Short cycle", ()),
    AccountRegistered("Huaxin Steel"),
    StakeholderIdentified(ACCOUNT, Personal("Wang", STREAM)),
    InteractionHeld(ACCOUNT, Channel.CALL),
    OPENED,
]


@pytest.mark.parametrize(
    "command",
    [
        CorrectRecord(1, "typing error"),
        Note("acme.credit-check"),
        MarkHistoryUnknown(MIDNIGHT),
        EndObservation(),
        MergeInto(OTHER, "entered twice"),
    ],
)
def test_nothing_is_asked_of_a_stream_that_holds_nothing(command: Command) -> None:
    given().when(command).then_refused(NotThere("stream"))


# Correcting


def test_a_record_is_replaced() -> None:
    given(OPENED, A).when(CorrectRecord(2, "typing error", B)).then(Corrected(2, B, None, "typing error"))


def test_a_record_is_removed() -> None:
    given(OPENED, A).when(CorrectRecord(2, "of another deal")).then(Corrected(2, None, None, "of another deal"))


def test_a_record_is_given_another_time() -> None:
    given(OPENED, A).when(CorrectRecord(2, "it was in March", A, MARCH)).then(Corrected(2, A, MARCH, "it was in March"))


def test_a_corrected_time_outlives_a_later_correction_of_the_rest() -> None:
    corrected = given(OPENED, A, Corrected(2, A, MARCH, "it was in March"))
    corrected.when(CorrectRecord(2, "typing error", B)).then(Corrected(2, B, MARCH, "typing error"))


def test_a_correction_is_taken_back() -> None:
    corrected = given(OPENED, A, Corrected(2, B, None, "typing error"))
    corrected.when(CorrectRecord(3, "it was right")).then(Corrected(3, None, None, "it was right"))


@pytest.mark.parametrize("beginning", BEGINNINGS[1:])
def test_the_records_of_every_noun_are_corrected(beginning: object) -> None:
    begun = given(beginning)
    begun.when(CorrectRecord(1, "never happened")).then(Corrected(1, None, None, "never happened"))


@pytest.mark.parametrize("version", [0, -1, 3])
def test_only_a_record_that_is_there_is_corrected(version: int) -> None:
    given(OPENED, A).when(CorrectRecord(version, "typing error", B)).then_refused(NoSuchRecord(version, 2))


def test_a_record_is_replaced_by_one_of_its_own_noun_with_a_reason() -> None:
    outcome = given(OPENED).when(CorrectRecord(2, "", AccountRenamed("Huaxin Group")))
    outcome.then_refused(Missing("reason"), NoSuchRecord(2, 1), NotOfThisNoun("deal", "AccountRenamed"))


@pytest.mark.parametrize("version", [1, 2])
def test_a_record_is_not_replaced_by_a_correction(version: int) -> None:
    outcome = given(OPENED, A).when(CorrectRecord(version, "typing error", Corrected(1, B, None, "typing error")))
    outcome.then_refused(NotOfThisNoun("deal", "Corrected"))


def test_a_correction_is_taken_back_but_not_replaced() -> None:
    corrected = given(OPENED, A, Corrected(2, B, None, "typing error"))
    corrected.when(CorrectRecord(3, "", DealGraded("C"))).then_refused(Missing("reason"), IsCorrection(3, 2))


def test_a_correction_needs_a_reason() -> None:
    given(OPENED, A).when(CorrectRecord(2, "", B)).then_refused(Missing("reason"))


def test_a_correction_puts_no_share_that_is_none_in_the_place_of_one() -> None:
    measured = given(AccountRegistered("Huaxin Steel"), ShareMeasured(0.4))
    measured.when(CorrectRecord(2, "in per cent", ShareMeasured(40))).then_refused(OutOfRange("share", 40, 0, 1))


def test_a_correction_leaves_a_history_that_can_be() -> None:
    won = given(OPENED, MET, StageAdvanced("executive_meeting", "consulting"))
    outcome = won.when(CorrectRecord(2, "never happened"))
    outcome.then_refused(Problem(3, StandsElsewhere("executive_meeting", "training")))


def test_what_was_raised_and_settled_is_not_removed_from_under_its_end() -> None:
    kept = given(InteractionHeld(ACCOUNT, Channel.CALL), PromiseMade("p", "call back", "li.wei"), PromiseKept("p"))
    kept.when(CorrectRecord(2, "never said")).then_refused(Problem(3, NoSuchRef("p", "open promise")))


def test_a_problem_that_was_there_before_stands_in_the_way_of_no_correction() -> None:
    odd = given(OPENED, A, StageAdvanced("proposal", "negotiation"))
    odd.when(CorrectRecord(2, "typing error", B)).then(Corrected(2, B, None, "typing error"))


def test_the_beginning_goes_last() -> None:
    given(OPENED, A).when(CorrectRecord(1, "never happened")).then_refused(Problem(2, NotThere("deal")))


@pytest.mark.parametrize(
    "command",
    [
        CorrectRecord(2, "again", B),
        CorrectRecord(2, "again", B, When.of(date(2026, 1, 6), UTC)),
        CorrectRecord(2, "", B),
    ],
)
def test_correcting_to_what_the_record_says_is_quiet(command: CorrectRecord) -> None:
    given(OPENED, A, Corrected(2, B, None, "typing error")).when(command).then_quiet()
    given(OPENED, B).when(command).then_quiet()


def test_removing_twice_is_quiet() -> None:
    given(OPENED, A, Corrected(2, None, None, "of another deal")).when(CorrectRecord(2, "again")).then_quiet()


def test_a_removed_record_is_put_back() -> None:
    removed = given(OPENED, A, Corrected(2, None, None, "of another deal"))
    removed.when(CorrectRecord(2, "of this one after all", A)).then(Corrected(2, A, None, "of this one after all"))


def test_taking_back_a_correction_that_another_has_replaced_is_quiet() -> None:
    twice = given(OPENED, A, Corrected(2, None, None, "no"), Corrected(2, B, None, "typing error"))
    twice.when(CorrectRecord(3, "no")).then_quiet()


# Noting


@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_the_hosts_own_facts_are_noted_of_every_noun(beginning: object) -> None:
    command = Note("acme.credit-check", {"score": 71, "by": "bank", "fresh": True})
    event = Noted("acme.credit-check", (("by", "bank"), ("fresh", True), ("score", 71)))
    given(beginning).when(command).then(event)


def test_every_note_is_another() -> None:
    given(OPENED, Noted("acme.opened-mail")).when(Note("acme.opened-mail")).then(Noted("acme.opened-mail"))


@pytest.mark.parametrize("kind", ["", "credit", "acme.", ".credit", "acme..credit"])
def test_a_note_is_of_a_kind_that_is_the_hosts_own(kind: str) -> None:
    given(OPENED).when(Note(kind)).then_refused(NotNamespaced(kind))


def test_nothing_is_noted_of_what_never_happened() -> None:
    removed = given(OPENED, Corrected(1, None, None, "never happened"))
    removed.when(Note("credit")).then_refused(NotThere("deal"), NotNamespaced("credit"))


# Gaps


def test_a_gap_in_the_history_is_named() -> None:
    given(OPENED).when(MarkHistoryUnknown(MIDNIGHT)).then(HistoryUnknown(MIDNIGHT))


def test_the_end_of_a_gap_has_an_offset() -> None:
    naive = datetime(2026, 1, 1)  # noqa: DTZ001 (what is refused)
    given(OPENED).when(MarkHistoryUnknown(naive)).then_refused(NoOffset(naive))
    removed = given(OPENED, Corrected(1, None, None, "never happened"))
    removed.when(MarkHistoryUnknown(naive)).then_refused(NotThere("deal"), NoOffset(naive))
    removed.when(MarkHistoryUnknown(MIDNIGHT)).then_refused(NotThere("deal"))


def test_naming_the_same_gap_again_is_quiet_in_whatever_zone() -> None:
    in_beijing = datetime(2026, 1, 1, 8, tzinfo=timezone(timedelta(hours=8)))
    given(OPENED, HistoryUnknown(MIDNIGHT)).when(MarkHistoryUnknown(in_beijing)).then_quiet()


@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_the_observation_of_every_noun_ends(beginning: object) -> None:
    given(beginning).when(EndObservation()).then(ObservationEnded())


def test_what_never_happened_was_not_observed() -> None:
    removed = given(OPENED, Corrected(1, None, None, "never happened"))
    removed.when(EndObservation()).then_refused(NotThere("deal"))


def test_saying_again_that_observation_ended_at_that_moment_is_quiet() -> None:
    watched = given(OPENED, (date(2026, 4, 2), ObservationEnded()))
    watched.when(EndObservation(), date(2026, 4, 2)).then_quiet()


@pytest.mark.parametrize("again", [date(2026, 3, 2), date(2026, 6, 30), datetime(2026, 4, 2, 12, tzinfo=UTC)])
def test_a_stream_that_was_observed_until_another_moment_too_says_so(again: date | datetime) -> None:
    watched = given(OPENED, (date(2026, 4, 2), ObservationEnded()))
    watched.when(EndObservation(), again).then(ObservationEnded())


def test_an_end_of_observation_that_was_corrected_to_another_day_may_be_said_again() -> None:
    moved = Corrected(2, ObservationEnded(), When.of(date(2026, 6, 30), UTC), "watched on")
    watched = given(OPENED, (date(2026, 4, 2), ObservationEnded()), (date(2026, 4, 3), moved))
    watched.when(EndObservation(), date(2026, 6, 30)).then_quiet()
    watched.when(EndObservation(), date(2026, 4, 2)).then(ObservationEnded())


# Merging


@pytest.mark.parametrize("beginning", BEGINNINGS[1:])
def test_a_stream_is_merged_into_another(beginning: object) -> None:
    given(beginning).when(MergeInto(OTHER, "entered twice")).then(MergedInto(OTHER, "entered twice"))


def test_a_closed_deal_may_turn_out_to_be_another() -> None:
    given(OPENED, DealWon()).when(MergeInto(OTHER, "entered twice")).then(MergedInto(OTHER, "entered twice"))


def test_nothing_is_merged_into_itself_or_without_a_reason() -> None:
    given(OPENED).when(MergeInto(STREAM, "")).then_refused(Missing("reason"), IntoItself())


@pytest.mark.parametrize(
    ("beginning", "noun"),
    list(zip(BEGINNINGS[1:], ["account", "stakeholder", "interaction", "deal"], strict=True)),
)
def test_what_was_merged_is_not_merged_elsewhere(beginning: object, noun: str) -> None:
    merged = given(beginning, MergedInto(OTHER, "entered twice"))
    merged.when(MergeInto(UUID(int=10), "no, that one")).then_refused(Merged(noun, OTHER))


def test_merging_into_the_same_again_is_quiet() -> None:
    given(OPENED, MergedInto(OTHER, "entered twice")).when(MergeInto(OTHER, "again")).then_quiet()


def test_a_merger_that_was_corrected_away_may_be_asked_again() -> None:
    parted = given(OPENED, MergedInto(OTHER, "entered twice"), Corrected(2, None, None, "two deals after all"))
    parted.when(MergeInto(OTHER, "one deal after all")).then(MergedInto(OTHER, "one deal after all"))
