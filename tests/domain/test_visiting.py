from datetime import UTC, date, datetime
from uuid import UUID

import attrs
import pytest

from dealflow.decider import Command
from dealflow.domain.inquiry import ProblemVoiced, QuestionAsked, Spin
from dealflow.domain.interaction import (
    Activity,
    AlreadyHeld,
    CalledOff,
    Channel,
    Conclusion,
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
    NotHeld,
    Party,
    VisitStep,
    WithAnotherAccount,
)
from dealflow.domain.merger import Merged
from dealflow.domain.noun import AlreadyThere, MergedInto, Missing, NotThere
from dealflow.domain.personal import Personal, WhoseWords
from dealflow.domain.visiting import (
    AskQuestion,
    AttemptInteraction,
    CancelInteraction,
    ConcludeInteraction,
    HoldInteraction,
    LinkInteraction,
    MissInteraction,
    NoLength,
    PlanInteraction,
    RescheduleInteraction,
    VoiceProblem,
)
from dealflow.journal import When
from tests.scenario import given

ACCOUNT, WANG, DEAL, OTHER = UUID(int=2), UUID(int=3), UUID(int=4), UUID(int=5)
MONDAY, FRIDAY = When.of(date(2026, 2, 2), UTC), When.of(date(2026, 2, 6), UTC)
PLANNED = InteractionPlanned(
    ACCOUNT, MONDAY, Channel.VISIT, "meet the COO", (WANG,), ("li.wei",), Activity.RESEARCH, (DEAL,)
)
HELD = InteractionHeld(ACCOUNT, Channel.VISIT, (WANG,), ("li.wei",), activity=Activity.RESEARCH, deals=(DEAL,))
CALL = InteractionHeld(ACCOUNT, Channel.CALL)
CANCELLED, MISSED = InteractionCancelled("ill"), InteractionMissed(Party.THEM)
TRIED = InteractionAttempted(ACCOUNT, Channel.CALL, "no answer")
PLAN = PlanInteraction(ACCOUNT, MONDAY, Channel.VISIT, "meet the COO", (WANG,), ("li.wei",), Activity.RESEARCH, (DEAL,))


@pytest.mark.parametrize(
    "command",
    [
        RescheduleInteraction(FRIDAY),
        CancelInteraction("ill"),
        MissInteraction(Party.US),
        LinkInteraction((DEAL,)),
        AskQuestion(Spin.PROBLEM),
        VoiceProblem("the press stands still", WANG),
        ConcludeInteraction(Conclusion.ORDER),
    ],
)
def test_nothing_is_asked_of_an_interaction_that_is_not_there(command: Command) -> None:
    given().when(command).then_refused(NotThere("interaction"))


@pytest.mark.parametrize(
    "command",
    [
        CancelInteraction("ill"),
        MissInteraction(Party.US),
        RescheduleInteraction(FRIDAY),
        AttemptInteraction("no answer"),
        HoldInteraction(minutes=20),
    ],
)
def test_what_was_held_takes_no_further_step(command: Command) -> None:
    given(PLANNED, HELD).when(command).then_refused(AlreadyHeld())


@pytest.mark.parametrize("off", [CANCELLED, MISSED])
@pytest.mark.parametrize("command", [HoldInteraction(), AttemptInteraction("no answer"), MissInteraction(Party.US)])
def test_what_fell_through_does_not_go_on(off: object, command: Command) -> None:
    status = InteractionStatus.CANCELLED if off is CANCELLED else InteractionStatus.MISSED
    given(PLANNED, off).when(command).then_refused(CalledOff(status))


@pytest.mark.parametrize("off", [CANCELLED, MISSED])
def test_what_fell_through_is_held_once_it_is_rescheduled(off: object) -> None:
    given(PLANNED, off, InteractionRescheduled(FRIDAY)).when(HoldInteraction()).then(HELD)


def test_a_merged_interaction_takes_no_step_by_itself() -> None:
    merged = given(PLANNED, MergedInto(OTHER, "entered twice"))
    merged.when(HoldInteraction()).then_refused(Merged("interaction", OTHER))


def test_an_interaction_is_planned() -> None:
    given().when(PLAN).then(PLANNED)


def test_a_plan_has_a_purpose() -> None:
    given().when(PlanInteraction(ACCOUNT, MONDAY, Channel.CALL, "")).then_refused(Missing("purpose"))


@pytest.mark.parametrize("there", [PLANNED, CALL, TRIED])
def test_what_is_there_is_not_planned(there: object) -> None:
    other = PlanInteraction(ACCOUNT, FRIDAY, Channel.CALL, "ask about funds")
    given(there).when(other).then_refused(AlreadyThere("interaction"))


