"""Signals: every one of domain.md §9; an application adds rows of its own."""

from dealflow.domain.account import Purchased, PurchasesComeFrom
from dealflow.domain.deal import DealWon
from dealflow.domain.interaction import InteractionHeld
from dealflow.projections.churn import buying
from dealflow.projections.churn.judging import Signal
from dealflow.projections.conditions import Reason

SIGNALS: tuple[Signal, ...] = (
    Signal(
        "purchases-overdue",
        None,
        controllable=True,
        clears="they buy again",
        to_do="ask the users and the buyer why nothing was ordered, before somebody else supplies it",
        find=buying.purchases_overdue,
        cleared_by=(Purchased, DealWon, PurchasesComeFrom),
        answered_by=(InteractionHeld,),
        rests_on=frozenset({Reason.LAPSED}),
    ),
)
"""Every signal, in the order in which they are shown."""
