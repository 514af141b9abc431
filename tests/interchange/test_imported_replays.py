"""The replay of deals that another system kept: everything can be asked of them, and nothing is made up."""

from collections.abc import Iterator
from datetime import UTC
from uuid import UUID

import pytest

import dealflow as df
from dealflow.domain.deal import StageAdvanced
from dealflow.engine import DealFlow
from dealflow.interchange.mapped import import_csv
from dealflow.interchange.salesforce import import_salesforce
from dealflow.page import ReplayPage, render
from dealflow.plain import plain
from dealflow.projections.pipeline import Standing
from dealflow.replay.markdown import markdown
from tests.data import ROOT, data

MAPPING = ROOT / "examples" / "leadforge" / "mapping.toml"


@pytest.fixture(scope="module")
def leadforge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DealFlow]:
    with DealFlow.open(f"sqlite:///{tmp_path_factory.mktemp('leadforge') / 'lf.db'}") as flow:
        import_csv(flow, data("leadforge_s42_400"), MAPPING)
        yield flow


@pytest.fixture(scope="module")
def salesforce(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DealFlow]:
    with DealFlow.open(f"sqlite:///{tmp_path_factory.mktemp('salesforce') / 'sf.db'}") as flow:
        import_salesforce(flow, data("salesforce_dev_org"), currency="USD", timezone=UTC)
        yield flow


@pytest.fixture(params=["leadforge", "salesforce"])
def flow(request: pytest.FixtureRequest) -> DealFlow:
    found: DealFlow = request.getfixturevalue(request.param)
    return found


def some(flow: DealFlow) -> list[Standing]:
    """Return a few deals of each end, those with the longest way first."""
    deals = sorted(flow.deals(), key=lambda one: (-len(one.moves), one.deal))
    return [one for status in df.Status for one in [one for one in deals if one.status is status][:3]]


def test_every_form_of_the_replay_is_told_of_it(flow: DealFlow) -> None:
    for one in some(flow):
        story, turning = flow.replay(one.deal), flow.turning_points(one.deal)
        review = None if one.status is df.Status.OPEN else flow.review(one.deal)
        assert [line.record.position for line in story.lines] == [record.position for record in story.dossier.records]
        assert markdown(story, turning, review, flow.zone).count("\n## ") == (3 if review is None else 4)
        assert len(render(ReplayPage(flow.tracks(one.deal), story, turning, review))) > 1000
        assert all(plain(answer) for answer in (story, turning, review or {"none": 1}))


def test_the_dossier_stands_where_the_pipeline_has_it(flow: DealFlow) -> None:
    for one in some(flow):
        found = flow.deal(one.deal)
        assert found.visits == one.visits
        assert (found.amount and found.amount.amount) == one.amount
        assert (found.owner and found.owner.value) == one.owner


def test_gates_of_an_imported_deal_are_judged_here_when_it_is_supposed(leadforge: DealFlow) -> None:
    """The source's gates were never ours: what is recorded is unknown, what is supposed is judged by our rules."""
    strict = df.Gate(strict=("technical-buyer-met",))
    milestones = [df.Milestone(key, key, gate=strict) for key in stages(leadforge)]
    book = df.Playbook.of("ours", "Ours", milestones)
    won = next(one for one in some(leadforge) if one.status is df.Status.WON)
    found = leadforge.what_if(won.deal, df.UnderPlaybook(book))
    asked = {gate.record for gate in found.gates}
    steps = [one.position for one in leadforge.journal.stream(won.deal) if isinstance(one.event, StageAdvanced)]
    assert asked == {*steps}
    assert {gate.before for gate in found.gates} == {None}
    assert {gate.after for gate in found.gates} <= {*df.Answer}


def stages(flow: DealFlow) -> tuple[str, ...]:
    playbook = next(iter(flow.pipeline().playbooks))
    return playbook.keys()


def test_the_nearest_deals_of_leadforge_are_told_with_why(leadforge: DealFlow) -> None:
    lost = next(one for one in some(leadforge) if one.status is df.Status.LOST)
    found = leadforge.nearest(lost.deal)
    assert (len(found.won), len(found.lost)) == (3, 3)
    assert found.compared > 100
    for one in (*found.won, *found.lost):
        assert one.alike
        assert one.deal != lost.deal
    sides: list[UUID] = [lost.deal, found.won[0].deal]
    assert [one.deal for one in leadforge.compare(*sides).deals] == sides
