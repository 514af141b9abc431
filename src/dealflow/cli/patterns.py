"""The verb that looks back over closed deals: what goes with winning, and what does not."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Annotated, Any

import attrs
from cyclopts import Parameter
from cyclopts.validators import Number
from rich.console import Console
from rich.text import Text

from dealflow.cli.options import DEFAULT, NOW, TABLE, AsOf, Form, Where
from dealflow.cli.output import Failed, out, show_json
from dealflow.cli.slicing import Floor, must_have
from dealflow.cli.tables import cell, clocks, estimate, grid, percent, rate, say, show
from dealflow.projections.deals import NoSuchMilestone
from dealflow.projections.estimates import SAMPLING, Sampling
from dealflow.projections.look import many
from dealflow.projections.patterns import NoSuchValue, Outcomes, Pattern, Patterns, ValueCount, any_unknown

BY_ITS_END = (
    "By what was recorded of a deal by its end: one that ended early had less time for it. "
    "--landmark MILESTONE asks all at one point."
)
TINY = 0.001  # a chance below it is written as such


def a_condition(_type: Any, texts: Sequence[str]) -> None:
    """See to it that conditions can be read: FACTOR=VALUE."""
    for text in texts:
        factor, equals, value = text.rpartition("=")
        if not (factor and equals and value):
            message = f"{text!r} is not FACTOR=VALUE: write it as 'lead source=referral'"
            raise ValueError(message)


Many = Parameter(negative="", show_default=False)


def patterns(
    *,
    factor: Annotated[
        Sequence[str], Many, Parameter(help="Show every value of this factor. May be repeated. [default: what differs]")
    ] = (),
    only: Annotated[
        Sequence[str],
        Many,
        Parameter(
            validator=a_condition,
            help="Only deals with this value of a factor: FACTOR=VALUE, yes, no and unknown among them. "
            "May be repeated. [default: all]",
        ),
    ] = (),
    unknown: Annotated[
        Sequence[str],
        Many,
        Parameter(help="Ask also whether it matters that nobody said one of these factors. May be repeated."),
    ] = (),
    playbook: Annotated[str | None, Parameter(help="Only deals under this playbook.")] = None,
    entry: Annotated[str | None, Parameter(help="Only deals that came to this milestone or beyond it.")] = None,
    landmark: Annotated[
        str | None,
        Parameter(
            help="Only deals that stood at this milestone, by what was recorded when they came there. "
            "[default: all, by what was recorded by their end]",
            show_default=False,
        ),
    ] = None,
    within: Annotated[
        int | None,
        Parameter(
            validator=Number(gte=1),
            show_default=False,
            help="With --landmark: won is who was won so many days after it, of all that were followed so long. "
            "[default: of the closed, who was won]",
        ),
    ] = None,
    floor: Floor = SAMPLING.floor,
    where: Where = DEFAULT,
    as_of: AsOf = NOW,
    form: Form = TABLE,
) -> None:
    """Hold everything recorded of closed deals against how they ended: how often they were won by each value of it."""
    if within is not None and landmark is None:
        message = "--within counts days from a milestone: name it with --landmark"
        raise Failed(message)
    with where.reading() as flow:
        must_have(flow, playbook)
        try:
            found = flow.outcomes(**as_of.clocks, playbook=playbook, entry=entry, landmark=landmark, within=within)
            found = _cut(found, only, unknown)
        except (NoSuchMilestone, NoSuchValue) as no:
            raise Failed(str(no)) from None
        asked = [called(found, name) for name in factor]
        answer = found.patterns(Sampling(floor))
        if form.json:
            show_json(attrs.evolve(answer, patterns=_only(answer, asked)) if asked else answer)
            return
        decided = "closed" if within is None else f"followed for {many(within, 'day')}"
        say(out(), f"{many(answer.win_rate.of, 'deal')} {decided}, won: {rate(answer.win_rate)}")
        show_factors(out(), answer, asked) if asked else show_patterns(out(), answer, floor)
        _say_how(answer, landmark, within)
        say(out(), clocks(as_of, flow.zone))


def _only(answer: Patterns, asked: Sequence[str]) -> tuple[Pattern, ...]:
    return tuple(one for one in answer.patterns if one.factor in asked)


def _say_how(answer: Patterns, landmark: str | None, within: int | None) -> None:
    """Say what all the figures rest on, and what they cannot know."""
    say(out(), f"{many(answer.tested, 'difference')} looked at; for so many, each chance is raised (Holm).")
    if answer.accounts < answer.win_rate.of:
        say(out(), f"The deals are of {many(answer.accounts, 'account')}: those of one are no independent witnesses.")
    if answer.undecided:
        open_ = "open still: where losses are quicker than wins, they will look better than the closed"
        young = "not followed for so long"
        say(out(), f"{many(answer.undecided, 'deal')} more in question, {open_ if within is None else young}.")
    say(out(), BY_ITS_END if landmark is None else f"By what was recorded when they came to {landmark}.")
    say(out(), answer.note)


def _cut(found: Outcomes, only: Sequence[str], unknown: Sequence[str]) -> Outcomes:
    for condition in only:
        name, _, value = condition.rpartition("=")
        found = found.where(called(found, name), value)
    if unknown:
        names = [called(found, name) for name in unknown]
        found = found.adding(f"nobody said {' or '.join(names)}", any_unknown(*names))
    return found


def called(found: Outcomes, text: str) -> str:
    """Return the factor of that name, or the only one with that name behind its colon; raises `Failed`."""
    behind: dict[str, list[str]] = {}
    for name in found.factors:
        behind.setdefault(name.rpartition(":")[2].strip(), []).append(name)
    fitting = [text] if text in found.factors else behind.get(text, [])
    if len(fitting) != 1:
        close = [name for short in get_close_matches(text, behind, cutoff=0.4) for name in behind[short]]
        there = ", ".join(fitting or close or sorted(found.factors)) or "none, since no deal is left"
        message = f"{text!r} is {'several factors' if fitting else 'no factor'} of these deals: there is {there}"
        raise Failed(message)
    return fitting[0]


# Tables


def show_patterns(console: Console, answer: Patterns, floor: int) -> None:
    """Show what differs, then what does not, then what cannot be said."""
    _differences(console, (one for one in answer.patterns if one.is_signal))
    same = grid(None, "factor", ">least won", ">most won")
    for one in answer.patterns:
        if one.chance is not None and not one.is_signal:
            same.add_row(cell(one.factor), *map(cell, map(percent, one.range)))
    if same.row_count:
        say(console, "Where no effect could be told from chance:")
        show(console, same)
    rest = [one for one in answer.patterns if one.chance is None]
    unclear = [one.factor for one in rest if not one.is_constant]
    _list(console, f"Insufficient history: {floor} deals are needed on either side (--floor)", unclear)
    _list(console, "The same in every deal", [one.factor for one in rest if one.is_constant])
    _list(console, "Nothing is recorded of", answer.unsaid)


def show_factors(console: Console, answer: Patterns, asked: Iterable[str]) -> None:
    """Show every value of some factors."""
    for name in asked:
        if name in answer.unsaid:
            say(console, f"\n{name}: nothing is recorded of it")
            continue
        found = answer.pattern(name)
        table = grid(f"\n{name}", *HEADS)
        for count in found.counts:
            table.add_row(*_row(count))
        show(console, table)
        say(console, f"{name}: {found.text}")
        if found.outside:
            say(console, f"Of {many(found.outside, 'deal')} it cannot be asked.")


def _differences(console: Console, patterns: Iterable[Pattern]) -> None:
    table = grid(None, "factor", *HEADS)
    for one in patterns:
        name = one.factor
        for count in one.differences:
            table.add_row(cell(name), *_row(count))
            name = " "
    if table.row_count:
        say(console, "Where deals were won more or less often:")
        show(console, table)


HEADS = ("value", ">won", ">of the others", ">chance", "verdict")


def _row(count: ValueCount) -> tuple[Text, ...]:
    shares = estimate(count.won), estimate(count.others)
    return cell(count.value), *shares, cell(_chance(count.chance)), cell(count.verdict)


def _chance(chance: float | None) -> str | None:
    if chance is None:
        return None
    return f"< {TINY}" if chance < TINY else f"{chance:.3f}"


def _list(console: Console, what: str, names: Iterable[str]) -> None:
    text = ", ".join(names)
    if text:
        say(console, f"{what}: {text}")
