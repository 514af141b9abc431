"""Testing: made-up journals of any size with a known truth, for sandboxes, tests and measurements.

    clock = Clock()
    flow = DealFlow.open("memory:", clock=clock)
    fill(flow, clock, simulate(Market(deals=300), seed=1))

Everything follows from the market and the seed; nothing here is needed to run an application.
"""

from dealflow.testing.clientele import FORETELLING, TROUBLES, Customers, Spells, Trouble
from dealflow.testing.company import Company, Person
from dealflow.testing.evenings import Evening, MadeUp
from dealflow.testing.filling import Clock, fill
from dealflow.testing.life import Life, StageTruth, Turn
from dealflow.testing.market import (
    COURSE,
    DEALS_ONLY,
    FAULTLESS,
    FIVE_STEPS,
    Course,
    Detail,
    Fare,
    Market,
    Worth,
    Writing,
)
from dealflow.testing.population import Population, customers
from dealflow.testing.relationship import CustomerTruth, Parting, Stretch
from dealflow.testing.simulation import Simulation, simulate

__all__ = [
    "COURSE",
    "DEALS_ONLY",
    "FAULTLESS",
    "FIVE_STEPS",
    "FORETELLING",
    "TROUBLES",
    "Clock",
    "Company",
    "Course",
    "CustomerTruth",
    "Customers",
    "Detail",
    "Evening",
    "Fare",
    "Life",
    "MadeUp",
    "Market",
    "Parting",
    "Person",
    "Population",
    "Simulation",
    "Spells",
    "StageTruth",
    "Stretch",
    "Trouble",
    "Turn",
    "Worth",
    "Writing",
    "customers",
    "fill",
    "simulate",
]