def test_planning_the_same_again_is_quiet() -> None:
    given(PLANNED).when(PLAN).then_quiet()


@pytest.mark.parametrize("before", [(), (CANCELLED,), (MISSED,), (TRIED,)])
def test_an_interaction_is_rescheduled(before: tuple[object, ...]) -> None:
    given(PLANNED, *before).when(RescheduleInteraction(FRIDAY)).then(InteractionRescheduled(FRIDAY))


def test_rescheduling_to_the_time_it_is_planned_for_is_quiet() -> None:
    given(PLANNED).when(RescheduleInteraction(MONDAY)).then_quiet()


def test_what_was_cancelled_may_be_put_back_on_for_the_same_time() -> None:
    given(PLANNED, CANCELLED).when(RescheduleInteraction(MONDAY)).then(InteractionRescheduled(MONDAY))


def test_an_interaction_is_cancelled() -> None:
    given(PLANNED).when(CancelInteraction("ill")).then(CANCELLED)


def test_cancelling_needs_a_reason() -> None:
    given(PLANNED, MISSED).when(CancelInteraction("")).then_refused(
        CalledOff(InteractionStatus.MISSED), Missing("reason")
    )


def test_cancelling_twice_is_quiet() -> None:
    given(PLANNED, CANCELLED).when(CancelInteraction("still ill")).then_quiet()


def test_an_interaction_is_missed() -> None:
    given(PLANNED).when(MissInteraction(Party.THEM)).then(MISSED)


def test_missing_it_twice_is_quiet() -> None:
    given(PLANNED, MISSED).when(MissInteraction(Party.THEM)).then_quiet()


def test_an_attempt_begins_an_interaction() -> None:
    given().when(AttemptInteraction("no answer", ACCOUNT, Channel.CALL)).then(TRIED)


def test_an_attempt_at_what_was_planned_needs_no_account() -> None:
    given(PLANNED).when(AttemptInteraction("gate closed")).then(
        InteractionAttempted(
            ACCOUNT, Channel.VISIT, "gate closed", theirs=PLANNED.theirs, ours=PLANNED.ours, deals=PLANNED.deals
        )
    )


def test_an_attempt_says_whom_we_tried_to_reach_and_about_what() -> None:
    attempt = AttemptInteraction("no answer", ACCOUNT, Channel.CALL, theirs=(WANG,), ours=("li",), deals=(DEAL,))
    given().when(attempt).then(InteractionAttempted(ACCOUNT, Channel.CALL, "no answer", (WANG,), ("li",), (DEAL,)))


def test_every_attempt_is_another() -> None:
    given(TRIED).when(AttemptInteraction("no answer")).then(TRIED)


def test_an_attempt_has_a_result() -> None:
    given(PLANNED).when(AttemptInteraction("")).then_refused(Missing("result"))


@pytest.mark.parametrize("command", [AttemptInteraction("no answer"), HoldInteraction()])
def test_out_of_the_blue_an_account_and_a_channel_must_be_said(command: Command) -> None:
    given().when(command).then_refused(Missing("account"), Missing("channel"))


@pytest.mark.parametrize("command", [AttemptInteraction("no answer", ACCOUNT), HoldInteraction(ACCOUNT)])
def test_an_account_alone_says_not_how_we_met(command: Command) -> None:
    given().when(command).then_refused(Missing("channel"))


@pytest.mark.parametrize("command", [AttemptInteraction("no answer", OTHER), HoldInteraction(OTHER)])
def test_a_plan_with_one_account_does_not_come_about_with_another(command: Command) -> None:
    given(PLANNED).when(command).then_refused(WithAnotherAccount(OTHER, ACCOUNT))


def test_an_interaction_is_held_as_planned() -> None:
    given(PLANNED).when(HoldInteraction()).then(HELD)


def test_an_interaction_is_held_otherwise_than_planned() -> None:
    command = HoldInteraction(
        channel=Channel.CALL,
        theirs=(),
        ours=("zhang.min",),
        minutes=25,
        steps=(VisitStep.PREPARE, VisitStep.ASK),
        purpose_reached=False,
        activity=Activity.SERVICE,
        deals=(OTHER,),
    )
    event = InteractionHeld(
        account=ACCOUNT,
        channel=Channel.CALL,
        theirs=(),
        ours=("zhang.min",),
        minutes=25,
        steps=(VisitStep.PREPARE, VisitStep.ASK),
        purpose_reached=False,
        activity=Activity.SERVICE,
        deals=(OTHER,),
    )
    given(PLANNED).when(command).then(event)


def test_an_interaction_is_held_out_of_the_blue() -> None:
    given().when(HoldInteraction(ACCOUNT, Channel.CALL)).then(CALL)


def test_whom_we_tried_to_reach_we_may_reach_later() -> None:
    given(TRIED).when(HoldInteraction()).then(CALL)


