from typing import Any, get_args, get_origin, get_type_hints
from uuid import UUID

import attrs
import pytest

from dealflow.domain.erasure import ERASED, forgetting
from dealflow.domain.noun import Corrected
from dealflow.domain.personal import Personal
from dealflow.journal import When
from tests.examples import EVENTS, example
from tests.scenario import record

WHEN = example(When)
PERSON = UUID(int=7)


def told(event: Any, erased: UUID) -> Any:
    """Return a record of an event, and what is left of it."""
    before = record(1, event, WHEN)
    (after,) = forgetting([before], frozenset({erased}))
    return before, after


def theirs(cls: type) -> Any:
    """Return an event in which all words are of one person."""
    event: Any = example(cls)
    words = {field.name: getattr(event, field.name) for field in attrs.fields(cls)}
    return attrs.evolve(event, **{k: Personal("words", PERSON) for k, v in words.items() if isinstance(v, Personal)})


@pytest.mark.parametrize("cls", EVENTS)
def test_erased_words_are_gone_and_all_else_stays(cls: type) -> None:
    before, after = told(theirs(cls), PERSON)
    assert "words" not in repr(after)
    assert repr(after) == repr(before).replace("text='words'", f"text={ERASED!r}")
    corrected, left = told(Corrected(1, before.event, None, "typed wrong"), PERSON)
    assert repr(left) == repr(corrected).replace("text='words'", f"text={ERASED!r}")


@pytest.mark.parametrize("cls", EVENTS)
def test_a_record_without_their_words_is_the_record_itself(cls: type) -> None:
    for event in (theirs(cls), Corrected(1, theirs(cls), None, "typed wrong"), Corrected(1, None, None, "of another")):
        before, after = told(event, UUID(int=8))
        assert after is before


@pytest.mark.parametrize("cls", EVENTS)
def test_no_event_hides_words_deeper_than_in_its_own_fields(cls: type) -> None:
    """That is where an erasure looks for them."""

    def deeper(hint: Any) -> bool:
        if attrs.has(get_origin(hint) or hint) and hint is not Personal:
            return any(one is Personal or deeper(one) for one in get_type_hints(hint).values())
        return any(one is Personal or deeper(one) for one in get_args(hint))

    hints = [hint for hint in get_type_hints(cls).values() if Personal not in get_args(hint)]
    assert not [hint for hint in hints if deeper(hint)]
