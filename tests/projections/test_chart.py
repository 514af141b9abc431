"""A committee drawn as a Mermaid flowchart: nothing that people are called breaks it."""

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dealflow as df
from dealflow.projections.chart import escaped, mermaid
from tests.projections.knowing import Sale, sale


@pytest.fixture
def here() -> Iterator[Sale]:
    sold = sale()
    yield sold
    sold.flow.close()


def drawn(here: Sale) -> list[str]:
    committee = here.flow.committee(here.deal)
    people = {one for line in (*committee.reporting, *committee.influencing) for one in (line.person, line.other)}
    names = here.flow.names({*people, *(one.id for one in committee.members)})
    return [line.strip() for line in mermaid(committee, names).splitlines()]


def test_people_are_boxes_and_their_lines_solid_or_dashed(here: Sale) -> None:
    board = here.person("The board")
    wang = here.person(
        "COO Wang",
        df.IdentifyRole(df.Role.ECONOMIC),
        df.RateInfluence(df.Influence.HIGH),
        df.ChangeStance(df.Stance.NEUTRAL),
        df.SetManager(board),
    )
    zhao = here.person(
        "Zhao",
        df.IdentifyRole(df.Role.USER),
        df.IdentifyRole(df.Role.COACH),
        df.ChangeStance(df.Stance.SUPPORT),
        df.NoteInfluence(wang, df.Influence.LOW),
        df.NoteInfluence(board),
    )
    here.person("Lu", df.IdentifyRole(df.Role.TECHNICAL), df.ChangeStance(df.Stance.OPPOSE))
    here.person("Xu", df.RateInfluence(df.Influence.MEDIUM, here.deal))
    here.say(here.person("Gone", df.IdentifyRole(df.Role.USER)), df.RecordDeparture(), at=1)
    here.meet(zhao, at=360)
    assert drawn(here)[:-4] == [
        "flowchart BT",
        'p1["COO Wang<br/>E · influence H · support 0 · contact N"]:::neutral',
        'p2["Zhao<br/>CU · influence ? · support + · contact L"]:::support',
        'p3["Lu<br/>T · influence ? · support - · contact N"]:::oppose',
        'p4["Xu<br/>? · influence M · support ? · contact N"]:::unknown',
        'p5["The board"]',
        "p1 --> p5",
        "p2 -.->|low| p1",
        "p2 -.-> p5",
    ]
    assert all(line.startswith("classDef ") for line in drawn(here)[-4:])


def test_a_deal_without_anybody_is_drawn_empty(here: Sale) -> None:
    assert drawn(here)[0] == "flowchart BT"
    assert len(drawn(here)) == 5


def test_what_could_mean_something_is_given_by_number() -> None:
    assert escaped('A"]; click <b>#1`\n-->') == "A#34;#93;#59; click #60;b#62;#35;1#96; --#62;"
    assert escaped("王总 Müller, Jr.-") == "王总 Müller, Jr.-"


@given(st.text())
def test_no_name_breaks_the_chart(name: str) -> None:
    told = escaped(name)
    assert "\n" not in told
    assert re.fullmatch(r"(?:[^\W_]|[ .,-]|#\d+;)*", told)
