"""Signals in what others offer: who meets what they buy by, whose price is lower, who is better."""

from collections.abc import Collection, Sequence

from dealflow.domain.objection import ObjectionTopic
from dealflow.domain.rivalry import RivalMove
from dealflow.projections.accounts import Sighting
from dealflow.projections.churn.judging import ChurnPolicy, Sign
from dealflow.projections.criteria_watch import CriteriaState, criteria_state, worst
from dealflow.projections.look import many, positions
from dealflow.projections.relation import Lasting, Relation
from dealflow.projections.warnings.judging import Severity, WarningState

UP, CLEAR, UNKNOWN = WarningState.UP, WarningState.CLEAR, WarningState.UNKNOWN
BETTER = frozenset({RivalMove.BETTER_PRODUCT, RivalMove.BETTER_SERVICE, RivalMove.BRIBERY_SUSPECTED})
OURS = {
    True: "we meet what they buy by",
    False: "we do not meet what they buy by",
    None: "nobody knows whether we meet what they buy by",
}
NOBODY_SEEN = Sign(UNKNOWN, "no competitor was ever seen there")


def criteria_slipping(relation: Relation, _policy: ChurnPolicy) -> Sign:
    """By the last assessment a rival meets what they buy by, or we do not (domain.md §7).

    Safe (clear): we do, and each rival that was assessed does not. Alarm (a danger): a rival does, and
    we do not. Whatever else is known of one side is to be watched. Unknown before any assessment,
    where no rival was assessed or one of them is unknown, and where we are.
    """
    if not relation.criteria:
        return Sign(UNKNOWN, "nobody assessed who meets what they buy by")
    last = relation.criteria[-1]
    meets = [name for name, does in last.value.rivals if does]
    unclear = [name for name, does in last.value.rivals if does is None]
    text = OURS[last.value.we_meet]
    text += f"; of {many(len(last.value.rivals), 'competitor')} {len(meets)} {'does' if len(meets) == 1 else 'do'}"
    text += f": {', '.join(meets)}" if meets else ""
    text += f", of {len(unclear)} nobody knows" if unclear else ""
    state = worst(criteria_state(last.value.we_meet, does) for _, does in last.value.rivals)
    if meets or last.value.we_meet is False:
        severity = Severity.DANGER if state is CriteriaState.ALARM else Severity.WATCH
        return Sign(UP, text, (last.record,), severity=severity)
    return Sign(CLEAR if state is CriteriaState.SAFE else UNKNOWN, text, (last.record,))


def price_objection_open(relation: Relation, _policy: ChurnPolicy) -> Sign:
    """An objection about the price is not settled, whatever contact it was raised in; unknown while no contact is
    recorded.
    """
    if not relation.contacts and not relation.objections:
        return Sign(UNKNOWN, "no contact is recorded")
    about = [one for one in relation.objections if one.value.topic is ObjectionTopic.PRICE]
    opened = [one for one in about if one.stands]
    if not opened:
        met = [one for one in relation.contacts if one.stands]
        records = positions(*(one.records for one in (about[-1:] or met[-1:])))
        return Sign(CLEAR, "no objection about the price is open", records)
    text = f"{many(len(opened), 'objection')} about the price open, the first since {relation.day(opened[0].since)}"
    return Sign(UP, text, positions(one.record for one in opened))


def rival_price_lower(relation: Relation, _policy: ChurnPolicy) -> Sign:
    """A competitor who is not gone was seen with a lower price; unknown while none was ever seen there."""
    return _about(relation, {RivalMove.LOWER_PRICE}, "with a lower price")


def rival_better(relation: Relation, _policy: ChurnPolicy) -> Sign:
    """A competitor who is not gone was seen with a better product or service, or is suspected of bribery (a danger);
    unknown likewise.
    """
    return _about(relation, BETTER, "who is better, or suspected of bribery,")


def _about(relation: Relation, moves: Collection[RivalMove], who: str) -> Sign:
    if not relation.rivals:
        return NOBODY_SEEN
    seen = [one for one in relation.rivals if one.value.move in moves]
    about = [one for one in seen if one.stands]
    if not about:
        gone = seen[-1].records if seen else (relation.rivals[-1].record,)
        return Sign(CLEAR, f"no competitor {who} is about", gone)
    grave = any(one.value.move is RivalMove.BRIBERY_SUSPECTED for one in about)
    severity = Severity.DANGER if grave else Severity.WATCH
    return Sign(UP, _told(relation, about), positions(one.record for one in about), severity=severity)


def _told(relation: Relation, about: Sequence[Lasting[Sighting]]) -> str:
    return "; ".join(
        f"{one.value.competitor}: {str(one.value.move).replace('-', ' ')} since {relation.day(one.since)}"
        for one in about
    )
