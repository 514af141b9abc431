"""Telling: all that the rows say, as facts in their order, with ids that make telling again harmless."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from types import MappingProxyType
from uuid import UUID

import attrs

from dealflow.conversation import Ask
from dealflow.domain.advancing import OpenDeal
from dealflow.domain.defining import DefinePlaybook
from dealflow.domain.playbook import Playbook, playbook_id
from dealflow.interchange.mapped.drafts import FIRST, Draft, Drafting
from dealflow.interchange.mapped.journeys import Begun, Journeys, stages_of
from dealflow.interchange.mapped.mapping import Spot
from dealflow.interchange.pipeline import Fact, Trouble, command_id
from dealflow.journal import Source, When

RANK = MappingProxyType({"account": 0, "stakeholder": 1, "deal": 2, "interaction": 3})
_DAWN = datetime.min.replace(tzinfo=UTC)


@attrs.frozen
class Told:
    """What all rows come to: the facts, what is wrong and whose stream it spoils, what was passed over."""

    facts: tuple[Fact, ...]
    spoilt: tuple[tuple[UUID, Trouble], ...]
    unsaid: Mapping[str, int]
    left_out: Mapping[str, int]


def tell_all(drafting: Drafting, playbook: Playbook | None, begun: Begun, by: str) -> Told:
    """Tell every row of every file; *begun* looks up how deals began that the journal knows."""
    drafts = _begun_once(drafting, [*drafting.drafts()])
    opened = {draft.owner.stream: draft for draft in drafts if isinstance(draft.command, OpenDeal)}
    if playbook is not None:
        staged = [*Journeys(drafting, stages_of(playbook), begun).drafts(opened)]
        journeys = {one.owner.stream for one in staged}
        drafts = [one for one in drafts if one.owner.stream not in journeys or not isinstance(one.command, OpenDeal)]
        drafts += staged
    drafts = _without_what_is_gone(drafting, drafts)
    facts = [*_facts(drafting, drafts, by)]
    if playbook is not None and any(isinstance(draft.command, OpenDeal) for draft in drafts):
        facts.append(_defined(drafting, playbook, facts, by))
    return Told(tuple(facts), tuple(drafting.spoilt), Counter(drafting.unsaid), Counter(drafting.left_out))


def _begun_once(drafting: Drafting, drafts: Sequence[Draft]) -> list[Draft]:
    """Keep one beginning of each stream: rows that differ in it are two things with one id.

    Where the source stamps its rows, the oldest one begins, and the later ones change what they can.
    """
    first: dict[tuple[UUID, type], Draft] = {}
    kept: list[Draft] = []
    for draft in sorted(drafts, key=_stamp) if any(draft.item.file.version for draft in drafts) else drafts:
        if not draft.begins:
            kept.append(draft)
            continue
        one = first.setdefault((draft.owner.stream, type(draft.command)), draft)
        if one is draft:
            kept.append(draft)
        elif (one.command, one.at) != (draft.command, draft.at) and _stamp(one) == _stamp(draft):
            drafting.spoil(draft.owner, _two_of_one(drafting, one, draft))
    return kept


def _stamp(draft: Draft) -> tuple[int, Decimal, str]:
    text = (draft.item.row.get(draft.item.file.version) if draft.item.file.version else None) or ""
    return (0, Decimal(text), "") if text.isdecimal() else (1, Decimal(0), text)


def _two_of_one(drafting: Drafting, one: Draft, other: Draft) -> Trouble:
    owner, here, there = one.owner, other.item.row, one.item.row
    differ = [
        f"{name} is {here.get(name)!r} here and {there.get(name)!r} there"
        for name in sorted({*here.cells, *there.cells})
        if here.get(name) != there.get(name) and here.file == there.file
    ]
    shown = drafting.cells.sources.shown(owner.file, owner.key)
    what = f"{shown} stands for two things, this {owner.noun} and that of {there.file}, line {there.line}"
    key = other.item.file.key[0] if other.item.file.key else None
    return here.trouble(f"{what}: {'; '.join(differ) or 'they differ'}; one id is one {owner.noun}", key)


def _without_what_is_gone(drafting: Drafting, drafts: list[Draft]) -> list[Draft]:
    """Leave out, to the last, what is about streams that do not begin since the mapping leaves out what they need."""
    gone, before = drafting.gone, -1
    if not gone:
        return drafts
    while len(gone) != before:
        before = len(gone)
        gone |= {one.owner.stream for one in drafts if one.begins and not gone.isdisjoint(one.needs)}
    left = [one for one in drafts if one.owner.stream in gone or not gone.isdisjoint(one.needs)]
    drafting.left_out.update(one.kind for one in left)
    return [one for one in drafts if one.owner.stream not in gone and gone.isdisjoint(one.needs)]


def _facts(drafting: Drafting, drafts: Iterable[Draft], by: str) -> Iterator[Fact]:
    drafts = [*drafts]
    births: dict[UUID, datetime] = {}
    for draft in drafts:
        if draft.begins:
            births[draft.owner.stream] = min(draft.at.start, births.get(draft.owner.stream, draft.at.start))
    latest: dict[tuple[UUID, str], datetime] = {}
    said: dict[str | None, Fact] = {}
    for number, draft in enumerate(drafts):
        stream = draft.owner.stream
        lane = (stream, _lane(draft))
        start = max(draft.at.start, births.get(stream, draft.at.start))
        if draft.command.life_cycle:
            start = latest[lane] = max(start, latest.get(lane, start))
        order = (start, RANK.get(draft.owner.noun, 0), not draft.begins, number)
        fact = Fact(_ask(drafting, draft, by), draft.place, order, draft.needs, once=_once(draft))
        known = said.setdefault(fact.ask.command_id, fact)
        if known is fact:
            yield fact
        elif known.ask != fact.ask:
            message = f"said otherwise in {known.place.file}, line {known.place.line}, and nothing tells which is newer"
            drafting.spoil(draft.owner, Trouble(fact.place, message))


def _lane(draft: Draft) -> str:
    """Steps of a life cycle that one row gives, or one history, keep the order they are given in."""
    if ".stages" in draft.kind or isinstance(draft.command, OpenDeal):
        return "stages"
    return f"{draft.item.row.file}:{draft.item.row.line}"


def _once(draft: Draft) -> bool:
    """A row without a key is another row once it says something else: that must not pass unseen."""
    return draft.at_export or (draft.version == FIRST and not draft.item.file.numbered)


def _ask(drafting: Drafting, draft: Draft, by: str) -> Ask:
    sources, owner = drafting.cells.sources, draft.owner
    key = sources.source_key(owner.file, owner.noun, owner.key)
    row = sources.source_key(draft.item.file.name, None, draft.key)
    kind = f"{draft.kind}/{row}" if row else draft.kind
    name = command_id(sources.mapping.system, sources.org, f"{owner.file}/{key}", kind, draft.version)
    return Ask(draft.command, by, owner.stream, draft.at, name, source=_source(drafting, key, draft))


def _source(drafting: Drafting, key: str, draft: Draft) -> Source:
    file = draft.item.file
    recorded = drafting.stamped(file.recorded_at, draft)
    author = drafting.stamped(file.recorded_by, draft)
    return Source(drafting.cells.sources.mapping.system, key, recorded.end if recorded else None, author)


def _defined(drafting: Drafting, playbook: Playbook, facts: Sequence[Fact], by: str) -> Fact:
    """Write the playbook down before the first deal, under its own key."""
    sources, on = drafting.cells.sources, playbook_id(playbook.key)
    first = min(fact.ask.at.start for fact in facts if isinstance(fact.ask.at, When))
    name = command_id(sources.mapping.system, sources.org, f"playbook/{playbook.key}", "DefinePlaybook", FIRST)
    command = DefinePlaybook(playbook.key, playbook.name, playbook.milestones(), playbook.ends)
    source = Source(sources.mapping.system, f"playbook:{playbook.key}")
    ask = Ask(command, by, on, When(first, first), name, source=source)
    return Fact(ask, Spot(sources.mapping.where, key="playbook"), (_DAWN, -1, False, 0), once=True)
