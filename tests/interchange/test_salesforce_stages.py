"""What stage names mean: by the export's own table, by one that is given, by the standard one, by the rows."""

from decimal import Decimal
from pathlib import Path

import pytest

from dealflow.domain.deal import DealPlaybookChanged, Status
from dealflow.domain.playbook import Ends, Meaning, Playbook, playbook_id
from dealflow.engine import DealFlow
from dealflow.interchange.salesforce.notices import About
from dealflow.interchange.salesforce.stagetable import standard
from tests.interchange.salesforce_export import (
    ORG,
    T0,
    T1,
    T2,
    T3,
    Cells,
    Folder,
    about,
    history,
    opportunity,
    records,
    state,
)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def stage(label: str, order: int, chance: int, kind: str = "open", **cells: str) -> Cells:
    return {
        "MasterLabel": label,
        "SortOrder": str(order),
        "DefaultProbability": str(chance),
        "IsClosed": str(kind != "open").lower(),
        "IsWon": str(kind == "won").lower(),
        **cells,
    }


OURS = (
    stage("Signed", 4, 100, "won"),
    stage("Gone", 5, 0, "lost"),
    stage("Talking", 2, 40),
    stage("Met", 1, 15),
    stage("Agreed", 3, 80, ForecastCategory="Commit"),
)


OPEN_SOMEWHERE = "it is open, but no row says where it stands among the others"


def book(flow: DealFlow) -> Playbook:
    found = flow.state(playbook_id(f"salesforce:{ORG}"))
    assert isinstance(found, Playbook)
    return found


def milestones(flow: DealFlow) -> list[tuple[str, Decimal | None]]:
    return [(one.key, one.chance) for one in book(flow).milestones()]


def test_without_a_table_the_standard_stages_are_the_playbook(folder: Folder, flow: DealFlow) -> None:
    folder.with_deal().into(flow)
    assert milestones(flow) == [
        ("Prospecting", Decimal("0.1")),
        ("Qualification", Decimal("0.1")),
        ("Needs Analysis", Decimal("0.2")),
        ("Value Proposition", Decimal("0.5")),
        ("Id. Decision Makers", Decimal("0.6")),
        ("Perception Analysis", Decimal("0.7")),
        ("Proposal/Price Quote", Decimal("0.75")),
        ("Negotiation/Review", Decimal("0.9")),
    ]
    assert book(flow).ends == Ends("Closed Won", "Closed Lost")


def test_the_table_of_the_export_is_the_playbook(folder: Folder, flow: DealFlow) -> None:
    folder.with_deal(opportunity(StageName="Signed", CloseDate="2026-03-04"))
    folder.put("OpportunityHistory", *history((T0, "Met"), (T1, "Agreed"), (T2, "Signed", {"CloseDate": "2026-03-04"})))
    folder.put("OpportunityStage", *OURS)
    report = folder.into(flow)
    assert milestones(flow) == [("Met", Decimal("0.15")), ("Talking", Decimal("0.4")), ("Agreed", Decimal("0.8"))]
    assert [one.meaning for one in book(flow).milestones()] == [Meaning.OPEN, Meaning.OPEN, Meaning.COMMITTED]
    assert book(flow).ends == Ends("Signed", "Gone")
    assert (state(flow).status, report.differences) == (Status.WON, ())
    assert [stage.stage for stage in flow.funnel().stages] == ["Met", "Talking", "Agreed", "Signed", "Gone"]


def test_a_table_that_is_given_counts_more_than_the_one_of_the_export(folder: Folder, flow: DealFlow) -> None:
    folder.with_deal().put("OpportunityStage", *OURS)
    mine = folder.put("mine", stage("Prospecting", 1, 5), stage("Won", 2, 100, "won"))
    folder.into(flow, stages=mine)
    assert milestones(flow) == [("Prospecting", Decimal("0.05"))]


def test_labels_and_api_names_mean_the_same_stage(folder: Folder, flow: DealFlow) -> None:
    folder.put("OpportunityStage", stage("Erstgespräch", 1, 10, ApiName="Met"), stage("Won", 2, 100, "won"))
    folder.with_deal(opportunity(StageName="Erstgespräch"), history=history((T0, "Met")))
    assert (folder.into(flow).differences, state(flow).stage) == ((), "Met")


def test_several_names_may_mean_won(folder: Folder, flow: DealFlow) -> None:
    folder.put("OpportunityStage", *OURS, stage("Renewed", 6, 100, "won"))
    folder.with_deal(opportunity(StageName="Renewed"), history=history((T0, "Met"), (T1, "Renewed")))
    assert (folder.into(flow).differences, state(flow).status) == ((), Status.WON)


@pytest.mark.parametrize(
    ("rows", "trouble"),
    [
        ((stage("Met", 1, 15, IsWon=""),), "mine.csv, line 2, column MasterLabel: a stage needs a name, and yes or no"),
        ((stage("Met", 1, 15, DefaultProbability="x"),), "mine.csv, line 2, column DefaultProbability: 'x' is not"),
        ((stage("Signed", 1, 100, "won"),), "mine.csv: no open stage: a deal has to begin somewhere"),
        ((stage("Met", 1, 15), stage("Met", 2, 20)), "mine.csv, line 1: milestone 'Met' is there twice"),
        ((stage("Met", 1, 150),), "mine.csv, line 1: milestone 'Met' has the chance 1.5: expected 0 to 1"),
    ],
)
def test_a_bad_table_is_refused_with_its_place(
    folder: Folder, flow: DealFlow, rows: tuple[Cells, ...], trouble: str
) -> None:
    folder.with_deal(opportunity(StageName="Met"))
    mine = folder.put("mine", *rows)
    assert any(said.startswith(trouble) for said in folder.refused_by(flow, stages=mine))


