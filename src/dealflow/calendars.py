"""Calendars: the weeks in which nobody works, for plans. Needs the extra `plan`."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from dealflow.extras import needed
from dealflow.projections.schedule import WORKING_DAYS, monday

MOST = 3  # of five working days off, and the week is blocked (policy)
LANGUAGE = "en_US"  # of the holidays' names; a country that has none in it names them in its own


def blocked_weeks(country: str, years: Iterable[int], *, named: str | None = None, days: int = MOST) -> frozenset[date]:
    """Return the Mondays of the weeks of *years* in which public holidays take *days* working days or more.

    *country* is an ISO 3166 code such as `CN`. Days off in lieu count as well. With *named*, only
    weeks with a holiday of which that is a part of the name, such as `Chinese New Year`. Weeks
    belong to years as in ISO 8601. Raises `ValueError` for a country or a name that is not known,
    and `MissingExtra`.
    """
    wanted = frozenset(years)
    off = _holidays(country, wanted)
    if named is not None and not any(_called(named, name) for name in off.values()):
        known = sorted({name.partition(" (")[0] for name in off.values()})
        message = f"no holiday of {country} is called {named!r}: expected one of {', '.join(known)}"
        raise ValueError(message)
    weeks: dict[date, list[str]] = {}
    for day, name in off.items():
        if day.weekday() < WORKING_DAYS:
            weeks.setdefault(monday(day), []).append(name)
    return frozenset(
        week
        for week, names in weeks.items()
        if len(names) >= days
        and week.isocalendar().year in wanted
        and (named is None or any(_called(named, name) for name in names))
    )


def _called(part: str, name: str) -> bool:
    return part.casefold() in name.casefold()


def _holidays(country: str, years: Iterable[int]) -> Mapping[date, str]:
    """Look the public holidays up, those of the weeks that two years share included."""
    library: Any = needed("holidays", extra="plan", to="block the weeks of public holidays")
    near = {year + step for year in years for step in (-1, 0, 1)}
    try:
        found: Mapping[date, str] = library.country_holidays(country, years=near, language=LANGUAGE)
    except NotImplementedError:
        message = f"no holidays are known of {country!r}: expected an ISO 3166 code such as CN"
        raise ValueError(message) from None
    return found


def weeks_of(first: date, last: date) -> frozenset[date]:
    """Return the Mondays of the weeks that any day from *first* to *last* lies in; raises `ValueError` if swapped."""
    if last < first:
        message = f"{first} to {last} is no span of days: expected the earlier day first"
        raise ValueError(message)
    span = (monday(last) - monday(first)).days // 7
    return frozenset(monday(first) + timedelta(weeks=week) for week in range(span + 1))
