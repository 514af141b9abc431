"""The replay as Markdown: what is said stays what was said, whatever characters it has."""

import re

import pytest

import dealflow as df
from dealflow.demo import Demo, play
from dealflow.domain.deal import DealLost, EndExplained
from dealflow.replay.markdown import markdown, safe
from tests.projections.dealing import Dealing
from tests.projections.selling import ACCOUNT


@pytest.fixture(scope="module")
def demo() -> Demo:
    return play()


def written(dealing: Dealing) -> str:
    flow, deal = dealing.flow, dealing.id
    return markdown(flow.replay(deal), flow.turning_points(deal), None, flow.zone)


def test_the_story_by_milestone_the_turning_points_how_it_stood_and_the_review(demo: Demo) -> None:
    flow, deal = demo.flow, demo.lost
    text = markdown(flow.replay(deal), flow.turning_points(deal), flow.review(deal), flow.zone)
    heads = [line for line in text.splitlines() if line.startswith("#")]
    assert heads == [
        "# Packaging hall 2 · Meridian Foods",
        "## Story",
        "### before it was opened",
        "### training",
        "### consulting",
        "### proposal",
        "### negotiation",
        "### lost",
        "## Turning points",
        "## How it stood",
        "## Review",
        "### Said by the seller",
        "### Said by the buyer",
        "### The log shows",
        "### At the close",
        "### How both sides acted",
    ]
    assert f"Deal `{deal}`." in text
    assert "| trust | against us | 1 promise broken; 1 trust objection stood open | by nobody | 111, 153, 161 |" in text
    assert "- Warnings up: decision-maker-never-met, no-coach" in text
    assert "| money | We bid 980,000 EUR. | 148 |" in text
    assert "- **2026-04-09** Jonas Keller left: went to another employer. (recorded 11 days later) `163`" in text
    assert "- Open objections: price (hidden) of Anna Berg, answered; trust (true) of Anna Berg." in text


def test_it_says_as_of_when_it_is() -> None:
    deal = Dealing()
    flow = deal.flow
    text = markdown(
        flow.replay(deal.id), flow.turning_points(deal.id), None, flow.zone, clocks="As of now, on both clocks."
    )
    assert f"Deal `{deal.id}`. As of now, on both clocks." in text.splitlines()


def test_whoever_says_it_each_reason_is_under_a_heading_and_contradictions_name_their_records() -> None:
    dealing = Dealing()
    dealing.deal(1, df.SubmitBid(df.Money.of(90, "EUR")), df.NameCompetitor("Bolt"))
    dealing.deal(2, df.LearnRivalBid("Bolt", df.Money.of(100, "EUR")))
    dealing.deal(3, df.LoseDeal(primary_reason="the price", said_by=df.Side.THIRD_PARTY))
    dealing.deal(4, df.ExplainEnd(df.Side.UNKNOWN, "they were slow"))
    flow, deal = dealing.flow, dealing.id
    text = markdown(flow.replay(deal), flow.turning_points(deal), flow.review(deal), flow.zone)
    told = text.partition("## Review")[2]
    (lost,), (explained,) = dealing.record(DealLost), dealing.record(EndExplained)
    assert f"### Said by a third party\n\n- the price `{lost}`" in told
    assert f"### Not said whose\n\n- they were slow `{explained}`" in told
    (contradiction,) = [line for line in told.splitlines() if line.startswith("- said, and not shown")]
    assert f"`{lost}`" in contradiction


def test_every_record_of_the_story_stands_in_it_once(demo: Demo) -> None:
    flow, deal = demo.flow, demo.won
    story = flow.replay(deal)
    text = markdown(story, flow.turning_points(deal), None, flow.zone)
    told = text.partition("## Story")[2].partition("## Turning points")[0]
    assert [int(one) for one in re.findall(r"`(\d+)`$", told, re.MULTILINE)] == [
        line.record.position for line in story.lines
    ]


def test_an_open_deal_has_no_review_and_nothing_known_reads_as_nothing_known() -> None:
    text = written(Dealing())
    assert "## Review" not in text
    assert "- Open objections: none." in text
    assert "- Competitors: none known." in text


def test_what_people_type_cannot_make_headings_tables_links_or_tags() -> None:
    dealing = Dealing()
    nasty = "# A | <script>alert(1)</script>\n[x](http://x) *b* `c` \\"
    dealing.deal(1, df.RenameDeal(nasty))
    dealing.tell(1, df.IdentifyStakeholder(ACCOUNT, nasty), None)
    text = written(dealing)
    assert len([line for line in text.splitlines() if line.startswith("# ")]) == 1
    assert "<script" not in text
    assert re.search(r"(?<!\\)\[x(?<!\\)\]", text) is None
    assert safe("a\u202eb\x07") == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}"
    assert safe("a|b\n<c> & d") == "a\\|b &lt;c&gt; &amp; d"
