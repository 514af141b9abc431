"""The verb that looks back on contacts: what became of them, how they were held, what we owe, where it is silent."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

from cyclopts import Parameter
from cyclopts.validators import Number
from rich.console import Console
from rich.text import Text

from dealflow.cli.options import DEFAULT, NOW, TABLE, AsOf, Form, Where, a_day
from dealflow.cli.output import Failed, out, show_json
from dealflow.cli.tables import cell, cited, clocks, count, estimate, grid, percent, rate, say, say_insufficient, show
from dealflow.domain.interaction import Conclusion, Interaction
from dealflow.engine import DealFlow
from dealflow.plain import plain
from dealflow.projections.cases import UNKNOWN
from dealflow.projections.conclusions import Conclusions, ContactCounts
from dealflow.projections.conduct import ConductPolicy, ContactBy, ContactReport
from dealflow.projections.deals import NoSuchMilestone
from dealflow.projections.estimates import SAMPLING, Sampling, Share
from dealflow.projections.look import many
from dealflow.projections.promises import DuePromise, Promises
from dealflow.projections.silence import Silence, quiet, silences
from dealflow.projections.visits import Lengths
from dealflow.replay.telling.words import Names

SHOWN = 10  # deals, and promises, in a table; all are in the JSON


def contacts(
    *,
    since: Annotated[
        date | None,
        Parameter(
            converter=a_day,
            help="Only contacts that took place, or were to, on that day or later. What we promised before and "
            "still owe, and where it is silent, is told all the same.",
        ),
    ] = None,
    by: Annotated[
        ContactBy | None, Parameter(help="One line for each of ours, account, channel, activity or month.")
    ] = None,
    entry: Annotated[
        str | None, Parameter(help="Of the deals, only those that came to this milestone or beyond it.")
    ] = None,
    floor: Annotated[
        int,
        Parameter(
            validator=Number(gte=0), help="How many of what is counted an estimate needs; with fewer it says so."
        ),
    ] = SAMPLING.floor,
    where: Where = DEFAULT,
    as_of: AsOf = NOW,
    form: Form = TABLE,
) -> None:
    """Look back on contacts: what became of them, how they ended and were made, what we owe, where it is silent."""
    policy = ConductPolicy(sampling=Sampling(floor))
    with where.reading() as flow:
        try:
            told = flow.contacts(**as_of.clocks, entry=entry)
        except NoSuchMilestone as no:
            raise Failed(str(no)) from None
        asked = told if since is None else told.on_or_after(since)
        if by is not None:
            _lots(flow, {name: lot.report(policy) for name, lot in asked.by(by).items()}, by, as_of, form)
            return
        report, silent = asked.report(policy), silences(told.contacts, told.deals, told.horizon)
        if form.json:
            show_json({"report": report, "silence": quiet(silent), "silences": silent})
        else:
            show_report(out(), report, since)
            _waiting(flow, report.promises, silent, as_of)
            say_insufficient(out(), _shares(report), "of what is counted")
            say(out(), clocks(as_of, flow.zone))


def _waiting(flow: DealFlow, promises: Promises, silent: Sequence[Silence], as_of: AsOf) -> None:
    due = promises.due[:SHOWN]
    accounts = (one.account for one in due if one.account is not None)
    names = flow.names({*(one.deal for one in silent[:SHOWN]), *accounts})
    show_promises(out(), promises, {(one.interaction, one.id): promised(flow, one, as_of) for one in due}, names)
    show_silence(out(), silent, names)


def promised(flow: DealFlow, one: DuePromise, as_of: AsOf) -> str:
    """Return what was promised, as it was known; its id where that cannot be told."""
    state = flow.state(one.interaction, **as_of.clocks)
    found = state.promise(one.id) if isinstance(state, Interaction) else None
    return one.id if found is None else found.what


def _shares(report: ContactReport) -> Sequence[Share]:
    """Return the shares that are shown with an asterisk where there is too little to tell."""
    steps = (one.kept for one in report.steps.steps)
    presale = (share for one in report.presale for share in (one.deals, one.won, one.lost))
    return [*(one.share for one in report.outcomes.ways), *steps, *presale]


# What they come to


def show_report(console: Console, report: ContactReport, since: date | None) -> None:
    """Show what became of contacts, how the held ones ended, how well they were made, and the pre-sale steps."""
    say(console, f"{many(report.counts.total, 'contact')}{f' since {since}' if since else ''}:")
    say(console, f"  {_became(report.counts) or 'nothing is recorded'}")
    if report.counts.held:
        _outcomes(console, report.outcomes)
        _made(console, report)
        _presale(console, report)
        _phases(console, report)


WORDS: Mapping[str, str] = {
    "held": "held",
    "attempted": "attempted in vain",
    "ahead": "planned and ahead",
    "forgotten": "planned for a day that is over, and nobody said what became of it",
    "cancelled": "cancelled",
    "missed_by_us": "missed by us",
    "missed_by_them": "missed by them",
}


def _became(counts: ContactCounts) -> str:
    return "\n  ".join(f"{number:,} {words}" for name, words in WORDS.items() if (number := getattr(counts, name)))


def _outcomes(console: Console, outcomes: Conclusions) -> None:
    table = grid("How they ended, where somebody said", "outcome", ">ours", ">the source's", "ours is")
    for one in outcomes.ways:
        usual = percent(one.usual, 0)
        table.add_row(cell(one.conclusion), estimate(one.share), *map(cell, (usual, one.beside)))
    show(console, table)
    if outcomes.unconcluded:
        held = outcomes.advances.of
        say(console, f"Of {outcomes.unconcluded:,} of {held:,} held contacts nobody said how they ended;")
        say(console, "the shares are of the others, and say little where only good news was told.")
    say(console, f"An advance, of all held: {rate(outcomes.advances)}.")


def _made(console: Console, report: ContactReport) -> None:
    purposes, steps, first = report.purposes, report.steps, report.first_visits
    said = f"; of {purposes.unknown} nobody said" if purposes.unknown else ""
    say(console, f"Purpose reached, where planned: {rate(purposes.reached)}{said}.")
    if steps.complete.of:
        table = grid("The eight steps, where told", "step", ">taken")
        for one in steps.steps:
            table.add_row(cell(one.step), estimate(one.kept))
        show(console, table)
        say(console, f"All eight: {rate(steps.complete)}.")
    if steps.unknown:
        say(console, f"Of {many(steps.unknown, 'held contact')} nobody said which of the eight steps were taken.")
    say(console, f"Visits: {_length(report.visits)}.")
    say(console, f"First visits: {_length(first.lengths)}.")
    shorter, longer = f"{first.shorter} shorter", f"{first.longer} longer"
    say(console, f"  {first.least} to {first.most} minutes: {rate(first.within)}; {shorter}, {longer}")
    if first.unsure:
        say(console, f"  {first.unsure} more may not have been the first: what was before is not known")


def _length(lengths: Lengths) -> str:
    middle = "" if lengths.median is None else f"median {lengths.median:g} minutes, "
    return f"{middle}{lengths.known} of known length, {lengths.unknown} of unknown"


def _presale(console: Console, report: ContactReport) -> None:
    if not any(one.held for one in report.presale):
        say(console, "No held contact is said to be part of a pre-sale step.")
        return
    table = grid("Pre-sale steps, and the deals that had them", "step", ">held", ">of all deals", ">of won", ">of lost")
    for one in report.presale:
        table.add_row(cell(one.activity), count(one.held), *map(estimate, (one.deals, one.won, one.lost)))
    show(console, table)


def _phases(console: Console, report: ContactReport) -> None:
    """Show what was asked and objected in each phase; nothing where nobody says that anything was."""
    if not any(one.questions or one.objections for one in report.phases):
        return
    say(console, "What was asked and objected, by how far the deals were")
    table = grid(None, "deal", "buyers weigh", ">held", "asked", "objected")
    for one in report.phases:
        asked, objected = (
            "\n".join(f"{name} {number}" for name, number in sorted(some.items()))
            for some in (one.questions, one.objections)
        )
        table.add_row(cell(one.phase), cell(one.weighed), count(one.held), cell(asked), cell(objected))
    show(console, table)


# What we owe


def show_promises(console: Console, promises: Promises, words: Mapping[tuple[UUID, str], str], names: Names) -> None:
    """Show how many promises were kept, and those that are due, the most pressing first."""
    open_ = f"{promises.overdue} overdue, {promises.ahead} due today or later, {promises.dateless} without a day"
    undated = f"; of {promises.undated} nobody knows" if promises.undated else ""
    say(console, f"\nPromises kept: {rate(promises.kept)}.")
    say(console, f"Kept in time: {rate(promises.in_time)}{undated}.")
    say(console, f"Promises open: {open_}.")
    if promises.due:
        table = grid(
            _title("Promises that are due", promises.due), "promised", "account", "who", "!due", ">days\nleft", "!by"
        )
        for one in promises.due[:SHOWN]:
            account = names(one.account) if one.account else None
            what = words[one.interaction, one.id]
            table.add_row(*map(cell, (what, account, one.who, one.due, one.days, cited(one.records))))
        show(console, table)


def _title(what: str, some: Sequence[object]) -> str:
    return f"{what}: the first {SHOWN} of {len(some)}" if len(some) > SHOWN else what


# Where it is silent


def show_silence(console: Console, silent: Sequence[Silence], names: Names) -> None:
    """Show how many open deals are silent for how long, and the most silent of them."""
    whole = quiet(silent)
    say(console, f"\nOpen deals: {whole.open}, {whole.never} of them without any contact.")
    for one in whole.silent:
        unknown = f"; of {one.unknown} unknown" if one.unknown else ""
        say(console, f"  silent for {one.days} days or more: {rate(one.share)}{unknown}")
    if whole.median is not None:
        say(console, f"  days of silence, median: {whole.median:g}")
    if silent:
        table = grid(_title("The most silent", silent), "deal", "!id", ">days", "!until", "!by")
        for it in silent[:SHOWN]:
            table.add_row(*map(cell, (names(it.deal), str(it.deal)[:8], _days(it), it.until, cited(it.records))))
        show(console, table)


def _days(one: Silence) -> str:
    if one.never:
        return "never"
    return f"{one.least}" if one.days is not None else f"{one.least} to {one.most}"


# Lots


def _lots(flow: DealFlow, lots: Mapping[str, ContactReport], by: ContactBy, as_of: AsOf, form: Form) -> None:
    ids = {name: UUID(name) for name in lots if name != UNKNOWN} if by is ContactBy.ACCOUNT else {}
    names = flow.names(ids.values())
    titled = {name: names(ids[name]) if name in ids else name for name in lots}
    ordered = sorted(lots, key=lambda name: (titled[name].casefold(), name))
    if form.json:
        show_json([{by: name, "name": titled[name], "report": plain(lots[name])} for name in ordered])
        return
    rows = [(titled[name], lots[name]) for name in ordered if lots[name].counts.total]
    if not rows:
        say(out(), "There are no contacts in question.")
        say(out(), clocks(as_of, flow.zone))
        return
    show_lots(out(), rows)
    say_insufficient(out(), (way.share for one in lots.values() for way in one.outcomes.ways), "concluded contacts")
    if by is ContactBy.OURS:
        say(out(), "A contact of several of ours is in the line of each.")
    say(out(), clocks(as_of, flow.zone))


ENDS = {
    Conclusion.ORDER: ">order",
    Conclusion.ADVANCE: ">ad-\nvance",
    Conclusion.CONTINUATION: ">contin-\nuation",
    Conclusion.NO_SALE: ">no\nsale",
}


def show_lots(console: Console, lots: Sequence[tuple[str, ContactReport]]) -> None:
    """Show each lot in one line: what became of its contacts, and how those ended that were held and concluded."""
    table = grid(None, "", ">held", ">tried", ">ahead", ">for-\ngotten", ">off", *ENDS.values())
    for name, one in lots:
        it = one.counts
        off = it.cancelled + it.missed_by_us + it.missed_by_them
        numbers = map(count, (it.held, it.attempted, it.ahead, it.forgotten, off))
        table.add_row(cell(name), *numbers, *(_short(way.share) for way in one.outcomes.ways))
    show(console, table)
    say(console, LEGEND)


LEGEND = """\
Tried: attempted in vain. Forgotten: planned for a day that is over, and nobody
said what became of it. Off: cancelled or missed. The ways to end are of those
held contacts of which somebody said it."""


def _short(share: Share) -> Text:
    if share.rate is None:
        return cell(f"{share.n} *\nof {share.of}" if share.of else None)
    return cell(f"{share.rate:.0%}\nof {share.of}")
