"""The verb about relationships: at which stage we stand with every account, what holds it, what leads on."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from uuid import UUID

import attrs
from rich.console import Console
from rich.table import Table

from dealflow.cli.options import DEFAULT, NOW, TABLE, AsOf, Form, Where
from dealflow.cli.output import out, show_json
from dealflow.cli.tables import NARROW, NOTHING, WHOLE, cell, cited, clocks, grid, say, show, words
from dealflow.cli.terms import AS_USUAL, Terms
from dealflow.domain.gate import Answer
from dealflow.plain import plain
from dealflow.projections.bond import Bond, bond
from dealflow.projections.conditions import STAGES, RelationshipPolicy, RelationshipStage
from dealflow.projections.coverage_ladder import CoverageLadder, CoverageLine, RungState, coverage_ladder
from dealflow.projections.look import many
from dealflow.projections.relation import Relation
from dealflow.projections.relationship import Relationship, is_buyer, relationship
from dealflow.projections.rhythm import Rhythm
from dealflow.projections.thresholds import Part
from dealflow.replay.telling.words import Names, listed

NEAREST_FIRST = (*reversed(STAGES), RelationshipStage.TERMINATED)


@attrs.frozen
class Kept:
    """An account in question: at which stage we stand with it, who faces whom, and what holds it."""

    relation: Relation
    relationship: Relationship
    coverage: CoverageLadder
    bond: Bond


def kept(relation: Relation, policy: RelationshipPolicy) -> Kept:
    """Ask of an account what is shown of it."""
    asked = relationship(relation, policy), coverage_ladder(relation, policy), bond(relation, policy)
    return Kept(relation, *asked)


def relationships(
    *,
    terms: Terms = AS_USUAL,
    where: Where = DEFAULT,
    as_of: AsOf = NOW,
    form: Form = TABLE,
) -> None:
    """List every account that buys, or is meant to: stage, last purchase, bond, coverage, what is missing next."""
    with where.reading() as flow:
        found = [one for one in flow.relations(**as_of.clocks).values() if is_buyer(one)]
        names = flow.names(one.account for one in found)
        answers = sorted((kept(one, terms.policy) for one in found), key=lambda one: _order(one.relationship, names))
        if form.json:
            show_json([as_json(one, names) for one in answers])
        else:
            show_relationships(out(), answers, names)
            say(out(), clocks(as_of, flow.zone))


def _order(one: Relationship, names: Names) -> tuple[date, int, date, str]:
    """About to lose their stage first, soonest first; then from the furthest stage down, the longest there first."""
    return one.lost_on or date.max, NEAREST_FIRST.index(one.stage), one.since, names(one.account)


def as_json(one: Kept, names: Names) -> dict[str, object]:
    """Return an account for JSON: the fields of its relationship, its name, its coverage and its bond."""
    more = {"account_name": names(one.relationship.account), "coverage": plain(one.coverage), "bond": plain(one.bond)}
    return {**plain(one.relationship), **more}


def show_relationships(console: Console, answers: Sequence[Kept], names: Names) -> None:
    """Show each account in one line, or in two where the terminal is narrow."""
    if not console.is_terminal:
        console.width = WHOLE
    narrow = console.width < NARROW
    table = grid(None, *(NARROW_HEADS if narrow else HEADS))
    for one in answers:
        table.add_row(*map(cell, _narrow(one, names) if narrow else _line(one, names)))
    show(console, table)
    say(console, LEGEND)
    stages = Counter(one.relationship.stage for one in answers)
    counts = listed([f"{stages[one]} {one}" for one in NEAREST_FIRST if stages[one]])
    say(console, f"{len(answers)} accounts{f': {counts}' if counts else ''}.")


HEADS = (
    "!id",
    "account",
    "!stage",
    "!since",
    ">days",
    "!last bought",
    ">ago",
    ">usual",
    "bond",
    "!faced",
    "missing",
    "!lost on",
)
NARROW_HEADS = (
    "account\nid",
    "!stage\nlost on",
    "!since\ndays",
    "!last bought\nago / usual",
    "bond\nfaced",
    "missing",
)
LEGEND = """\
Usual: the median days between purchases. Faced: how many levels of theirs are,
of those on which anybody is known. Missing: conditions of the next stage, or of
the last one itself. ? is unknown; a bond marked so may be stronger.
First what is lost soonest, then the furthest stage, and who is there longest."""


def _line(one: Kept, names: Names) -> Sequence[object]:
    it, bought = one.relationship, one.relationship.bought
    named = (str(it.account)[:8], _called(it, names), it.stage, it.since, _days(it))
    buys = (bought.last, bought.silent, _usual(bought))
    lacks = missing(it.missing or it.slipping)
    return *named, *buys, _bond(one.bond), _faced(one.coverage), lacks, it.lost_on


def _narrow(one: Kept, names: Names) -> Sequence[object]:
    id_, name, stage, since, days, last, ago, usual, held, faced, lacks, lost = map(words, _line(one, names))
    lost = lost if one.relationship.lost_on else ""
    rhythm = f"{ago} / {usual}" if last != NOTHING else ""
    return f"{name}\n{id_}", f"{stage}\n{lost}", f"{since}\n{days}", f"{last}\n{rhythm}", f"{held}\n{faced}", lacks


def _called(one: Relationship, names: Names) -> str:
    return f"{names(one.account)}{f' (followed until {one.at})' if one.unfollowed else ''}"


def _days(one: Relationship) -> int:
    return (one.at - one.since).days


def _usual(bought: Rhythm) -> str | None:
    return None if bought.usual is None else f"{bought.usual:g}"


def _bond(held: Bond) -> str | None:
    return held.level and f"{held.level}{'' if held.level is held.possible else ' ?'}"


def _faced(coverage: CoverageLadder) -> str | None:
    """Count the levels that are faced; a question mark where nothing tells."""
    faced = "?" if any(one.state is RungState.UNKNOWN for one in coverage.known) else len(coverage.faced)
    return f"{faced} of {len(coverage.known)}" if coverage.known else None


def missing(parts: Iterable[Part]) -> str:
    """Name conditions that are not met; of those with a question mark nobody knows."""
    return listed([f"{one.name}{' ?' if one.answer is Answer.UNKNOWN else ''}" for one in parts])


# One account in full


def people(answer: Kept) -> Iterator[UUID]:
    """Return who of theirs is named when an account is shown in full."""
    for rung in (*answer.coverage.rungs, answer.coverage.unplaced):
        yield from rung.people
    for part in answer.bond.parts:
        yield from part.people


def show_relationship(console: Console, answer: Kept, names: Names) -> None:
    """Show the stage and how it was come by, what leads on and what slips, the work, who faces whom, what holds it."""
    it = answer.relationship
    say(console, f"RELATIONSHIP on {it.at}: {it.stage} since {it.since}, {_days(it)} days.")
    for line in _about(it, answer.relation):
        say(console, line)
    show(console, _transitions(it))
    say(console, f"Days at each stage: {listed([f'{stage} {days}' for stage, days in it.days.items()])}.")
    if it.next is not None:
        show(console, _conditions(f"Towards {it.next}", it.towards, names))
    show(console, _work(it))
    say(console, f"\nCOVERAGE: {_extent(answer.coverage)}.")
    show(console, _ladder(answer.coverage, names))
    for far in _far(answer.coverage, names):
        say(console, far)
    say(console, f"\nBOND: {_bond(answer.bond) or 'none'}; {'; '.join(answer.bond.reasons)}.")
    if answer.bond.parts:
        show(console, _conditions("What could hold it", answer.bond.parts, names))


def _about(it: Relationship, relation: Relation) -> Iterator[str]:
    if it.lost_on is not None:
        not_so = "; ".join(f"{one.name}: {one.text}" for one in it.slipping)
        yield f"It slips ({not_so}), and is lost on {it.lost_on} unless that is so again before."
    bought = it.bought
    usual = f"; usually every {bought.usual:g} days" if bought.usual is not None else ""
    if bought.last is None:
        yield "Nothing was bought."
    else:
        yield f"Bought on {many(len(bought.days), 'day')}, last on {bought.last}, {bought.silent} days ago{usual}."
    if it.known_from is not None:
        yield f"What was before {relation.day(it.known_from)} was not kept: it may stand further than is known."
    if it.unfollowed:
        yield f"Nobody watched it after {it.at}: what came later is unknown."


def _transitions(it: Relationship) -> Table:
    table = grid("How it came there", "why", "!day", "!stage", "!how", "records")
    for one in it.transitions:
        hands = {None: "", True: " (controllable)", False: " (beyond our control)"}[one.controllable]
        table.add_row(*map(cell, (f"{one.text}{hands}", one.on, one.reached, one.passage, cited(one.records))))
    return table


def _conditions(title: str, parts: Iterable[Part], names: Names) -> Table:
    table = grid(title, "condition", "!", "what was found", "records")
    for one in parts:
        who = names.all(one.people)
        found = f"{one.text}{f' ({who})' if who else ''}"
        table.add_row(*map(cell, (one.name, one.answer, found, cited(one.records))))
    return table


def _work(it: Relationship) -> Table:
    table = grid("The work", it.work.goal)
    for task in it.work.tasks:
        table.add_row(cell(task))
    return table


def _extent(coverage: CoverageLadder) -> str:
    peers = Counter(one.peer for one in coverage.known)
    unknown = f" (of {peers[Answer.UNKNOWN]} unknown)" if peers[Answer.UNKNOWN] else ""
    unplaced = len(coverage.unplaced.people)
    apart = f"; {many(unplaced, 'person', 'people')} of unknown level" if unplaced else ""
    faced = f"levels faced: {_faced(coverage) or 'none known'}, by a peer: {peers[Answer.MET]}{unknown}"
    return f"{coverage.extent or 'unknown'}; {faced}{apart}"


def _ladder(coverage: CoverageLadder, names: Names) -> Table:
    table = grid(None, "level", "theirs", "faced by", "records")
    for rung in (*coverage.rungs, *([coverage.unplaced] if coverage.unplaced.people else [])):
        level = f"{rung.level or 'unknown level'}\n{rung.state}"
        theirs = "\n".join(names(one) for one in rung.people)
        faces = "\n".join(_face(line, names, named=len(rung.people) > 1) for line in rung.lines)
        table.add_row(*map(cell, (level, theirs, faces, cited(rung.records))))
    return table


def _face(line: CoverageLine, names: Names, *, named: bool) -> str:
    how = [*(["counterpart"] if line.assigned else []), *([f"met {line.met}"] if line.met else [])]
    whom = f"{names(line.theirs)}: " if named else ""
    return f"{whom}{line.ours or 'somebody'}, {line.level or 'level unknown'} ({listed(how)})"


def _far(coverage: CoverageLadder, names: Names) -> Iterator[str]:
    for rung in coverage.rungs:
        for person in rung.far:
            by = listed([f"{one.ours} ({one.level})" for one in rung.lines if one.theirs == person])
            yield f"{names(person)} ({rung.level}) is faced only from far: {by}."
