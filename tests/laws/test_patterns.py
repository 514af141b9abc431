"""The laws of patterns: every deal counts once, nothing depends on order, and what comes later changes nothing."""

from types import MappingProxyType
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant

import dealflow as df
from dealflow.projections.patterns import PatternVerdict
from tests.laws.selling import LAST_DAY, Selling

values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 30),
    st.sampled_from(["red", "green"]),
    st.builds(df.Money.of, st.integers(0, 20), st.sampled_from(["CNY", "EUR"])),
    st.just(df.Inapplicable.DOES_NOT_APPLY),
)
deals = st.lists(
    st.builds(
        lambda won, one, other: (won, MappingProxyType({"one": one, "other": other})), st.booleans(), values, values
    ),
    max_size=60,
)
ANY = df.Sampling(1)


def outcomes(some: list[tuple[bool, df.Factors]]) -> df.Outcomes:
    return df.Outcomes(
        tuple(
            df.Outcome(UUID(int=number), UUID(int=number % 7), won, factors)
            for number, (won, factors) in enumerate(some)
        )
    )


@given(deals)
def test_every_deal_is_of_one_value_unknown_or_not_to_be_asked(some: list[tuple[bool, df.Factors]]) -> None:
    found = outcomes(some).patterns(ANY)
    for one in found.patterns:
        told = [factors[one.factor] for _, factors in some]
        unknown = one.unknown.won.of if one.unknown else 0
        assert unknown == told.count(None)
        assert one.outside == told.count(df.Inapplicable.DOES_NOT_APPLY)
        assert sum(count.won.of for count in one.counts) + one.outside == len(some)
        asked = sum(won for won, factors in some if factors[one.factor] is not df.Inapplicable.DOES_NOT_APPLY)
        assert sum(count.won.n for count in one.counts) == asked
        for count in one.values:
            assert count.won.of + count.others.of == len(some) - one.outside - unknown
    assert {*found.unsaid, *(one.factor for one in found.patterns)} == ({"one", "other"} if some else set())


@given(deals, st.randoms(use_true_random=False))
def test_the_order_of_the_deals_does_not_matter(some: list[tuple[bool, df.Factors]], random: object) -> None:
    shuffled = list(some)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert outcomes(shuffled).patterns(ANY) == outcomes(some).patterns(ANY)


@given(deals)
def test_winning_and_losing_are_each_others_mirror(some: list[tuple[bool, df.Factors]]) -> None:
    mirrored = outcomes([(not won, factors) for won, factors in some]).patterns(ANY)
    other = {
        PatternVerdict.MORE: PatternVerdict.LESS,
        PatternVerdict.LESS: PatternVerdict.MORE,
        PatternVerdict.NO_SIGNAL: PatternVerdict.NO_SIGNAL,
        PatternVerdict.INSUFFICIENT: PatternVerdict.INSUFFICIENT,
    }
    for one in outcomes(some).patterns(ANY).patterns:
        back = mirrored.pattern(one.factor)
        assert [other[count.verdict] for count in back.counts] == [count.verdict for count in one.counts]


@given(deals, st.integers(1, 10))
def test_a_claim_rests_on_enough_deals_and_on_a_small_chance(some: list[tuple[bool, df.Factors]], floor: int) -> None:
    for one in outcomes(some).patterns(df.Sampling(floor)).patterns:
        for count in one.counts:
            if count.is_signal:
                assert min(count.won.of, count.others.of) >= floor
                assert count.chance is not None
                assert count.chance < 0.05


class Closing(Selling):
    """Someone who sells, and someone who looks back after every step."""

    @invariant()
    def outcomes_are_the_deals_that_were_won_or_lost(self) -> None:
        found, funnel = self.flow.outcomes(happened=LAST_DAY), self.flow.funnel(happened=LAST_DAY)
        assert found.win_rate == funnel.win_rate

    @invariant()
    def what_comes_after_the_end_of_a_deal_changes_none_of_its_factors(self) -> None:
        now = {one.deal: one for one in self.flow.outcomes(happened=LAST_DAY, factors=OWN).deals}
        for deal in self.flow.deals(happened=LAST_DAY):
            if deal.deal in now:
                then = {one.deal: one for one in self.flow.outcomes(happened=deal.moves[-1].end, factors=OWN).deals}
                assert then[deal.deal] == now[deal.deal]


OWN = tuple(one for one in df.FACTORS if one.__name__ != "of_account")  # mergers tell later who an account was

TestClosing = Closing.TestCase
TestClosing.settings = settings(
    max_examples=15, stateful_step_count=15, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
