"""Shares and their intervals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from dealflow.projections.estimates import Sampling, Share, holm

counts = st.integers(1, 5000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))


@given(counts)
def test_the_interval_is_wilsons(pair: tuple[int, int]) -> None:
    share = Share(*pair)
    wilson = binomtest(*pair).proportion_ci(method="wilson")
    assert [share.low, share.high] == pytest.approx([wilson.low, wilson.high], abs=1e-9)


@given(counts)
def test_the_interval_holds_the_rate_and_stays_a_share(pair: tuple[int, int]) -> None:
    share = Share(*pair)
    assert share.rate is not None
    assert share.low is not None
    assert share.high is not None
    assert 0 <= share.low <= share.rate + 1e-12
    assert share.rate - 1e-12 <= share.high <= 1


def test_a_floor_below_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="floor"):
        Sampling(floor=-1)


def test_nothing_of_nothing_is_no_rate() -> None:
    assert [Share(0, 0).rate, Share(0, 0).low, Share(0, 0).high] == [None, None, None]


def test_below_the_floor_there_is_insufficient_history_and_never_a_default() -> None:
    few, enough = Share(9, 19, floor=20), Share(9, 20, floor=20)
    assert (few.sufficient, few.rate, few.low, few.high) == (False, None, None, None)
    assert (enough.sufficient, enough.rate) == (True, 0.45)


def test_chances_are_raised_for_how_many_were_tested_the_smallest_most() -> None:
    assert holm([0.01, None, 0.04, 0.03, 0.005]) == pytest.approx([0.03, None, 0.06, 0.06, 0.02])  # Holm (1979)
    assert holm([0.4, 0.9]) == [0.8, 0.9]
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([]) == []
