"""How long things last and how they end, against figures from textbooks and from scipy."""

import warnings
from collections.abc import Callable
from random import Random
from typing import NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import CensoredData, ecdf

from dealflow.extras import MissingExtra, needed
from dealflow.projections.survival import Naive, Spell, Verdict, duration, incidence

# The remission times of 21 leukaemia patients under 6-MP (Freireich et al., 1963; weeks, + still in remission):
# the example from which Kaplan and Meier's estimate is usually taught.
REMISSION = [Spell(day, "relapse") for day in (6, 6, 6, 7, 10, 13, 16, 22, 23)] + [
    Spell(day) for day in (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)
]
spells = st.lists(st.builds(Spell, st.integers(0, 60), st.sampled_from([None, "won", "lost"])), max_size=60)


def test_the_textbook_example_has_the_textbook_figures() -> None:
    found = duration(REMISSION, floor=0)
    shares = {point.day: round(point.share, 4) for point in found.curve}
    assert shares == {6: 0.8571, 7: 0.8067, 10: 0.7529, 13: 0.6902, 16: 0.6275, 22: 0.5378, 23: 0.4482}
    assert (found.n, found.ended, found.median, found.verdict) == (21, 9, 23, Verdict.ESTIMATED)
    assert found.naive == Naive(9, 10.0, 109 / 9)


def test_the_interval_of_the_median_is_where_the_band_crosses_a_half() -> None:
    found = duration(REMISSION, floor=0)
    assert (found.low, found.high) == (13, None)  # as R's survfit(conf.type = "log-log") has it


@given(spells)
def test_the_band_is_that_of_scipy(some: list[Spell]) -> None:
    found = duration(some, floor=0)
    ended = [spell.days for spell in some if spell.end]
    if not ended:
        assert found.curve == ()
        return
    still = ecdf(CensoredData(uncensored=ended, right=[spell.days for spell in some if not spell.end])).sf
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where all or none are left the band is undefined
        band = still.confidence_interval(0.95, method="log-log")
    for point in found.curve:
        if 0 < point.share < 1:
            assert point.low == pytest.approx(float(band.low.evaluate(point.day)), abs=1e-9)
            assert point.high == pytest.approx(float(band.high.evaluate(point.day)), abs=1e-9)


def test_where_all_have_ended_the_interval_has_no_upper_end_of_its_own() -> None:
    found = duration([Spell(153, "won")], floor=0)
    assert (found.median, found.low, found.high) == (153, 153, None)


def test_where_more_than_half_still_go_on_the_median_is_not_reached() -> None:
    found = duration([Spell(3, "lost"), *[Spell(90)] * 9], floor=0)
    assert (found.median, found.verdict) == (None, Verdict.NOT_REACHED)
    assert found.still(30) == pytest.approx(0.9)


def test_with_fewer_than_the_floor_there_is_insufficient_history() -> None:
    found = duration([Spell(3, "lost")] * 19, floor=20)
    assert (found.verdict, found.median, found.still(1), found.curve) == (Verdict.INSUFFICIENT, None, None, ())
    assert found.naive == Naive(19, 3, 3)


def test_nothing_is_said_beyond_what_was_watched() -> None:
    found = duration([Spell(5, "won"), Spell(10)], floor=0)
    assert [found.still(day) for day in (0, 4, 5, 10, 11)] == [1.0, 1.0, 0.5, 0.5, None]


def test_nothing_that_began_is_insufficient_history_even_without_a_floor() -> None:
    assert duration([], floor=0).verdict is Verdict.INSUFFICIENT


# Competing ends


def test_competing_ends_by_hand() -> None:
    found = incidence([Spell(1, "won"), Spell(2, "lost"), Spell(2), Spell(3, "won"), Spell(4)])
    # day 1: 1/5; day 2: 4/5 * 1/4; left 3/5; day 3: 3/5 * 1/2
    assert found.share("won", 1) == pytest.approx(0.2)
    assert found.share("lost", 2) == pytest.approx(0.2)
    assert [found.share("won"), found.share("lost")] == pytest.approx([0.5, 0.2])
    assert found.eventually("won") == pytest.approx(5 / 7)
    assert found.share("abandoned") == 0


def test_where_nothing_ended_nothing_is_said_of_the_long_run() -> None:
    assert incidence([Spell(3)]).eventually("won") is None


@given(spells)
def test_all_ends_and_what_goes_on_make_one(some: list[Spell]) -> None:
    found = incidence(some)
    still = duration(some, floor=0)
    for day in (0, 10, 60):
        ends = found.share("won", day) + found.share("lost", day)
        left = [point.share for point in still.curve if point.day <= day]
        assert ends + (left[-1] if left else 1.0) == pytest.approx(1.0)


@given(spells.filter(lambda some: all(spell.end for spell in some) and some))
def test_without_censoring_the_incidence_is_the_share(some: list[Spell]) -> None:
    won = sum(spell.end == "won" for spell in some) / len(some)
    assert incidence(some).share("won") == pytest.approx(won)


@given(spells)
def test_with_one_way_out_the_interval_is_kaplan_meiers(some: list[Spell]) -> None:
    one_way = [Spell(spell.days, spell.end and "won") for spell in some]
    found = incidence(one_way)
    for point in duration(one_way, floor=0).curve:
        share = found.share("won", point.day)
        assert share == pytest.approx(1 - point.share)
        band = found.interval("won", point.day)
        assert (band is None) == (point.share == pytest.approx(0, abs=1e-9))
        if band is not None:
            assert band[0] <= share <= band[1]


def test_the_interval_of_the_incidence_covers_the_truth() -> None:
    """Won after 60 days on average and lost after 90, watched for 100: 95 % of intervals hold the truth."""
    random, inside = Random(7), 0  # noqa: S311
    truth = 0.6 * (1 - 2.718281828 ** (-(1 / 60 + 1 / 90) * 60))
    for _ in range(300):
        found = incidence(_watched(random) for _ in range(200))
        low, high = found.interval("won", 59) or (0, 0)
        inside += low <= truth <= high
    assert 0.91 <= inside / 300 <= 0.98


def _watched(random: Random) -> Spell:
    won, lost, watched = random.expovariate(1 / 60), random.expovariate(1 / 90), random.uniform(30, 100)
    first = min(won, lost, watched)
    return Spell(int(first), None if first == watched else "won" if first == won else "lost")


# The extra


def test_a_missing_library_names_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dealflow.extras.import_module", _failing("scipy"))
    with pytest.raises(MissingExtra) as missing:
        duration([Spell(3, "won")], floor=0)
    assert str(missing.value) == "scipy is needed to estimate how long deals take: pip install 'dealflow[stats]'"


def test_what_a_library_itself_misses_is_not_taken_for_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dealflow.extras.import_module", _failing("numpy"))
    with pytest.raises(ModuleNotFoundError) as missing:
        needed("scipy.stats", extra="stats", to="estimate")
    assert not isinstance(missing.value, MissingExtra)


def _failing(library: str) -> Callable[[str], NoReturn]:
    def missing(_module: str) -> NoReturn:
        raise ModuleNotFoundError(name=library)

    return missing
