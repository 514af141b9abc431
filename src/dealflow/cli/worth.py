"""The verb that weighs a deal: is it worth it to the customer, how pressing is it, is it worth it to us."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import assert_never
from uuid import UUID

import attrs
from rich.console import Console
from rich.table import Table

from dealflow.cli.asking import ADeal, stood
from dealflow.cli.options import DEFAULT, NOW, TABLE, AsOf, Form, Where
from dealflow.cli.output import out, show_json
from dealflow.cli.slicing import AtRates, InCurrency, rates_of
from dealflow.cli.tables import cell, clocks, grid, say, show
from dealflow.domain.deal import DealPriced, DealValued
from dealflow.domain.interaction import InteractionHeld
from dealflow.domain.purchase import Favours, ProblemQuantified, ProblemWithdrawn
from dealflow.domain.qualification import YesNo
from dealflow.domain.worth import Balance, ValuePolicy
from dealflow.money import Money
from dealflow.projections.needs import Ladder, NeedLadder, need_ladder
from dealflow.projections.qualification import Change, Qualification, Screened, Tally, qualification
from dealflow.projections.situation import Situation
from dealflow.projections.value import ValueEquation, ValueMove, value_equation
from dealflow.replay.telling.words import Names, because, listed, said

LAST = 4  # contacts named in a line, the others counted
MARKS = {Favours.US: " +", Favours.RIVAL: " -", Favours.NEITHER: "", None: ""}


def worth(
    deal: ADeal,
    /,
    *,
    currency: InCurrency = None,
    rate: AtRates = (),
    where: Where = DEFAULT,
    as_of: AsOf = NOW,
    form: Form = TABLE,
) -> None:
    """Weigh a deal: the customer's problems against our price, how pressing their needs are, how each side stands."""
    policy = ValuePolicy(rates_of(currency, rate))
    with where.reading() as flow:
        situation, state = stood(flow, deal, as_of)
        value, needs, asked = value_equation(situation, policy), need_ladder(situation), qualification(situation)
        if form.json:
            show_json({"value": value, "needs": needs, "qualification": asked})
            return
        names = flow.names(situation.states)
        say(out(), f"{state.title} · {names(state.account)} · deal {situation.id}")
        show_value(out(), value, situation, names)
        show_needs(out(), needs, situation, names)
        show_qualification(out(), asked)
        say(out(), "")
        say(out(), clocks(as_of, flow.zone))


# The value equation


def show_value(console: Console, value: ValueEquation, situation: Situation, names: Names) -> None:
    """Show how problems and price weigh, what moved them, and the contacts that moved nothing."""
    say(console, f"\nVALUE EQUATION: {_verdict(value.now.balance)}")
    if value.now.price is None and value.now.valued is not None:
        say(console, f"It may be worth {value.now.valued.value} to us; that is not its price.")
    if value.moves:
        table = grid(None, "!day", "what moved it", "from", ">problems", ">balance")
        for move in value.moves:
            contacts = _contacts(move.contacts, situation) + ("" if move.named or not move.contacts else "?")
            after = (_sums(move.after.cost), move.after.surplus)
            table.add_row(*map(cell, (move.day, _moved(move, names), contacts, *after)))
        show(console, table)
        say(console, "From: the contact that the record names; with a question mark, what was held on its day.")
    idle = [one.interaction for one in value.contacts if not one.moves and not one.beside]
    more = f"{len(idle) - LAST} earlier, " if len(idle) > LAST else ""
    say(console, f"Held contacts that moved nothing: {more}{_contacts(idle[-LAST:], situation) or 'none'}.")
    for one in value.voiced:
        says = f" by {names(one.by)}" if one.by else ""
        say(console, f"Voiced on {one.day}{says}: {names.text(one.text)}")


def _verdict(balance: Balance) -> str:
    """Say how the two sides weigh."""
    cost = f"{balance.verdict}. Problems of {_sums(balance.cost) or '0'}"
    if balance.price is None:
        return f"{cost}; there is no price."
    against = f"{cost} against a price of {balance.price}"
    if balance.surplus is None:
        return f"{against}; {listed(balance.unweighed)} not weighed for want of a rate (--in, --rate)."
    apart = attrs.evolve(balance.surplus, amount=abs(balance.surplus.amount))
    return f"{against}: {apart} {'below' if balance.surplus.amount < 0 else 'above'} it."


def _sums(sums: Mapping[str, Decimal]) -> str:
    return " and ".join(str(Money(amount, currency)) for currency, amount in sums.items())


def _moved(move: ValueMove, names: Names) -> str:
    match move.event:
        case ProblemQuantified(problem=problem, cost=cost):
            return f"{problem}: {cost}{said(move.says, names)}"
        case ProblemWithdrawn(reason=reason):
            return f"withdrawn: {move.problem.problem if move.problem else move.event.ref} ({reason})"
        case DealPriced(amount=amount) | DealValued(amount=amount):
            return f"price: {amount}"
        case _:
            assert_never(move.event)


def _contacts(contacts: Iterable[UUID], situation: Situation) -> str:
    return listed([_contact(one, situation) for one in contacts])


def _contact(contact: UUID, situation: Situation) -> str:
    """Name a contact by how and when it was held, or was to be."""
    held = next(
        (one for one in situation.history if one.stream == contact and isinstance(one.event, InteractionHeld)), None
    )
    day = f" of {situation.horizon.day(held.occurred_to)}" if held else ""
    return f"{situation.states[contact].channel}{day}"


