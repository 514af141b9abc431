from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from dealflow.domain.inquiry import Inquiry, ProblemVoiced, QuestionAsked, Spin
from dealflow.domain.interaction import (
    INTERACTION,
    STEPS,
    Activity,
    AlreadyHeld,
    CalledOff,
    Channel,
    Conclusion,
    Interaction,
    InteractionAttempted,
    InteractionCancelled,
    InteractionConcluded,
    InteractionHeld,
    InteractionLinked,
    InteractionMissed,
    InteractionPlanned,
    InteractionRescheduled,
    InteractionStatus,
    NoActionAgreed,
    Party,
    WithAnotherAccount,
    evolve,
    tags,
)
from dealflow.domain.noun import AlreadyThere, IdTaken, MergedInto, NoSuchRef, Noted, NotThere, Problem, Tags
from dealflow.domain.objection import (
    Objection,
    ObjectionAnswered,
    ObjectionConceded,
    ObjectionRaised,
    ObjectionResolved,
    ObjectionStatus,
    ObjectionTopic,
    Technique,
)
from dealflow.domain.personal import Personal
from dealflow.domain.promise import PromiseBroken, PromiseKept, PromiseMade, PromiseStatus
from dealflow.journal import When
from tests.scenario import STREAM, given

ACCOUNT, WANG, DEAL, SECOND, THIRD = (UUID(int=number) for number in (2, 3, 4, 5, 6))
MONDAY, FRIDAY = When.of(date(2026, 2, 2), UTC), When.of(date(2026, 2, 6), UTC)
PLANNED = InteractionPlanned(
    ACCOUNT, MONDAY, Channel.VISIT, "meet the COO", (WANG,), ("li.wei",), Activity.RESEARCH, (DEAL,)
)
HELD = InteractionHeld(ACCOUNT, Channel.CALL, ours=("zhang.min",), activity=Activity.BID, deals=(SECOND,))
TRIED = InteractionAttempted(ACCOUNT, Channel.CALL, "no answer")
RESCHEDULED, CANCELLED, MISSED = (
    InteractionRescheduled(FRIDAY),
    InteractionCancelled("ill"),
    InteractionMissed(Party.US),
)
PRICE = ObjectionRaised("price", ObjectionTopic.PRICE, deal=THIRD)
ANSWERED = ObjectionAnswered("price", Technique.FIVE_WHYS)
RESOLVED, CONCEDED = ObjectionResolved("price"), ObjectionConceded("price")
MADE, KEPT, BROKEN = PromiseMade("p", "call back", "li.wei"), PromiseKept("p"), PromiseBroken("p")
AN_EVENT_OF_EACH_STEP = [PLANNED, RESCHEDULED, CANCELLED, MISSED, TRIED, HELD]


def talk(*events: Any) -> Interaction:
    state = INTERACTION.fold(given(*events).records)
    assert state is not None
    return state


def problems(*events: Any) -> tuple[Problem, ...]:
    return INTERACTION.problems(given(*events).records)


# The life cycle


def test_the_life_cycle_is_a_table() -> None:
    """Every arrow there is; what is not listed is refused."""
    arrows = {
        (before.value if before else None, step.__name__.removeprefix("Interaction"), rule.to.value)
        for step, rule in STEPS.items()
        for before in rule.after
    }
    assert arrows == {
        (None, "Planned", "planned"),
        (None, "Attempted", "attempted"),
        (None, "Held", "held"),
        ("planned", "Rescheduled", "planned"),
        ("attempted", "Rescheduled", "planned"),
        ("cancelled", "Rescheduled", "planned"),
        ("missed", "Rescheduled", "planned"),
        ("planned", "Cancelled", "cancelled"),
        ("attempted", "Cancelled", "cancelled"),
        ("planned", "Missed", "missed"),
        ("attempted", "Missed", "missed"),
        ("planned", "Attempted", "attempted"),
        ("attempted", "Attempted", "attempted"),
        ("planned", "Held", "held"),
        ("attempted", "Held", "held"),
    }
    assert set(STEPS) == INTERACTION.life_cycle