def test_a_table_that_is_not_there_is_refused(folder: Folder, flow: DealFlow) -> None:
    (trouble,) = folder.with_deal().refused_by(flow, stages=folder.path / "nowhere.csv")
    assert trouble == "nowhere.csv: cannot be read: No such file or directory"


# Names in no table


def test_a_closed_name_in_no_table_is_understood_by_is_closed_and_is_won(folder: Folder, flow: DealFlow) -> None:
    won = opportunity(StageName="Signed!", IsClosed="true", IsWon="true", CloseDate="")
    lost = opportunity(Id="006000000000002AAA", StageName="Gone!", IsClosed="true", IsWon="false", CloseDate="")
    report = folder.with_deal(won, lost).into(flow)
    assert (report.counts.won, report.counts.lost) == (1, 1)
    assert about(report) == [About.STAGE_UNDERSTOOD, About.STAGE_UNDERSTOOD]


@pytest.mark.parametrize(
    ("category", "probability", "status"),
    [
        ("Closed", "100", Status.WON),
        ("Omitted", "0", Status.LOST),
    ],
)
def test_a_name_that_no_flag_explains_is_understood_by_its_forecast_category(
    folder: Folder, flow: DealFlow, category: str, probability: str, status: Status
) -> None:
    said = {"ForecastCategory": category, "Probability": probability}
    folder.with_deal(opportunity(StageName="Odd", CloseDate=""), history=history((T0, "Odd", said))).into(flow)
    assert state(flow).status is status


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([opportunity(StageName="Odd")], "no row says whether it is open, won or lost"),
        ([opportunity(StageName="Odd", IsClosed="false", Probability="55")], OPEN_SOMEWHERE),
        ([opportunity(StageName="Odd", ForecastCategory="Best Case")], OPEN_SOMEWHERE),
        ([opportunity(StageName="Odd", ForecastCategory="Omitted", Probability="20")], OPEN_SOMEWHERE),
        (
            [
                opportunity(StageName="Odd", IsClosed="true", IsWon="true"),
                opportunity(StageName="Odd", IsClosed="true", IsWon="false", Id="006000000000002AAA"),
            ],
            "its rows contradict each other",
        ),
    ],
)
def test_a_name_that_nothing_explains_is_refused_once_at_its_first_place(
    folder: Folder, flow: DealFlow, rows: list[Cells], why: str
) -> None:
    (trouble,) = folder.with_deal(*rows).refused_by(flow)
    assert trouble.startswith(
        f"Opportunity.csv, line 2, column StageName: unknown stage 'Odd' ({why}): known are Prospecting,"
    )


# Several organisations, and stages that change


def test_two_organisations_with_other_stages_do_not_clash(folder: Folder, flow: DealFlow, tmp_path: Path) -> None:
    folder.with_deal().into(flow)
    other = Folder(tmp_path / "other")
    other.path.mkdir()
    other.with_deal(opportunity(StageName="Met")).put("OpportunityStage", *OURS)
    other.into(flow, org="other")
    assert {deal.playbook for deal in flow.deals()} == {"salesforce:acme", "salesforce:other"}
    assert len({deal.deal for deal in flow.deals()}) == 2


def test_stages_that_changed_since_are_a_new_version_of_the_playbook(folder: Folder, flow: DealFlow) -> None:
    folder.with_deal(opportunity(StageName="Met"), history=history((T0, "Met"))).put("OpportunityStage", *OURS)
    folder.into(flow)
    steps = history((T0, "Met"), (T2, "Trial"))
    young = opportunity(Id="006000000000002AAA", StageName="Trial", CreatedDate=T1, LastModifiedDate=T1)
    folder.with_deal(opportunity(StageName="Trial", LastModifiedDate=T3), young, history=steps)
    folder.put("OpportunityStage", *OURS, stage("Trial", 2, 50))
    report = folder.into(flow)
    assert about(report) == [About.STAGES_REVISED]
    assert (book(flow).version, state(flow).stage, state(flow).version) == (2, "Trial", 2)
    assert any(isinstance(one.event, DealPlaybookChanged) for one in records(flow))
    assert state(flow, "006000000000002AAA").version == 2
    assert report.differences == ()
    assert folder.into(flow).records == 0


def test_an_inactive_stage_is_a_milestone_only_while_a_row_bears_it(folder: Folder, flow: DealFlow) -> None:
    stages = [*OURS, stage("Old", 6, 5, IsActive="false"), stage("Older", 7, 5, IsActive="false")]
    folder.with_deal(opportunity(StageName="Old")).put("OpportunityStage", *stages)
    folder.into(flow)
    assert [key for key, _ in milestones(flow)] == ["Met", "Talking", "Agreed", "Old"]
    folder.with_deal(opportunity(StageName="Met", LastModifiedDate=T1))
    folder.into(flow)
    assert book(flow).version == 1


def test_a_milestone_is_called_by_its_label_and_known_by_its_api_name(folder: Folder, flow: DealFlow) -> None:
    stages = [{**one, "ApiName": f"{one['MasterLabel']}__x"} for one in OURS]
    folder.with_deal(opportunity(StageName="Met")).put("OpportunityStage", *stages)
    folder.into(flow)
    assert next((one.key, one.name) for one in book(flow).milestones()) == ("Met__x", "Met")


def test_the_standard_table_knows_its_own_names_and_no_others() -> None:
    assert standard().status("Closed Won") is Status.WON
    assert standard().status("Nowhere") is None