# The need ladder


def show_needs(console: Console, needs: NeedLadder, situation: Situation, names: Names) -> None:
    """Show every need with its steps and the question before each, and what was asked in each contact."""
    say(console, f"\nNEEDS: {_counted(needs)}")
    if needs.people:
        table = grid(None, "person", "need", "!day", "step", "moved by", "asked before")
        for person in needs.people:
            who = f"{names(person.person)}{' (left)' if person.left else ''}"
            for ladder in person.needs:
                for row in _ladder(ladder):
                    table.add_row(*map(cell, (who, *row)))
                    who = " "
        show(console, table)
        say(console, "Moved by: as the record says. Asked before: the last question on record; ≠ where they differ.")
    asked = [one for one in needs.contacts if one.asked]
    if asked:
        table = grid(None, "!day", "contact", "questions in order")
        for contact in asked:
            how = situation.states[contact.interaction].channel
            table.add_row(*map(cell, (contact.day, how, listed([one.kind for one in contact.asked]))))
        show(console, table)
    say(console, f"Held contacts without a question on record: {len(needs.contacts) - len(asked)}.")


def _counted(needs: NeedLadder) -> str:
    number = sum(len(one.needs) for one in needs.people)
    asked = listed([f"{count} {kind}" for kind, count in needs.counts.items()])
    return f"{number or 'none'} known. Questions on record: {asked}."


def _ladder(ladder: Ladder) -> Iterator[tuple[object, ...]]:
    kind = "business" if ladder.of_the_business else "personal"
    need = f"{ladder.need.kind} ({kind}, {'explicit' if ladder.need.explicit else 'hidden'})"
    yield need, ladder.day, "uncovered", " ", " "
    for step in ladder.steps:
        differ = " ≠" if step.agree is False else ""
        before = f"{step.asked.kind}, {step.asked.day}{differ}" if step.asked else None
        yield " ", step.day, f"{step.climb}: {step.reached}", step.said, before


# Qualification


def show_qualification(console: Console, asked: Qualification) -> None:
    """Show how account and deal were screened, and how each side stands on the questions of the list."""
    screened = [*(("account", one) for one in asked.account), *(("deal", one) for one in asked.deal)]
    last = screened[-1][1] if screened else None
    say(console, f"\nQUALIFICATION: {_pursuit(last)}")
    if screened:
        table = grid(None, "!day", "asked of", "verdict", "answered otherwise than before")
        for whom, one in sorted(screened, key=lambda pair: pair[1].day):
            verdict = f"{one.verdict}{because(one.reason)}"
            table.add_row(*map(cell, (one.day, whom, verdict, _changes(one.changes))))
        show(console, table)
    if asked.us.history or any(one.history for one in asked.rivals.values()):
        show(console, _sides(asked))
        say(console, "+ speaks for us, - for the rival. A rival in brackets has left the deal.")
        show(console, _assessments(asked))
    else:
        say(console, "No side was assessed yet.")


def _pursuit(last: Screened | None) -> str:
    if last is None:
        return "nobody has asked the screening and risk questions."
    answers = {**attrs.asdict(last.screening), **attrs.asdict(last.risk)}
    unknown = listed([_spelt(key) for key, answer in answers.items() if answer is YesNo.UNKNOWN])
    return f"{last.verdict}{because(last.reason)}. Still unknown: {unknown or 'nothing'}."


def _changes(changes: Iterable[Change]) -> str:
    """Put together what is answered alike now, and was before."""
    alike: dict[str, list[str]] = {}
    for one in changes:
        was = "" if one.before is YesNo.UNKNOWN else f" (was {one.before})"
        alike.setdefault(f"{one.after}{was}", []).append(_spelt(one.question))
    return "\n".join(f"{answer}: {listed(questions)}" for answer, questions in alike.items())


def _spelt(field: str) -> str:
    return field.replace("_", " ")


def _sides(asked: Qualification) -> Table:
    rivals = asked.rivals.items()
    table = grid("How each side stands", "question", "us", *(who if one.present else f"({who})" for who, one in rivals))
    group = None
    for one in asked.questions:
        if one.question.group is not group:
            group = one.question.group
            table.add_row(cell(group.capitalize() if group else " "))
        against = (f"{rival.answer}{MARKS[rival.favours]}" for rival in one.rivals.values())
        table.add_row(*map(cell, (f"  {one.question.key}", one.us, *against)))
    sides = (asked.us, *asked.rivals.values())
    beside = dict.fromkeys(one.question for side in sides for one in side.answers if not one.listed)
    if beside:
        table.add_row(cell("Asked beside the list"))
    for question in beside:
        table.add_row(*map(cell, (f"  {question}", *(side.says(question) for side in sides))))
    table.add_section()
    table.add_row(*map(cell, ("yes / no / unknown", *(_tally(side.tally) for side in sides))))
    return table


def _tally(tally: Tally) -> str:
    return f"{tally.yes} / {tally.no} / {tally.unknown}"


def _assessments(asked: Qualification) -> Table:
    table = grid("When they were assessed", "!day", "side", "yes / no / unknown", "answered otherwise than before")
    sides = {"us": asked.us, **asked.rivals}
    told = [(one, side) for side, who in sides.items() for one in who.history]
    for one, side in sorted(told, key=lambda pair: pair[0].day):
        table.add_row(*map(cell, (one.day, side, _tally(one.tally), _changes(one.changes))))
    return table