@pytest.mark.parametrize("event", AN_EVENT_OF_EACH_STEP)
@pytest.mark.parametrize(
    ("history", "status"),
    [
        ((PLANNED,), InteractionStatus.PLANNED),
        ((TRIED,), InteractionStatus.ATTEMPTED),
        ((PLANNED, CANCELLED), InteractionStatus.CANCELLED),
        ((PLANNED, MISSED), InteractionStatus.MISSED),
        ((HELD,), InteractionStatus.HELD),
        ((PLANNED, HELD), InteractionStatus.HELD),
    ],
)
def test_a_step_the_table_does_not_have_is_a_problem(
    event: Any, history: tuple[Any, ...], status: InteractionStatus
) -> None:
    assert talk(*history).status is status
    if status in STEPS[type(event)].after:
        assert problems(*history, event) == ()
        assert talk(*history, event).status is STEPS[type(event)].to
        return
    refusal = AlreadyHeld() if status is InteractionStatus.HELD else CalledOff(status)
    expected = AlreadyThere("interaction") if event is PLANNED else refusal
    assert problems(*history, event) == (Problem(len(history) + 1, expected),)


@pytest.mark.parametrize("event", [RESCHEDULED, CANCELLED, MISSED, PRICE, MADE, Noted("acme.checked")])
def test_nothing_follows_from_what_never_began(event: Any) -> None:
    assert evolve(None, event) is None
    assert INTERACTION.misfits(None, event) == (NotThere("interaction"),)


def test_one_contact_is_with_one_account() -> None:
    elsewhere = InteractionHeld(SECOND, Channel.CALL)
    assert problems(PLANNED, elsewhere) == (Problem(2, WithAnotherAccount(SECOND, ACCOUNT)),)


def test_a_contact_is_as_planned_until_it_is_held() -> None:
    assert talk(PLANNED, RESCHEDULED) == Interaction(
        account=ACCOUNT,
        channel=Channel.VISIT,
        deals=(DEAL,),
        theirs=(WANG,),
        ours=("li.wei",),
        activity=Activity.RESEARCH,
        plan=PLANNED,
        planned_for=FRIDAY,
    )


def test_a_contact_is_as_held_once_it_was_held() -> None:
    held = talk(PLANNED, HELD)
    assert (held.channel, held.theirs, held.ours, held.activity) == (Channel.CALL, (), ("zhang.min",), Activity.BID)
    assert (held.plan, held.held) == (PLANNED, HELD)


def test_who_missed_it_is_forgotten_once_it_is_on_again() -> None:
    assert talk(PLANNED, MISSED).missed_by is Party.US
    assert talk(PLANNED, MISSED, RESCHEDULED).missed_by is None


def test_a_contact_is_about_every_deal_it_was_ever_said_to_be_about() -> None:
    assert talk(PLANNED, HELD, InteractionLinked((THIRD, DEAL))).deals == (DEAL, SECOND, THIRD)


def test_a_merged_contact_says_into_which() -> None:
    assert talk(HELD, MergedInto(SECOND, "entered twice")).merged_into == SECOND
    assert talk(HELD, Noted("acme.checked")) == talk(HELD)


# What was said


def test_questions_and_problems_are_kept_in_order() -> None:
    asked, voiced = QuestionAsked(Spin.SITUATION), ProblemVoiced(Personal("it stands still", WANG), WANG)
    assert talk(HELD, asked, voiced, asked).inquiry == Inquiry((asked, asked), (voiced,))


def test_the_last_conclusion_stands() -> None:
    first, last = InteractionConcluded(Conclusion.CONTINUATION), InteractionConcluded(Conclusion.ORDER, "signs")
    assert talk(HELD, first, last).concluded == last


