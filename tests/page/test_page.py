"""The page as it is written: one file, always the same, that lets nothing in and leaves nothing out."""

import re
import sys
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree as ET

import attrs
import pytest

import dealflow as df
from dealflow.demo import MISTYPED, Demo, play
from dealflow.page import ReplayPage, render
from dealflow.page.telling import sides
from dealflow.plain import plain
from tests.clock import Clock
from tests.page.hostile import SCRIPT, hostile
from tests.page.pages import NIGHT, at_night, island, page, written
from tests.projections.dealing import Dealing
from tests.projections.selling import ACCOUNT, day


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    found = play()
    yield found
    found.flow.close()


@pytest.fixture(scope="module")
def won(demo: Demo) -> str:
    return written(demo.flow, demo.won)


class Reader(HTMLParser):
    """What stands in a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, Mapping[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def all(self, *tags: str) -> list[Mapping[str, str | None]]:
        return [found for tag, found in self.elements if tag in tags]


def pictures(text: str) -> list[ET.Element]:
    found = re.findall(r'<svg role="img".*?</svg>(?=</div>)', text, re.DOTALL)
    return [ET.fromstring(one) for one in found]  # noqa: S314 (our own)


def test_the_same_deal_makes_the_same_page(demo: Demo, won: str) -> None:
    assert written(demo.flow, demo.won) == won


def test_it_needs_nothing_but_itself(won: str) -> None:
    seen = Reader(won)
    loading = seen.all("link", "img", "script", "iframe", "object", "use", "image")
    assert [found for one in loading if (found := one.get("src") or one.get("href"))] == ["data:,"]
    assert "://" not in won


def test_it_lets_nothing_in(won: str) -> None:
    (policy,) = (one["content"] or "" for one in Reader(won).all("meta") if one.get("http-equiv"))
    rules = dict(one.strip().split(" ", 1) for one in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert re.fullmatch(r"'sha256-[\w+/]+='", rules["script-src"])
    assert re.fullmatch(r"'sha256-[\w+/]+='", rules["style-src"])
    seen = Reader(won)
    assert not [name for _, found in seen.elements for name in found if name.startswith("on") or name == "style"]


def test_it_is_small(won: str) -> None:
    assert len(won.encode()) < 150_000


def test_every_picture_says_what_it_is_and_every_group_has_a_table(won: str) -> None:
    found = pictures(won)
    assert len(found) > 20
    for one in found:
        assert one.get("role") == "img"
        assert [child.tag for child in one[:2]] == ["title", "desc"]
        assert all(child.text for child in one[:2])
    groups = {one["id"] for one in Reader(won).all("section", "details") if one.get("class") == "group"}
    assert groups == {"stage", "money", "people", "health", "warnings", "objections", "contacts", "promises", "rivals"}
    assert won.count("data-twin=") == len(groups)


def test_a_table_tells_what_its_picture_shows(won: str) -> None:
    told = re.search(r'id="stage".*?<tbody>(.*?)</tbody>', won, re.DOTALL)
    assert told is not None
    rows = [re.findall(r">([^<]+)</t[hd]>", row) for row in re.findall(r"<tr>.*?</tr>", told[1])]
    assert rows[0] == ["stage", "2026-01-16", "2026-02-12", "training"]
    assert rows[1] == ["stage", "2026-02-12", "2026-03-02", "executive meeting"]
    assert rows[-2:] == [["status", "2026-01-16", "2026-06-18", "open"], ["status", "2026-06-18", "still", "won"]]


def test_in_each_stage_stands_how_long_one_usually_lasts_by_the_playbook(demo: Demo, won: str) -> None:
    assert demo.flow.tracks(demo.won).usual["consulting"] == 35
    assert "thin bar: the usual length by the playbook (training 14 days, executive meeting 28 days" in won
    (stages,) = re.findall(r"<title>Stage</title>.*?</svg></div>", won, re.DOTALL)
    known = len(demo.flow.deal(demo.won).visits)
    assert len(re.findall(r'<rect class="usual"', stages)) >= known


def test_an_objection_to_the_price_that_came_early_bears_a_flag(demo: Demo) -> None:
    lost = written(demo.flow, demo.lost)
    assert "⚑ to the price, before any problem of theirs had a cost" in lost
    assert "answered (hidden), ⚑ before any problem had a cost" in lost
    dealing = Dealing()
    dealing.deal(1, df.QuantifyProblem("scrap", df.Money.of(7, "EUR")))
    dealing.about(2, dealing.call(2), df.RaiseObjection(df.ObjectionTopic.PRICE))
    later = written(dealing.flow, dealing.id)
    assert 'id="objections"' in later
    assert "⚑" not in later


def test_another_deal_can_be_set_beside_it(demo: Demo, won: str) -> None:
    assert 'id="compare"' not in won
    beside = attrs.evolve(page(demo.flow, demo.lost), comparison=demo.flow.compare(demo.lost, demo.won))
    told = re.search(r'id="compare".*?</section>', render(beside), re.DOTALL)
    assert told is not None
    heads = re.findall(r'<th scope="col">([^<]+)</th>', told[0])
    assert heads == ["Milestone", "What", "Packaging hall 2 (lost)", "New drives for rolling line 4 (won)"]
    assert re.findall(r'<th scope="row">([^<]+)</th>', told[0])[-1] == "at the end"
    assert "<td>day</td><td>22, stayed 24</td><td>45, stayed 39 in 2 visits</td>" in told[0]


def test_a_price_that_was_mistyped_is_shown_as_it_was_believed_then(demo: Demo) -> None:
    found = demo.flow.tracks(demo.won)
    known = max(number for number, one in enumerate(found.known) if one.on <= MISTYPED)
    amount = next(one for one in found.tracks if one.key == "amount")
    told = island(written(demo.flow, demo.won))
    then = {one["amount"] for one in shown(told, "amount", known)}
    assert then - {one["amount"] for one in shown(told, "amount", len(found.known) - 1)}
    assert amount.at(len(found.happened) - 1, known) == demo.flow.deal(demo.won, known=MISTYPED).deal.amount  # type: ignore[union-attr]


def test_a_stop_within_a_day_is_named_in_the_zone_of_the_journal() -> None:
    flow, deal = at_night()
    (night,) = (one for one in island(written(flow, deal))["happened"] if len(one) > 2)
    assert (night[0], *night[2:]) == ("2026-01-10", "2026-01-09T18:30:00Z", "02:30")
    assert flow.replay(deal).lines[-1].when == "2026-01-10 02:30"


def test_what_was_known_by_a_stop_is_what_was_recorded_by_then() -> None:
    clock = Clock(NIGHT)
    flow = df.DealFlow.open("memory:", clock=clock)
    account = flow.do(df.RegisterAccount("Acme"), by="li", at=NIGHT - timedelta(days=1)).stream
    deal = flow.do(df.OpenDeal(account, "Line 4"), by="li", at=NIGHT - timedelta(days=1)).stream
    clock.now += timedelta(hours=1)
    recorded = flow.do(df.NameCompetitor("Bolt"), by="li", on=deal).records[-1].recorded_at
    clock.now += timedelta(hours=1)
    half = recorded + timedelta(milliseconds=500)
    flow.do(df.ValueDeal(df.Money.of(7, "EUR")), by="li", on=deal, at=half)
    found, told = flow.tracks(deal), island(written(flow, deal))
    then = next(number for number, one in enumerate(found.happened) if one.at == half)
    assert found.known[told["knownBy"][then]].at == recorded
    assert told["knownBy"][0] == 0


def shown(told: Any, key: str, known: int) -> list[Any]:
    return [told["values"][value][1] for value, _, _, k0, k1 in told["tracks"][key][1] if k0 <= known <= k1]


def test_what_became_known_on_a_later_day_is_told_as_late(demo: Demo, won: str) -> None:
    told = re.search(r'id="late".*?<tbody>(.*?)</tbody>', won, re.DOTALL)
    assert told is not None
    lines = demo.flow.replay(demo.won).lines
    late = {str(one.record.position) for one in lines if one.record.recorded_at.date() > one.on}
    assert set(re.findall(r"<th>(\d+)</th>", told[1])) == late
    assert won.count(" days later</em>") + won.count(" day later</em>") == len(late)


def test_what_turned_out_never_to_have_been_is_there_for_those_who_go_back() -> None:
    clock = Clock()
    flow = df.DealFlow.open("memory:", clock=clock)
    account = flow.do(df.RegisterAccount("Acme"), by="li").stream
    deal = flow.do(df.OpenDeal(account, "Line 4"), by="li").stream
    flow.do(df.NameCompetitor("Bolt"), by="li", on=deal)
    clock.now += timedelta(days=1)
    flow.do(df.CorrectRecord(2, "another deal"), by="li", on=deal)
    text = written(flow, deal)
    assert "Nothing, as known in the end." in text
    assert re.search(r'<g data-k="\d+ \d+" hidden="hidden"><svg class="bar neutral"', text)


def test_the_records_stand_in_it_as_they_are_stored(demo: Demo, won: str) -> None:
    records = [record for record, _ in island(won)["records"]]
    assert records == [plain(one.record) for one in demo.flow.replay(demo.won).lines]


def test_what_anybody_typed_is_text() -> None:
    text = written(*hostile())
    assert text.count("<script") == 2
    assert SCRIPT not in text
    assert not [name for _, found in Reader(text).elements for name in found if name.startswith("on")]
    assert len(pictures(text)) > 5
    flow, deal = hostile()
    assert [record["event"] for record, _ in island(text)["records"]] == [
        plain(one.record)["event"] for one in flow.replay(deal).lines
    ]


def test_the_words_of_somebody_who_was_erased_are_gone(demo: Demo) -> None:
    flow = df.DealFlow.open("memory:", clock=Clock())
    day = date(2026, 1, 5)
    account = flow.do(df.RegisterAccount("Acme"), by="li", at=day).stream
    deal = flow.do(df.OpenDeal(account, "Line 4"), by="li", at=day).stream
    person = flow.do(df.IdentifyStakeholder(account, "Wang Fang"), by="li", at=day).stream
    flow.do(df.IdentifyRole(df.Role.USER, deal), by="li", on=person, at=day)
    assert "Wang Fang" in written(flow, deal)
    flow.do(df.EraseStakeholder("asked"), by="li", on=person, at=day)
    assert "Wang Fang" not in written(flow, deal)
    assert "erased" in written(flow, deal)


def test_a_deal_of_which_little_is_known_has_a_page() -> None:
    flow = df.DealFlow.open("memory:", clock=Clock())
    account = flow.do(df.RegisterAccount("Acme"), by="li").stream
    deal = flow.do(df.OpenDeal(account, "Line 4"), by="li").stream
    text = written(flow, deal)
    assert "open, at training" in text
    assert "amount unknown" in text


def test_a_deal_that_was_merged_ends_there_and_says_into_what() -> None:
    dealing = Dealing()
    other = dealing.tell(0, df.OpenDeal(ACCOUNT, "The same"), None)
    dealing.deal(5, df.MergeInto(other, "typed in twice"))
    text, told = written(dealing.flow, dealing.id), dealing.flow.tracks(dealing.id)
    assert "merged into The same" in text
    assert told.happened[-1].on == day(5)


def test_whoever_says_it_a_reason_stands_under_their_heading() -> None:
    dealing = Dealing()
    dealing.deal(3, df.LoseDeal(primary_reason="the price", said_by=df.Side.THIRD_PARTY))
    dealing.deal(4, df.ExplainEnd(df.Side.UNKNOWN, "they were slow"))
    told = [(one.title, one.said) for one in sides(dealing.flow.review(dealing.id))]
    assert told[:2] == [("A third party says", ("the price",)), ("Not said whose", ("they were slow",))]


def test_turning_points_and_a_review_may_be_left_out(demo: Demo) -> None:
    whole = page(demo.flow, demo.won)
    text = render(ReplayPage(whole.tracks, whole.story))
    assert 'id="turning"' not in text
    assert 'id="review"' not in text


def test_of_a_deal_that_was_not_opened_by_then_there_is_nothing_to_be_seen(demo: Demo) -> None:
    with pytest.raises(ValueError, match="nothing is known yet of deal"):
        written(demo.flow, demo.won, known=date(2020, 1, 1))


def test_without_jinja_it_is_said_what_to_install(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(df.MissingExtra, match=re.escape("pip install 'dealflow[html]'")):
        written(demo.flow, demo.won)
