"""How often deals were won by each value of a factor: counted, held against the others, believed less for having
looked at many; unknown apart from no, and no claim where chance would do.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import count
from types import MappingProxyType
from uuid import UUID

import pytest

import dealflow as df
from dealflow.projections.estimates import SAMPLING

ANY = df.Sampling(0)
Value = df.FactorValue | df.Inapplicable | None


def outcomes(*some: tuple[int, int, Value]) -> df.Outcomes:
    """So many deals were won, and so many lost, with a value of the factor."""
    found = ((won, value) for wins, losses, value in some for won in (*[True] * wins, *[False] * losses))
    return df.Outcomes(
        tuple(
            df.Outcome(UUID(int=number), UUID(int=number), won, MappingProxyType({"factor": value}))
            for number, (won, value) in enumerate(found)
        )
    )


def pattern(*some: tuple[int, int, Value], sampling: df.Sampling = SAMPLING) -> df.Pattern:
    return outcomes(*some).patterns(sampling).pattern("factor")


def counts(found: df.Pattern) -> Mapping[str, tuple[int, int]]:
    return {one.value: (one.won.n, one.won.of) for one in found.counts}


def test_each_value_is_counted_and_held_against_the_other_known_ones() -> None:
    found = pattern((30, 10, "big"), (10, 30, "small"), (5, 5, "odd"), (1, 1, None))
    assert [(one.value, one.won, one.others, one.verdict) for one in found.counts] == [
        ("big", df.Share(30, 40), df.Share(15, 50), "won more often"),
        ("small", df.Share(10, 40), df.Share(35, 50), "won less often"),
        ("odd", df.Share(5, 10), df.Share(40, 80), "insufficient history"),
        ("unknown", df.Share(1, 2), df.Share(45, 90), "insufficient history"),
    ]
    assert found.is_signal
    assert found.text == (
        "won more often where it was big: 30 of 40, of the others 15 of 50; "
        "won less often where it was small: 10 of 40, of the others 35 of 50"
    )


def test_where_a_factor_goes_with_nothing_it_says_so_plainly() -> None:
    found = pattern((25, 25, "high"), (26, 24, "low"), (24, 26, "mid"))
    assert found.text == "no effect that could be told from chance: 48% to 52% won"
    assert {one.verdict for one in found.counts} == {df.PatternVerdict.NO_SIGNAL}
    assert not found.is_signal


def test_what_is_unknown_is_held_against_what_is_known_and_never_counted_as_no() -> None:
    found = pattern((40, 40, True), (41, 39, False), (2, 38, None))
    assert counts(found) == {"yes": (40, 80), "no": (41, 80), "unknown": (2, 40)}
    assert [one.verdict for one in found.counts] == ["no signal", "no signal", "won less often"]
    assert found.text == "won less often where nobody said it: 2 of 40, of the others 81 of 160"


def test_too_few_deals_on_either_side_are_insufficient() -> None:
    assert pattern((19, 0, "a"), (0, 100, "b")).text == "insufficient history"
    assert pattern((20, 0, "a"), (0, 100, "b")).is_signal
    assert pattern((0, 1, "a"), (1, 0, "b"), sampling=ANY).chance == 1
    assert pattern((19, 0, "a"), (0, 100, "b")).range == ()


def test_what_is_the_same_in_every_deal_says_nothing() -> None:
    found = pattern((30, 30, "steel"))
    assert (found.text, found.chance, found.is_constant) == ("the same in every deal", None, True)


def test_deals_of_which_it_cannot_be_asked_are_left_out() -> None:
    found = pattern((30, 10, True), (10, 30, False), (0, 50, df.Inapplicable.DOES_NOT_APPLY))
    assert counts(found) == {"yes": (30, 40), "no": (10, 40)}
    assert (found.outside, found.unknown) == (50, None)


def test_a_difference_is_believed_less_the_more_of_them_are_looked_at() -> None:
    some = outcomes((17, 8, True), (8, 17, False))
    alone = some.patterns(ANY).pattern("factor")
    assert alone.is_signal
    assert alone.chance is not None
    among = some
    for step in range(2, 8):
        among = among.adding(f"noise {step}", one_after_the_other(step))
    found = among.patterns(ANY)
    assert found.tested == 7
    assert found.pattern("factor").chance == pytest.approx(alone.chance * found.tested)  # the smallest, raised most
    assert not found.pattern("factor").is_signal


def one_after_the_other(step: int) -> Callable[[df.Factors], bool]:
    """Say yes of every so many-th deal, whatever is known of it."""
    numbers = count()
    return lambda _: next(numbers) % step == 0


def test_the_same_question_under_two_names_is_asked_once() -> None:
    some = outcomes((17, 8, True), (8, 17, False))
    twice = some.adding("its opposite", lambda known: "no" if known["factor"] else "yes")
    assert (some.patterns().tested, twice.patterns().tested) == (1, 1)
    first, second = twice.patterns().patterns
    assert (first.factor, second.factor, first.chance) == ("factor", "its opposite", second.chance)


def test_two_values_that_differ_alike_are_both_told() -> None:
    found = pattern((30, 10, "north"), (30, 10, "south"), (5, 75, "west"))
    assert [one.value for one in found.differences] == ["west", "north", "south"]


def test_of_two_known_values_one_is_told_and_the_unknown_beside_it() -> None:
    found = pattern((40, 10, True), (10, 40, False), (0, 60, None))
    assert [one.value for one in found.differences] == ["yes", "unknown"]


def test_a_chance_of_one_in_twenty_is_not_below_it() -> None:
    assert [one.verdict for one in pattern((1, 0, "a"), (0, 19, "b"), sampling=ANY).counts] == ["no signal"] * 2


def test_it_is_told_of_how_many_accounts_the_deals_are_and_how_many_are_undecided() -> None:
    some = df.Outcomes(outcomes((2, 2, "a")).deals, undecided=7)
    found = some.patterns(ANY)
    assert (found.accounts, found.undecided) == (4, 7)
    assert some.adding("other", lambda _: 1).undecided == 7
    assert some.where("factor", "a").undecided is None


def test_patterns_are_ranked_the_surest_first_and_say_of_what_nothing_is_recorded() -> None:
    some = outcomes((20, 20, True), (20, 20, False)).adding("odd", lambda _: None).adding("same", lambda _: "one")
    won_first = iter([True] * 20 + [False] * 60)
    found = some.adding("sure", lambda _: next(won_first)).patterns()
    assert [one.factor for one in found.patterns] == ["sure", "factor", "same"]
    assert (found.unsaid, found.win_rate) == (("odd",), df.Share(40, 80))
    assert "nothing here is a cause" in found.note


def test_a_factor_of_which_nothing_is_recorded_has_no_pattern() -> None:
    with pytest.raises(df.NoSuchFactor, match="'mood'; of these deals there are: factor"):
        outcomes((1, 1, "a")).patterns(ANY).pattern("mood")
    with pytest.raises(df.NoSuchFactor, match="there are: none"):
        df.Outcomes(()).where("mood", "good")


def test_without_a_closed_deal_there_is_nothing_to_say() -> None:
    found = df.Outcomes(()).patterns()
    assert (found.win_rate, found.tested, found.patterns, found.unsaid) == (df.Share(0, 0), 0, (), ())


# Values


def test_few_numbers_stand_for_themselves_in_order() -> None:
    assert [*counts(pattern((1, 0, 10), (2, 0, 2), (1, 1, 3)))] == ["2", "3", "10"]


def test_many_numbers_are_put_into_four_groups_of_about_one_size() -> None:
    found = pattern(*((1, 1, number) for number in range(1, 9)), (0, 1, None))
    assert counts(found) == {
        "up to 2.75": (2, 4),
        "over 2.75, up to 4.50": (2, 4),
        "over 4.50, up to 6.25": (2, 4),
        "over 6.25": (2, 4),
        "unknown": (0, 1),
    }


def test_the_largest_number_is_a_group_by_itself_where_most_have_it() -> None:
    most = pattern((70, 8, 4), (0, 10, 3), (0, 6, 2), (0, 3, 1), (0, 3, 0))
    assert counts(most) == {"up to 3": (0, 22), "over 3": (70, 78)}
    assert most.is_signal
    assert counts(pattern((0, 20, 0), *((5, 0, number) for number in (1, 2, 3, 4)))) == {
        "up to 0": (0, 20), "over 0.50, up to 2.25": (10, 10), "over 2.25": (10, 10),
    }  # fmt: skip


def test_numbers_are_written_so_that_each_can_be_told_from_the_others() -> None:
    assert counts(pattern((3, 0, 0.001), (0, 3, 0.004))) == {"0.001": (3, 3), "0.004": (0, 3)}
    close = (Fraction(1, 10**14), Fraction(2, 10**14))
    assert [*counts(pattern(*((1, 0, one) for one in close)))] == ["1/100000000000000", "1/50000000000000"]


def test_numbers_of_every_kind_are_compared_exactly() -> None:
    same = (0.5, Decimal("0.5"), Fraction(1, 2))
    assert counts(pattern(*((1, 0, one) for one in same), (1, 0, 2))) == {"0.50": (3, 3), "2": (1, 1)}


def test_amounts_are_grouped_by_currency() -> None:
    yuan = ((1, 0, df.Money.of(1000 * number, "CNY")) for number in range(1, 6))
    found = pattern(*yuan, (0, 1, df.Money.of(7, "EUR")))
    assert counts(found) == {
        "up to 2,000 CNY": (2, 2),
        "over 2,000 CNY, up to 3,000 CNY": (1, 1),
        "over 3,000 CNY, up to 4,000 CNY": (1, 1),
        "over 4,000 CNY": (1, 1),
        "7 EUR": (0, 1),
    }


def test_yes_comes_before_no_and_words_by_how_often_they_are_there() -> None:
    assert [*counts(pattern((1, 0, False), (1, 0, True)))] == ["yes", "no"]
    assert [*counts(pattern((1, 0, "a"), (1, 1, "c"), (0, 1, "b")))] == ["c", "a", "b"]


# Cutting down and adding


def test_deals_of_one_value_can_be_asked_alone() -> None:
    some = outcomes((3, 1, True), (1, 3, False), (0, 2, None))
    assert some.where("factor", value=True).win_rate == some.where("factor", "yes").win_rate == df.Share(3, 4)
    assert some.where("factor", "unknown").win_rate == some.where("factor", None).win_rate == df.Share(0, 2)
    with pytest.raises(df.NoSuchValue, match="no deal has 'maybe' of the factor 'factor': there are yes, no, unknown"):
        some.where("factor", "maybe")


def test_a_group_of_numbers_can_be_asked_by_its_name_and_a_number_by_itself() -> None:
    some = outcomes(*((1, 1, number) for number in range(1, 9)))
    assert some.where("factor", "over 6.25").win_rate == df.Share(2, 4)
    assert some.where("factor", 3).win_rate == df.Share(1, 2)
    with pytest.raises(df.NoSuchValue, match=r"no deal has 9 .* up to 2\.75, over 2\.75, up to 4\.50"):
        some.where("factor", 9)


def test_a_word_that_reads_like_something_else_is_put_in_quotation_marks() -> None:
    some = outcomes((1, 0, "unknown"), (2, 0, ""), (0, 1, None), (1, 1, "does not apply"))
    assert counts(some.patterns(ANY).pattern("factor")) == {
        "“”": (2, 2), "does not apply": (1, 2), "“unknown”": (1, 1), "unknown": (0, 1),
    }  # fmt: skip
    assert some.where("factor", "“unknown”").win_rate == df.Share(1, 1)
    assert some.where("factor", "").win_rate == df.Share(2, 2)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), Decimal("nan")])
def test_a_number_that_cannot_be_compared_is_named_with_its_factor(number: df.FactorValue) -> None:
    with pytest.raises(ValueError, match="factor 'factor' found a number that cannot be compared: return None"):
        pattern((1, 1, number))


def test_whether_anything_of_several_is_unknown_is_a_factor_too() -> None:
    some = outcomes((3, 1, True), (0, 2, None)).adding("other", lambda known: known["factor"] and 1)
    found = (
        some.adding("nobody said", df.any_unknown("factor", "other", "missing")).patterns(ANY).pattern("nobody said")
    )
    assert counts(found) == {"yes": (3, 6)}
    found = some.adding("nobody said", df.any_unknown("factor", "other")).patterns(ANY).pattern("nobody said")
    assert counts(found) == {"yes": (0, 2), "no": (3, 4)}


def test_adding_a_factor_changes_no_other() -> None:
    some = outcomes((3, 1, True), (0, 2, None))
    more = some.adding("new", lambda _: "x")
    assert more.factors == ("factor", "new")
    assert [one.factors["factor"] for one in more.deals] == [one.factors["factor"] for one in some.deals]
