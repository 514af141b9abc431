"""The verb about our own people: what each carries, who is booked twice, and where effort goes next."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import tzinfo
from fractions import Fraction
from typing import Annotated
from uuid import UUID

from cyclopts import Parameter
from cyclopts.validators import Number
from rich.console import Console
from rich.text import Text

from dealflow.cli.options import DEFAULT, NOW, TABLE, AsOf, Form, Where
from dealflow.cli.output import Failed, out, show_json
from dealflow.cli.slicing import AtRates, Floor, InCurrency, rates_of
from dealflow.cli.tables import (
    NARROW,
    NOTHING,
    WHOLE,
    cell,
    cited,
    clocks,
    count,
    grid,
    percent,
    rounded,
    say,
    show,
    words,
)
from dealflow.money import NoRate
from dealflow.plain import plain
from dealflow.projections.bookings import BOOKINGS, Appointment, BookingPolicy
from dealflow.projections.effort import EFFORT, DealEffort, EffortPolicy, Measure, NextEffort, Ordering
from dealflow.projections.estimates import SAMPLING, Sampling
from dealflow.projections.look import many
from dealflow.projections.team import Load, Team, TeamPolicy
from dealflow.replay.telling.words import Names, listed

FARTHEST = 520  # weeks that can be looked ahead
SHOWN = 10  # deals that are shown of each currency
ABREAST = 8  # weeks in a table


def team(
    *,
    weeks: Annotated[
        int, Parameter(validator=Number(gte=0, lte=FARTHEST), help="How many weeks ahead bookings are shown for.")
    ] = BOOKINGS.ahead,
    top: Annotated[int, Parameter(validator=Number(gte=1), help="To how many deals effort goes next.")] = SHOWN,
    effort: Annotated[
        Measure,
        Parameter(help="By what remaining effort is measured: usual lengths, units per signature, or steps alone."),
    ] = EFFORT.measure,
    order: Annotated[
        Ordering,
        Parameter(help="Deals by value times chance times remaining effort, or by the return on that effort."),
    ] = EFFORT.order,
    floor: Floor = SAMPLING.floor,
    currency: InCurrency = None,
    rate: AtRates = (),
    where: Where = DEFAULT,
    as_of: AsOf = NOW,
    form: Form = TABLE,
) -> None:
    """Show what each of ours carries and whom they face, who is booked twice, and where effort goes next."""
    rates = rates_of(currency, rate)
    policy = TeamPolicy(
        bookings=BookingPolicy(ahead=weeks),
        effort=EffortPolicy(effort, order),
        sampling=Sampling(floor),
    )
    with where.reading() as flow:
        try:
            answer = flow.team(**as_of.clocks, rates=rates, policy=policy)
        except NoRate as no:
            raise Failed(str(no)) from None
        names = flow.names(_named(answer))
        if form.json:
            show_json({**plain(answer), "names": plain(names)})
        else:
            show_team(out(), answer, names, flow.zone, top)
            say(out(), clocks(as_of, flow.zone))


def _named(answer: Team) -> Iterator[UUID]:
    efforts = (*answer.next.unknown, *(one for some in answer.next.deals.values() for one in some))
    yield from (stream for one in efforts for stream in (one.deal, one.account))
    yield from (one.deal for one in answer.bookings)
    yield from (stream for one in answer.matches for stream in (one.theirs, one.account))
    yield from (one.account for one in answer.appointments if one.account is not None)


def show_team(console: Console, answer: Team, names: Names, zone: tzinfo, top: int = SHOWN) -> None:
    """Show the loads, the time booked, who is booked twice, and to which deals effort goes next."""
    if not console.is_terminal:
        console.width = WHOLE
    _show_loads(console, answer)
    _show_booked(console, answer)
    _show_twice(console, answer, names, zone)
    _show_next(console, answer.next, names, top)


# What each carries


def _show_loads(console: Console, answer: Team) -> None:
    say(console, f"TEAM: {many(len(answer.loads), 'person', 'people')} of ours.")
    if answer.loads:
        lost = any(one.unfollowed for one in answer.loads)
        heads = (">accounts", ">contacts\nahead", ">faces\npeople", ">as main\ncontact")
        table = grid(None, "ours", ">open\ndeals", ">worth", *([">followed\nno more"] if lost else []), *heads)
        for one in answer.loads:
            held = (*([one.unfollowed] if lost else []), one.accounts, one.contacts, one.faces, one.main)
            table.add_row(cell(one.ours), count(len(one.deals)), _worth(one), *(count(len(some)) for some in held))
        show(console, table)
    nobodys = answer.nobodys
    left = {"open deal": nobodys.deals, "account": nobodys.accounts, "planned contact": nobodys.contacts}
    none = [many(len(some), name) for name, some in left.items() if some]
    if none:
        say(console, f"Nobody of ours is named for {listed(none)}.")


def _worth(one: Load) -> Text:
    sums = [f"{rounded(amount)} {currency}" for currency, amount in one.amount.items()]
    return cell("\n".join((*sums, *([f"{one.without_amount} without"] if one.without_amount else []))))


def _show_booked(console: Console, answer: Team) -> None:
    """Show as many weeks as a page bears; JSON holds them all."""
    taken = [one for one in answer.loads if any(period.share for period in one.booked)]
    if not taken:
        say(console, "\nBOOKED: no effort is booked for an open deal in the weeks ahead.")
        return
    periods = taken[0].booked[:ABREAST]
    table = grid("Booked, of the working time of the week from", "ours", *(f">{one.start:%m-%d}" for one in periods))
    for one in taken:
        table.add_row(cell(one.ours), *(cell(_part(period.share)) for period in one.booked[:ABREAST]))
    show(console, table)
    if len(taken[0].booked) > ABREAST:
        say(console, f"{len(taken[0].booked) - ABREAST} more weeks stand in --json.")


def _part(share: Fraction) -> str:
    return percent(float(share), 0) if share else "·"


# Who is booked twice


def _show_twice(console: Console, answer: Team, names: Names, zone: tzinfo) -> None:
    sure = [one for one in answer.clashes if one.sure]
    possible = [one for one in answer.clashes if not one.sure]
    if not answer.clashes and not answer.overbooked:
        say(console, "\nBOOKED TWICE: nobody, as far as is told.")
    else:
        clashes = many(len(sure), "contact clash", "contact clashes")
        say(console, f"\nBOOKED TWICE: {clashes}, {len(possible)} more possible.")
        stretches = many(len(answer.overbooked), "stretch of days", "stretches of days")
        say(console, f"{stretches} with more effort than time.")
    if answer.clashes:
        table = grid(None, "ours", "!", "one", "other", "records")
        for one in answer.clashes:
            pair = (_planned(each, names, zone) for each in (one.first, one.second))
            table.add_row(*map(cell, (one.ours, "sure" if one.sure else "possible", *pair, cited(one.records))))
        show(console, table)
    if answer.overbooked:
        table = grid("More than all of their time", "ours", "!from\nto", ">share", "for", "records")
        for over in answer.overbooked:
            days, share = f"{over.start}\n{over.end}", percent(float(over.share), 0)
            deals = "\n".join(f"{each.share:.0%} {names(each.deal)}" for each in over.bookings)
            table.add_row(*map(cell, (over.ours, days, share, deals, cited(over.records))))
        show(console, table)
    if answer.undated:
        say(console, f"Of {many(len(answer.undated), 'planned contact')} not even the day is known.")


def _planned(one: Appointment, names: Names, zone: tzinfo) -> str:
    account = None if one.account is None else names(one.account)
    return "\n".join(filter(None, (one.when.text(zone), account, one.purpose)))


# Where effort goes next


def _show_next(console: Console, answer: NextEffort, names: Names, top: int) -> None:
    narrow = console.width < NARROW
    by = "value x chance x remaining effort"
    if answer.policy.order is Ordering.RETURN:
        by = "value x chance / remaining effort"
    say(console, f"\nNEXT BEST EFFORT: open deals by {by} ({answer.policy.measure}).")
    for deals in answer.deals.values():
        table = grid(None, *(NEXT_NARROW if narrow else NEXT))
        for one in deals[:top]:
            table.add_row(*map(cell, _line(one, names, narrow=narrow)))
        show(console, table)
        if len(deals) > top:
            say(console, f"{len(deals) - top} more (--top).")
    if not answer.deals:
        say(console, "Of no open deal enough is known." if answer.unknown else "No deal is open.")
    elif len(answer.deals) > 1:
        say(console, "Currencies are not compared: bring them into one with --in and --rate.")
    lost = sum(not one.followed for one in answer.unknown)
    if lost:
        say(console, f"Not in the order: {many(lost, 'open deal')} that nobody follows any more.")
    lacking = Counter(one.lacks for one in answer.unknown if one.followed)
    for lacks, number in sorted(lacking.items()):
        say(console, f"Not in the order: {many(number, 'open deal')} without {listed(lacks)}.")
    if any("remaining effort" in lacks for lacks in lacking) and answer.policy.measure is not Measure.STEPS:
        say(console, f"Their playbook does not state its {answer.policy.measure}: try --effort steps.")


NEXT = ("deal", "account", "owner", "!stands at", ">value", ">chance", ">remaining", ">product", ">return", "!record")
NEXT_NARROW = ("deal\naccount", "!stands at\nowner", ">value\nchance", ">remaining", ">product\nreturn", "!record")


def _line(one: DealEffort, names: Names, *, narrow: bool) -> Sequence[str]:
    chance = "" if one.chance is None else f"{float(one.chance):.0%} {one.basis}"
    remaining = "" if one.remaining is None else percent(float(one.remaining), 0)
    value = "" if one.amount is None else f"{rounded(one.amount.amount)} {one.amount.currency}"
    product, back = (NOTHING if each is None else rounded(each) for each in (one.product, one.per_effort))
    deal, account, owner = names(one.deal), names(one.account), words(one.owner)
    if narrow:
        where, worth = f"{one.stage}\n{owner}", f"{value}\n{chance}"
        return f"{deal}\n{account}", where, worth, remaining, f"{product}\n{back}", str(one.record)
    return deal, account, owner, one.stage, value, chance, remaining, product, back, str(one.record)
