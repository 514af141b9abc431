"""Options of the verbs that judge accounts: on which terms a relationship stands where, and how high ours stand."""

from collections.abc import Sequence
from types import MappingProxyType
from typing import Annotated, Any

import attrs
from cyclopts import Parameter
from cyclopts.validators import Number

from dealflow.domain.stakeholder import JobLevel
from dealflow.projections.conditions import RELATIONSHIP, RelationshipPolicy


def read_level(text: str) -> tuple[str, JobLevel]:
    """Read how high one of ours stands, `li.wei=director`; raises `ValueError` saying what is expected."""
    name, _, level = text.rpartition("=")
    if not name or level not in {*JobLevel}:
        levels = ", ".join(JobLevel)
        message = f"{text!r} is not NAME=LEVEL: write it as li.wei=director; a level is one of {levels}"
        raise ValueError(message)
    return name, JobLevel(level)


def a_level(_type: Any, texts: Sequence[str]) -> None:
    """See to it that levels can be read, each of ours standing on one."""
    names = [read_level(text)[0] for text in texts]
    for name in names:
        if names.count(name) > 1:
            message = f"{name} has two levels: give one"
            raise ValueError(message)


@Parameter(name="*")
@attrs.frozen(kw_only=True)
class Terms:
    """On which terms accounts are judged."""

    share: Annotated[
        float, Parameter(validator=Number(gte=0, lte=1), help="From which share of wallet on we are the main supplier.")
    ] = RELATIONSHIP.share
    grace: Annotated[
        int,
        Parameter(validator=Number(gte=0), help="After how many days without its conditions a stage is lost."),
    ] = RELATIONSHIP.grace
    lapse: Annotated[
        int, Parameter(validator=Number(gte=0), help="After how many days without a purchase it is terminated.")
    ] = RELATIONSHIP.lapse
    ours: Annotated[
        Sequence[str],
        Parameter(
            validator=a_level,
            negative="",
            show_default=False,
            help=f"How high one of ours stands: NAME=LEVEL, one of {', '.join(JobLevel)}. May be repeated. "
            "[default: unknown]",
        ),
    ] = ()

    @property
    def policy(self) -> RelationshipPolicy:
        """The terms as questions take them."""
        ours = MappingProxyType(dict(map(read_level, self.ours)))
        return RelationshipPolicy(share=self.share, grace=self.grace, lapse=self.lapse, ours=ours)


AS_USUAL = Terms()