def test_an_outcome_without_an_agreed_action_is_no_advance_in_any_history() -> None:
    assert problems(HELD, InteractionConcluded(Conclusion.ADVANCE)) == (Problem(2, NoActionAgreed()),)


def test_an_objection_is_open_until_it_is_resolved_or_conceded() -> None:
    assert talk(HELD, PRICE).open_objections == (Objection("price", ObjectionTopic.PRICE, deal=THIRD),)
    assert [one.status for one in talk(HELD, PRICE, ANSWERED).open_objections] == [ObjectionStatus.ANSWERED]
    assert talk(HELD, PRICE, RESOLVED).open_objections == ()
    assert talk(HELD, PRICE, ANSWERED, CONCEDED).open_objections == ()


def test_an_objection_remembers_how_it_was_answered() -> None:
    objection = talk(HELD, PRICE, ANSWERED, RESOLVED).objection("price")
    assert objection is not None
    assert (objection.status, objection.answers) == (ObjectionStatus.RESOLVED, (ANSWERED,))


def test_an_answer_that_turns_up_after_the_end_reopens_nothing() -> None:
    assert problems(HELD, PRICE, RESOLVED, ANSWERED) == ()
    assert talk(HELD, PRICE, RESOLVED, ANSWERED).open_objections == ()


def test_an_answer_of_the_day_on_which_it_was_resolved_fits_whatever_the_hour() -> None:
    day = date(2026, 2, 2)
    at_ten = datetime(2026, 2, 2, 10, tzinfo=UTC)
    assert problems((day, HELD), (day, PRICE), (day, ANSWERED), (at_ten, RESOLVED)) == ()


def test_an_objection_is_settled_once() -> None:
    assert problems(HELD, PRICE, RESOLVED, CONCEDED) == (Problem(4, NoSuchRef("price", "open objection")),)


def test_what_nobody_raised_is_not_answered() -> None:
    assert problems(HELD, ANSWERED) == (Problem(2, NoSuchRef("price", "objection")),)
    assert talk(HELD, ANSWERED, RESOLVED, KEPT) == talk(HELD)


def test_a_promise_is_open_until_it_is_kept_or_broken() -> None:
    assert [one.id for one in talk(HELD, MADE).open_promises] == ["p"]
    assert [one.status for one in talk(HELD, MADE, KEPT).promises] == [PromiseStatus.KEPT]
    assert talk(HELD, MADE, BROKEN).open_promises == ()
    assert problems(HELD, MADE, KEPT, BROKEN) == (Problem(4, NoSuchRef("p", "open promise")),)


def test_objections_and_promises_share_the_ids_of_their_contact() -> None:
    assert problems(HELD, PRICE, PromiseMade("price", "a rebate", "li.wei")) == (Problem(3, IdTaken("price")),)


# Tags


def test_a_contacts_record_belongs_to_its_account_and_all_its_deals() -> None:
    assert tags(STREAM, talk(PLANNED), PLANNED) == Tags(ACCOUNT, (DEAL,))
    assert tags(STREAM, talk(PLANNED, HELD), HELD) == Tags(ACCOUNT, (DEAL, SECOND))
    assert tags(STREAM, talk(TRIED), TRIED) == Tags(ACCOUNT)


def test_an_objection_belongs_to_the_deal_it_is_about_and_so_does_its_end() -> None:
    raised = talk(HELD, PRICE)
    for event in (PRICE, ANSWERED, RESOLVED, CONCEDED):
        assert tags(STREAM, raised, event) == Tags(ACCOUNT, (SECOND, THIRD))
    assert tags(STREAM, raised, KEPT) == Tags(ACCOUNT, (SECOND,))


def test_a_contact_begins_with_a_plan_an_attempt_or_its_being_held() -> None:
    assert INTERACTION.creation == {InteractionPlanned, InteractionAttempted, InteractionHeld}
