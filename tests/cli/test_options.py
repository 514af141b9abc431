from datetime import UTC, date, datetime

import pytest

from dealflow.cli.options import journal_file, moment


def test_a_bare_date_stays_a_date() -> None:
    assert moment("2026-02-28") == date(2026, 2, 28)
    assert not isinstance(moment("2026-02-28"), datetime)


@pytest.mark.parametrize("text", ["2026-02-28T17:00:00Z", "2026-02-28 18:00:00+01:00", "2026-02-28T17:00Z"])
def test_an_instant_bears_its_offset(text: str) -> None:
    assert moment(text) == datetime(2026, 2, 28, 17, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-02-30", "28.02.2026", "2026-02-28T25:00Z"])
def test_what_is_neither_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match=r"such as 2026-02-28 nor an instant such as 2026-02-28T17:00:00Z"):
        moment(text)


def test_a_time_without_an_offset_could_be_any() -> None:
    with pytest.raises(ValueError, match="has no UTC offset: write 2026-02-28T17:00Z"):
        moment("2026-02-28T17:00")


@pytest.mark.parametrize(
    "text", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00", "9999-12-31", "0001-01-01", "9999-12-31T00:00Z"]
)
def test_what_not_every_zone_can_tell_is_out_of_reach(text: str) -> None:
    with pytest.raises(ValueError, match="is out of reach: give a day after 0001-01-01 and before 9999-12-31"):
        moment(text)


def test_only_a_file_can_be_missing() -> None:
    assert [str(journal_file(f"sqlite:///{path}")) for path in ("a.db", "/b/a.db")] == ["a.db", "/b/a.db"]
    assert [journal_file(url) for url in ("memory:", "sqlite:///", "postgresql://li:secret@host/sales")] == [None] * 3
