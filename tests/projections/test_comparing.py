from uuid import UUID

from dealflow import Difference, compare

ONE, TWO, THREE, FOUR = (UUID(int=number) for number in range(1, 5))


def test_answers_that_are_the_same_are_no_difference() -> None:
    assert compare({ONE: 1, TWO: None}, {TWO: None, ONE: 1}) == ()
    assert compare({}, {}) == ()


def test_an_answer_that_is_another_is_told_with_both() -> None:
    assert compare({ONE: 1, TWO: 2}, {TWO: 3, ONE: 1}) == (Difference(TWO, 2, 3),)


def test_a_key_in_one_version_alone_is_told_with_where_it_is() -> None:
    """Also where its answer is nothing, which is an answer."""
    assert compare({FOUR: 4, ONE: None}, {THREE: None, FOUR: 5}) == (
        Difference(FOUR, 4, 5),
        Difference(ONE, None, None, "old"),
        Difference(THREE, None, None, "new"),
    )
