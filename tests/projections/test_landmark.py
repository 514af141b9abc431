"""Like held against like: what was recorded by the time deals came to one milestone.

In these made-up markets a referral is what decides; contacts come at one pace in every deal, so that
a deal that lasts longer has more of them, whatever comes of it.
"""

from collections.abc import Iterator
from datetime import UTC
from random import Random
from uuid import UUID

import pytest

import dealflow as df
from tests.projections.selling import ACCOUNT, SHORT, day, deal, journal

ACTIVITIES = (df.Activity.RESEARCH, df.Activity.EDUCATION, df.Activity.BID)
STEPS = SHORT.keys()


def sell(flow: df.DealFlow, dice: Random) -> None:
    source = dice.choice(["referral", "fair"])
    one = deal(flow, (0, "meet"), lead_source=source)
    for week in range(7, 7000, 7):
        if dice.random() < (0.04 if source == "referral" else 0.16):
            flow.do(df.LoseDeal(), on=one, by="li", at=day(week))
            return
        if dice.random() < 0.4:
            held = df.HoldInteraction(ACCOUNT, df.Channel.CALL, activity=dice.choice(ACTIVITIES), deals=(one,))
            flow.do(held, by="li", at=day(week - 3))
        if dice.random() < 0.4:
            reached = STEPS.index(flow.state(one).stage) + 1
            if reached == len(STEPS):
                flow.do(df.WinDeal(), on=one, by="li", at=day(week))
                return
            flow.do(df.AdvanceStage(STEPS[reached]), on=one, by="li", at=day(week))


@pytest.fixture(scope="module", params=[1, 2])
def flow(request: pytest.FixtureRequest) -> Iterator[df.DealFlow]:
    dice = Random(request.param)  # noqa: S311 (a made-up market)
    with journal() as flow:
        for _ in range(150):
            sell(flow, dice)
        yield flow


def differing(found: df.Patterns) -> set[str]:
    return {one.factor for one in found.patterns if one.is_signal}


def test_by_their_end_whatever_takes_time_seems_to_matter(flow: df.DealFlow) -> None:
    assert {"lead source", "bid done"} <= differing(flow.outcomes().patterns())


def test_by_the_time_they_came_to_a_milestone_only_what_decides_does(flow: df.DealFlow) -> None:
    assert differing(flow.outcomes(landmark="offer").patterns()) == {"lead source"}


def test_deals_that_never_stood_at_the_landmark_are_not_counted(flow: df.DealFlow) -> None:
    stood = {one.deal for one in flow.deals() if any(visit.milestone == "sign" for visit in one.visits)}
    assert {one.deal for one in flow.outcomes(landmark="sign").deals} == stood


def one_deal(flow: df.DealFlow) -> UUID:
    one = deal(flow, (1, "meet"), (5, "offer"))
    flow.do(df.GradeDeal("A"), on=one, by="li", at=day(4))
    flow.do(df.GradeDeal("B"), on=one, by="li", at=day(5))  # told after the step of that day
    flow.do(df.GradeDeal("C"), on=one, by="li", at=day(6))
    flow.do(df.RevertStage("meet", "new people"), on=one, by="li", at=day(8))
    flow.do(df.AdvanceStage("offer"), on=one, by="li", at=day(12))
    flow.do(df.LoseDeal(), on=one, by="li", at=day(20))
    return one


def test_the_first_time_counts_with_what_was_told_by_that_day() -> None:
    with journal() as flow:
        one_deal(flow)
        (then,), (ended,) = flow.outcomes(landmark="offer").deals, flow.outcomes().deals
    assert (then.factors["grade"], then.factors["went back"]) == ("A", False)
    assert (ended.factors["grade"], ended.factors["went back"]) == ("C", True)


def test_the_rhythm_of_contacts_is_that_until_the_landmark() -> None:
    with journal() as flow:
        one = deal(flow, (1, "meet"))
        for number in (3, 14, 15):
            held = df.HoldInteraction(ACCOUNT, df.Channel.CALL, deals=(one,))
            flow.do(held, by="li", at=day(number))
            if number == 3:
                flow.do(df.AdvanceStage("offer"), on=one, by="li", at=day(14))
        flow.do(df.LoseDeal(), on=one, by="li", at=day(28))
        (then,), (ended,) = flow.outcomes(landmark="offer").deals, flow.outcomes().deals
    assert (then.factors["contacts a week"], ended.factors["contacts a week"]) == (1, 0.75)


def test_a_landmark_that_no_playbook_has_is_named() -> None:
    with journal() as flow:
        one_deal(flow)
        with pytest.raises(df.NoSuchMilestone, match="no milestone 'nope'"):
            flow.outcomes(landmark="nope")


def test_the_opening_can_be_the_landmark_however_vague_the_next_step() -> None:
    with journal() as flow:
        one = deal(flow, (1, "meet"))
        window = df.When.between(df.When.of(day(5), UTC).start, df.When.of(day(9), UTC).end)
        flow.do(df.AdvanceStage("offer"), on=one, by="li", at=window)
        flow.do(df.LoseDeal(), on=one, by="li", at=day(28))
        (then,) = flow.outcomes(landmark="meet").deals
    assert then.factors["contacts a week"] == 0


# Within so many days


def decided(flow: df.DealFlow, number: int, **asked: object) -> tuple[list[bool], int | None]:
    found = flow.outcomes(happened=day(number), **asked)  # type: ignore[arg-type]
    return [one.won for one in found.deals], found.undecided


def test_open_deals_are_in_no_rate_and_are_told() -> None:
    with journal() as flow:
        deal(flow, (1, "meet"), (5, "offer"), (9, "won"))
        deal(flow, (1, "meet"), (5, "offer"), (20, "lost"))
        deal(flow, (1, "meet"), (5, "offer"), (9, "abandoned"))
        deal(flow, (1, "meet"))
        assert decided(flow, 10) == ([True], 2)
        assert decided(flow, 10, landmark="offer") == ([True], 1)
        assert decided(flow, 30, landmark="offer") == ([True, False], 0)


def test_within_so_many_days_all_deals_are_asked_alike() -> None:
    with journal() as flow:
        deal(flow, (1, "meet"), (5, "offer"), (15, "won"))  # on the tenth day after it
        deal(flow, (1, "meet"), (5, "offer"), (16, "won"))
        deal(flow, (1, "meet"), (5, "offer"), (8, "lost"))
        deal(flow, (1, "meet"), (5, "offer"))
        deal(flow, (1, "meet"), (12, "offer"), (13, "won"))  # quick, but its ten days are not over
        assert decided(flow, 14, landmark="offer", within=10) == ([], 5)
        assert decided(flow, 21, landmark="offer", within=10) == ([True, False, False, False], 1)
        assert decided(flow, 22, landmark="offer", within=10) == ([True, False, False, False, True], 0)


def test_a_deal_that_was_not_followed_so_long_is_not_decided() -> None:
    with journal() as flow:
        for end in (9, 30):
            one = deal(flow, (1, "meet"), (5, "offer"))
            flow.do(df.EndObservation(), on=one, by="li", at=day(end))
        assert decided(flow, 40, landmark="offer", within=10) == ([False], 1)


def test_days_count_from_a_milestone() -> None:
    with journal() as flow, pytest.raises(ValueError, match="within 10 days of what"):
        flow.outcomes(within=10)
