"""Telling: one sentence for every record, in the words of selling."""

from typing import cast, get_args

from dealflow.domain.account import AccountEvent
from dealflow.domain.deal import DealEvent
from dealflow.domain.interaction import InteractionEvent
from dealflow.domain.noun import AnyNoun, Corrected, HistoryUnknown, MergedInto, Noted, ObservationEnded
from dealflow.domain.playbook import PlaybookDefined, PlaybookEvent, PlaybookRetired, PlaybookRevised
from dealflow.domain.stakeholder import StakeholderEvent
from dealflow.journal import Record
from dealflow.replay.telling import account, deal, interaction, stakeholder
from dealflow.replay.telling.words import Names, because, listed

_ACCOUNT, _DEAL = get_args(AccountEvent), get_args(DealEvent)
_CONTACT, _PERSON = get_args(InteractionEvent), get_args(StakeholderEvent)


def sentence(record: Record, names: Names) -> str:
    """Say in one sentence what the record holds; people and deals by their names."""
    event = record.event
    if isinstance(event, AnyNoun):
        return _any(event, names)
    if isinstance(event, _DEAL):
        return deal.tell(cast("DealEvent", event), names)
    if isinstance(event, _PERSON):
        return stakeholder.tell(cast("StakeholderEvent", event), record.stream, names)
    if isinstance(event, _CONTACT):
        return interaction.tell(cast("InteractionEvent", event), names)
    if isinstance(event, _ACCOUNT):
        return account.tell(cast("AccountEvent", event), names)
    return _playbook(event)


def _any(event: AnyNoun, names: Names) -> str:
    match event:
        case Corrected():
            what = "removed" if event.replacement is None else "corrected"
            return f"Record {event.version} was {what}{because(event.reason)}."
        case Noted():
            return f"{event.kind}: {listed([f'{name} {value}' for name, value in event.data])}."
        case MergedInto():
            return f"Merged into {names(event.other)}{because(event.reason)}."
        case HistoryUnknown():
            return f"What happened before {event.until.date()} is not known."
        case ObservationEnded():
            return "Not watched any more from here on: what came later is unknown."


def _playbook(event: PlaybookEvent) -> str:
    match event:
        case PlaybookDefined():
            return f"Playbook {event.name} was defined: {listed([one.key for one in event.milestones])}."
        case PlaybookRevised():
            return f"The playbook was revised: {listed([one.key for one in event.milestones])}{because(event.reason)}."
        case PlaybookRetired():
            return f"The playbook was retired{because(event.reason)}."