def test_an_interaction_lasts_no_negative_time() -> None:
    given(PLANNED).when(HoldInteraction(minutes=-5)).then_refused(NoLength(-5))
    given(PLANNED).when(HoldInteraction(minutes=0)).then(attrs.evolve(HELD, minutes=0))


def test_holding_it_the_same_way_again_is_quiet() -> None:
    given(PLANNED, HELD).when(HoldInteraction()).then_quiet()


def test_an_interaction_turns_out_to_be_about_a_deal() -> None:
    given(CALL).when(LinkInteraction((DEAL,))).then(InteractionLinked((DEAL,)))


def test_linking_names_a_deal() -> None:
    given(CALL).when(LinkInteraction(())).then_refused(Missing("deals"))


def test_linking_to_deals_it_is_about_is_quiet() -> None:
    given(HELD, InteractionLinked((OTHER,))).when(LinkInteraction((OTHER, DEAL))).then_quiet()


def test_a_question_is_asked() -> None:
    command = AskQuestion(Spin.IMPLICATION, WANG, "what does a stop cost?")
    event = QuestionAsked(Spin.IMPLICATION, WANG, Personal("what does a stop cost?", WANG))
    given(HELD).when(command).then(event)


def test_the_same_question_may_be_asked_again() -> None:
    given(HELD, QuestionAsked(Spin.SITUATION)).when(AskQuestion(Spin.SITUATION)).then(QuestionAsked(Spin.SITUATION))


def test_words_are_put_to_somebody() -> None:
    given(HELD).when(AskQuestion(Spin.PROBLEM, text="what breaks?")).then_refused(WhoseWords("to"))


def test_a_problem_is_voiced() -> None:
    voiced = ProblemVoiced(Personal("the press stands still", WANG), WANG)
    given(HELD).when(VoiceProblem("the press stands still", WANG)).then(voiced)


def test_a_problem_is_put_in_words() -> None:
    given(HELD).when(VoiceProblem("", WANG)).then_refused(Missing("text"))


def test_voicing_the_same_problem_again_is_quiet() -> None:
    voiced = ProblemVoiced(Personal("the press stands still", WANG), WANG)
    given(HELD, voiced).when(VoiceProblem("the press stands still", WANG)).then_quiet()


def test_an_interaction_is_concluded() -> None:
    command = ConcludeInteraction(Conclusion.ADVANCE, "visits our plant", date(2026, 2, 20))
    event = InteractionConcluded(Conclusion.ADVANCE, "visits our plant", date(2026, 2, 20))
    given(HELD).when(command).then(event)


@pytest.mark.parametrize("agreed", [None, ""])
def test_an_outcome_without_an_agreed_action_cannot_be_an_advance(agreed: str | None) -> None:
    given(HELD).when(ConcludeInteraction(Conclusion.ADVANCE, agreed)).then_refused(NoActionAgreed())


@pytest.mark.parametrize("outcome", [Conclusion.ORDER, Conclusion.CONTINUATION, Conclusion.NO_SALE])
def test_the_other_outcomes_need_no_agreed_action(outcome: Conclusion) -> None:
    given(HELD).when(ConcludeInteraction(outcome)).then(InteractionConcluded(outcome))


def test_only_what_was_held_is_concluded() -> None:
    outcome = given(PLANNED).when(ConcludeInteraction(Conclusion.ADVANCE))
    outcome.then_refused(NoActionAgreed(), NotHeld(InteractionStatus.PLANNED))


def test_nothing_is_concluded_before_it_was_held() -> None:
    held = given(PLANNED, (date(2026, 2, 6), HELD))
    too_early = held.when(ConcludeInteraction(Conclusion.ORDER), at=date(2026, 2, 5))
    too_early.then_refused(NotHeld(InteractionStatus.PLANNED))


def test_a_later_conclusion_replaces_an_earlier_one() -> None:
    concluded = given(HELD, InteractionConcluded(Conclusion.CONTINUATION))
    concluded.when(ConcludeInteraction(Conclusion.NO_SALE)).then(InteractionConcluded(Conclusion.NO_SALE))


def test_concluding_the_same_again_is_quiet() -> None:
    concluded = given(HELD, InteractionConcluded(Conclusion.ORDER))
    concluded.when(ConcludeInteraction(Conclusion.ORDER)).then_quiet()


def test_an_instant_on_the_day_it_was_held_may_be_concluded() -> None:
    held = given((date(2026, 2, 6), HELD))
    concluding = held.when(ConcludeInteraction(Conclusion.ORDER), at=datetime(2026, 2, 6, 11, tzinfo=UTC))
    concluding.then(InteractionConcluded(Conclusion.ORDER))
