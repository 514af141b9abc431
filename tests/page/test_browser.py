"""The page in a browser: at a playhead it shows what the dossier says there, by keyboard, in light and in dark."""

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise, product
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

import dealflow as df
from dealflow.demo import Demo, play
from dealflow.interchange.mapped import import_csv
from dealflow.page.axis import WHOLE
from dealflow.plain import plain
from dealflow.replay.dossier import Dossier
from tests.data import ROOT, data
from tests.page.browser import Looking, browsing, looking
from tests.page.hostile import HEBREW, SCRIPT, hostile
from tests.page.pages import NIGHT, at_night, island, written

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")  # of the browser's pipes


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as found:
        yield found


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    found = play()
    yield found
    found.flow.close()


@pytest.fixture(scope="module")
def won(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> str:
    return opened(tmp_path_factory.mktemp("page") / "won.html", demo.flow, demo.won)


def opened(file: Path, flow: df.DealFlow, deal: UUID, **how: Any) -> str:
    file.write_text(written(flow, deal, **how), encoding="utf-8", newline="\n")
    return file.as_uri()


@pytest.fixture
def looked(browser: Browser, won: str) -> Iterator[Looking]:
    with looking(browser, won) as found:
        yield found
        assert found.complaints == []


# What is shown, and what the dossier says


def said_by(dossier: Dossier) -> dict[str, Any]:
    """Return what each track must hold, from the dossier's JSON alone."""
    told = plain(dossier)
    if told["deal"] is None:
        return {}
    judged, figures, bid = told["health"], told["closeness"]["figures"], told["bid"]
    return {
        "status": told["deal"]["status"],
        "stage": told["deal"]["stage"],
        "amount": told["amount"] and told["amount"]["amount"],
        "bid": bid and bid["value"]["data"]["amount"],
        "close": told["close_expected"] and told["close_expected"]["value"],
        "level": judged["level"],
        **{name: figures[name] for name in ("relationship", "solution", "price", "composite")},
        **{f"warning:{one['name']}": one["state"] for one in judged["warnings"]},
        **{f"threshold:{name}": threshold(judged["thresholds"][name]) for name in THRESHOLDS},
        **{f"seat:{one['row']['seat']['stakeholder']}": seat(one["row"]) for one in told["committee"]},
        **{
            f"objection:{one['interaction']}/{one['objection']['id']}": {
                **some(one["objection"], OBJECTION),
                "early": one["early"] == "early",
            }
            for one in told["objections"]
        },
        **{
            f"promise:{one['interaction']}/{one['promise']['id']}": some(one["promise"], PROMISE)
            for one in told["promises"]
        },
        **{f"rival:{one['rival']['competitor']}": some(one["rival"], RIVAL) for one in told["competitors"]},
        **{f"contact:{one['id']}": contact(one["state"]) for one in told["interactions"]},
    }


THRESHOLDS = ("information", "relationship", "decision")
OBJECTION, PROMISE, RIVAL = ("topic", "kind", "status"), ("what", "due", "status"), ("present", "incumbent", "bid")


def some(told: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: told[name] for name in names}


def threshold(told: dict[str, Any]) -> dict[str, Any]:
    met = [one.get("answer") == "met" or one.get("state") == "known" for one in told["parts"]]
    return {"state": told["state"], "met": sum(met), "of": len(met)}


def seat(row: dict[str, Any]) -> dict[str, Any]:
    left, ally = row["seat"]["left"] is not None, row["seat"]["ally"]
    return {**some(row, ("roles", "influence", "stance", "contact", "main", "level")), "ally": ally, "left": left}


def contact(state: dict[str, Any]) -> dict[str, Any]:
    held, concluded = (state[name] and state[name].get("data", state[name]) for name in ("held", "concluded"))
    return {
        **some(state, ("channel", "status")),
        "outcome": concluded and concluded["outcome"],
        "minutes": held and held["minutes"],
    }


NOT_IN_IT = {"gap", "support", "silent"}  # what follows from the dossier and is no part of it
SLIDE = """([x, y]) => {
    for (const [id, place] of [["happened", x], ["known", y]]) {
        const slider = document.getElementById(id);
        slider.value = place;
        slider.dispatchEvent(new Event("input"));
    }
    const shown = [...document.querySelectorAll("[data-now]")];
    return Object.fromEntries(shown.map((one) => [one.dataset.now, JSON.parse(one.value)]));
}"""


def wrongly_shown(page: Page, flow: df.DealFlow, found: df.Tracks, every: tuple[int, int]) -> Iterator[Any]:
    """Move both sliders to every so many stops, and yield what the page shows and the dossier does not say."""
    told = island(page.content())
    page.uncheck("#linked")
    for stops in product(range(0, len(found.happened), every[0]), range(0, len(found.known), every[1])):
        places = [told[clock][stop][1] for clock, stop in zip(("happened", "known"), stops, strict=True)]
        shown = page.evaluate(SLIDE, places)
        then, when = (stop_shown(page, found, told, clock) for clock in ("happened", "known"))
        said = said_by(flow.deal(found.deal, happened=then.at, known=when.at, knowledge=found.knowledge))
        told_of = {key for key, value in said.items() if value is not None}
        assert told_of - set(shown) <= {f"warning:{one.name}" for one in df.WARNINGS}
        for key in set(shown) - NOT_IN_IT:
            if shown[key] != said.get(key):
                yield then, when, key, shown[key], said.get(key)


def stop_shown(page: Page, found: df.Tracks, told: Any, clock: str) -> df.Stop:
    """Return the stop that the address names."""
    named = state(page)[{"happened": "h", "known": "k"}[clock]]
    number = next(at for at, one in enumerate(told[clock]) if one[2 if len(one) > 2 else 0] == named)
    stop: df.Stop = getattr(found, clock)[number]
    return stop


def state(page: Page) -> dict[str, str]:
    """Return the state that stands in the address."""
    return dict(parse_qsl(urlsplit(page.url).fragment))


@pytest.mark.parametrize("which", ["won", "lost"])
def test_both_sliders_show_what_the_dossier_says(browser: Browser, demo: Demo, tmp_path: Path, which: str) -> None:
    deal = getattr(demo, which)
    with looking(browser, opened(tmp_path / "deal.html", demo.flow, deal)) as looked:
        assert [*wrongly_shown(looked.page, demo.flow, demo.flow.tracks(deal), (9, 4))] == []
        assert looked.complaints == []


def test_a_leadforge_deal_shows_what_the_dossier_says(browser: Browser, tmp_path: Path) -> None:
    with df.DealFlow.open(f"sqlite:///{tmp_path / 'lf.db'}") as flow:
        import_csv(flow, data("leadforge_s42_400"), ROOT / "examples" / "leadforge" / "mapping.toml")
        deal = next(one.deal for one in flow.deals() if one.status is df.Status.WON)
        url = opened(tmp_path / "deal.html", flow, deal, knowledge="source")
        with looking(browser, url) as looked:
            assert [*wrongly_shown(looked.page, flow, flow.tracks(deal, knowledge="source"), (9, 1))] == []
            assert looked.complaints == []
            assert looked.asked_for == [url]


# By keyboard


def test_the_keys_walk_record_by_record_turn_by_turn_and_day_by_day(looked: Looking, demo: Demo) -> None:
    page, found = looked.page, demo.flow.tracks(demo.won)
    turning = [one.record for one in demo.flow.turning_points(demo.won).in_time]
    page.focus("#happened")
    page.keyboard.press("Home")
    assert state(page)["h"] == found.happened[0].on.isoformat()
    records = []
    for _ in range(3):
        page.keyboard.press("ArrowRight")
        records.append(int(state(page)["r"]))
    assert records == [one.record for one in found.marks[1:4]]
    page.keyboard.press("ArrowLeft")
    assert int(state(page)["r"]) == records[1]
    for record in turning:
        page.keyboard.press("Shift+ArrowRight")
        assert int(state(page)["r"]) == record
    page.keyboard.press("Shift+ArrowLeft")
    assert int(state(page)["r"]) == turning[-2]
    day = date.fromisoformat(state(page)["h"])
    page.keyboard.press("PageUp")
    assert state(page)["h"] == (day + timedelta(days=1)).isoformat()
    page.keyboard.press("PageDown")
    assert state(page)["h"] == day.isoformat()
    page.keyboard.press("End")
    assert state(page)["h"] == found.happened[-1].on.isoformat()


def test_the_known_clock_walks_by_what_was_learnt_and_leaves_the_other_alone(looked: Looking, demo: Demo) -> None:
    page, found = looked.page, demo.flow.tracks(demo.won)
    page.focus("#known")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    assert state(page)["k"] == found.known[1].at.isoformat().replace("+00:00", "Z")
    assert state(page)["h"] == found.happened[-1].on.isoformat()
    assert not page.is_checked("#linked")


def test_linked_the_known_clock_follows_so_that_all_is_as_known_then(looked: Looking) -> None:
    page = looked.page
    page.focus("#happened")
    page.keyboard.press("Home")
    for _ in range(12):
        page.keyboard.press("ArrowRight")
        assert state(page)["k"][:10] <= state(page)["h"] or state(page)["k"] == first_known(page)


def first_known(page: Page) -> str:
    return str(island(page.content())["known"][0][2])


def test_all_is_as_known_in_the_end_until_the_clock_moves(looked: Looking) -> None:
    page = looked.page
    opened_with = page.text_content("#instant") or ""
    assert "won" in opened_with
    page.focus("#happened")
    page.keyboard.press("End")  # where it is
    assert page.text_content("#instant") == opened_with
    page.keyboard.press("Home")
    page.keyboard.press("End")
    assert "won" not in (page.text_content("#instant") or "")  # which was recorded days later
    assert page.is_checked("#linked")


def test_a_stop_is_named_in_the_zone_of_the_journal(browser: Browser, tmp_path: Path) -> None:
    flow, deal = at_night()
    night = flow.replay(deal).lines[-1]
    with looking(browser, opened(tmp_path / "night.html", flow, deal)) as looked:
        page = looked.page
        page.click(f"#r-{night.record.position} a")
        assert page.input_value("#happened-day") == night.on.isoformat()
        assert (page.text_content("#instant") or "").startswith(f"{night.when}, as known")
        assert f"happened {night.when}," in (page.get_attribute("#happened", "aria-valuetext") or "")
        page.wait_for_timeout(400)
        assert page.inner_text("#said").startswith(f"{night.when}, as known")


def test_of_stops_in_one_place_dragging_reaches_the_later(browser: Browser, tmp_path: Path) -> None:
    midnight = NIGHT.replace(hour=0, minute=0)
    with looking(browser, opened(tmp_path / "midnight.html", *at_night(midnight))) as looked:
        page = looked.page
        evening, after = next(
            (one, after) for one, after in pairwise(island(page.content())["happened"]) if one[1] == after[1]
        )
        page.evaluate(SLIDE, [evening[1], WHOLE])
        assert state(page)["h"] == after[2]


def test_tab_reaches_every_control_and_shows_where_it_is(looked: Looking) -> None:
    page = looked.page
    reached = []
    for _ in range(24):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))
        seen = "getComputedStyle(document.activeElement).outlineStyle"
        assert page.evaluate(seen) not in {"none", ""}, reached[-1]
    assert {"happened", "known", "happened-day", "known-day", "play", "linked"} <= set(reached)


def test_a_day_can_be_typed_instead_of_dragged(looked: Looking) -> None:
    looked.page.fill("#happened-day", "2026-03-20")
    looked.page.locator("#happened-day").dispatch_event("change")
    assert state(looked.page)["h"] == "2026-03-20"


def test_what_changed_is_said_once_and_not_at_every_step(looked: Looking) -> None:
    page = looked.page
    page.focus("#happened")
    page.keyboard.press("Home")
    page.wait_for_timeout(400)
    said = page.inner_text("#said")
    page.keyboard.press("ArrowRight")
    assert page.inner_text("#said") == said
    page.wait_for_timeout(400)
    assert page.inner_text("#said") != said


def test_it_plays_only_when_asked_and_stops_when_left(looked: Looking) -> None:
    page = looked.page
    assert page.get_attribute("#play", "aria-pressed") == "false"
    page.click("#play")
    assert page.inner_text("#play") == "Pause"
    page.focus("#known-day")
    assert page.get_attribute("#play", "aria-pressed") == "false"


# One state, in the address


def test_a_link_brings_back_the_view(browser: Browser, won: str, demo: Demo) -> None:
    record = demo.flow.tracks(demo.won).marks[20].record
    with looking(browser, f"{won}#h=2026-03-01&k=2026-02-20&r={record}&v=story&linked=0") as looked:
        page = looked.page
        assert page.input_value("#happened-day") == "2026-03-01"
        assert page.input_value("#known-day") <= "2026-02-20"
        assert not page.is_checked("#linked")
        assert page.inner_text("#record-where").startswith("21 of")
        assert page.evaluate("document.activeElement.id") == "story"


def test_back_goes_where_one_was(looked: Looking) -> None:
    page = looked.page
    page.fill("#happened-day", "2026-03-20")
    page.locator("#happened-day").dispatch_event("change")
    before = page.text_content("#instant")
    page.fill("#happened-day", "2026-05-20")
    page.locator("#happened-day").dispatch_event("change")
    assert page.text_content("#instant") != before
    page.go_back()
    assert page.text_content("#instant") == before


def test_skipping_to_the_tracks_leaves_the_clocks_where_they_are(looked: Looking) -> None:
    page = looked.page
    page.fill("#happened-day", "2026-03-20")
    page.locator("#happened-day").dispatch_event("change")
    before = page.text_content("#instant")
    page.focus(".skip")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "tracks"
    assert page.text_content("#instant") == before


def test_a_record_can_be_opened_in_another_tab(looked: Looking, demo: Demo) -> None:
    page, record = looked.page, demo.flow.replay(demo.won).lines[7].record.position
    before = page.url
    with page.context.expect_page() as opening:
        page.click(f"#r-{record} a", modifiers=["ControlOrMeta"])
    assert opening.value.url.endswith(f"#r-{record}")
    assert page.url == before


def test_printed_it_shows_everything_as_known_in_the_end(looked: Looking) -> None:
    page = looked.page
    whole = page.text_content("#instant")
    page.fill("#happened-day", "2026-03-20")
    page.locator("#happened-day").dispatch_event("change")
    before, url = page.text_content("#instant"), page.url
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.text_content("#instant") == whole
    assert page.locator(".story .ahead, .story .unknown").count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert (page.text_content("#instant"), page.url) == (before, url)


def test_the_record_is_one_click_away_as_it_is_stored(looked: Looking, demo: Demo) -> None:
    record = demo.flow.replay(demo.won).lines[7].record
    looked.page.click(f"#r-{record.position} a")
    assert raw(looked.page) == plain(record)


def raw(page: Page) -> Any:
    """Open the record as it is stored."""
    page.click("#raw summary")
    page.wait_for_selector("#raw-json:not(:empty)")
    return json.loads(page.text_content("#raw-json") or "")


def test_the_tables_tell_what_the_pictures_show_as_known_then(looked: Looking, demo: Demo) -> None:
    page, found = looked.page, demo.flow.tracks(demo.won)
    page.focus("#known")
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    known = len(found.known) - 4
    stage = next(one for one in found.tracks if one.key == "stage")
    values = [one for one in stage.rectangles if one.value and one.known[0] <= known <= one.known[1]]
    told = page.locator("#stage tbody tr", has_text=re.compile("^stage")).all_text_contents()
    assert len(told) == len(values)


# For everybody

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("which", ["won", "hostile"])
def test_it_breaks_no_rule_of_accessibility(
    browser: Browser, won: str, tmp_path: Path, scheme: str, which: str
) -> None:
    url = won if which == "won" else opened(tmp_path / "hostile.html", *hostile())
    with looking(browser, url, color_scheme=scheme) as looked:
        looked.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        found = Axe().run(looked.page, options=RULES)
        assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found.response["violations"]] == []


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_it_is_no_wider_than_its_window(browser: Browser, won: str, width: int) -> None:
    with looking(browser, won, viewport={"width": width, "height": 800}) as looked:
        assert looked.page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_its_script_everything_stands_there_as_known_in_the_end(browser: Browser, won: str, demo: Demo) -> None:
    with looking(browser, won, java_script_enabled=False) as looked:
        page = looked.page
        story = demo.flow.replay(demo.won)
        assert page.locator(".story > li").count() == len(story.lines)
        assert page.locator("#seats tbody tr").count() == len(story.dossier.committee)
        assert page.locator("[data-twin] tbody tr").count() > 40
        assert page.locator("#happened").is_hidden()
        assert page.locator("svg[role=img] [data-k][hidden]").first.is_hidden()
        assert looked.complaints == []


# Whatever anybody types


def test_hostile_words_are_shown_and_never_obeyed(browser: Browser, tmp_path: Path) -> None:
    flow, deal = hostile()
    with looking(browser, opened(tmp_path / "hostile.html", flow, deal)) as looked:
        page, story = looked.page, flow.replay(deal)
        assert page.text_content("h1") == SCRIPT + HEBREW
        assert page.title().endswith(SCRIPT + HEBREW)
        assert page.locator("script").count() == 2
        for line in story.lines:
            page.click(f"#r-{line.record.position} a")
            assert page.text_content("#record-sentence") == line.sentence
        assert raw(page) == plain(story.lines[-1].record)
        page.set_viewport_size({"width": 320, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert looked.complaints == []


def test_no_other_script_runs_on_it(browser: Browser, won: str) -> None:
    with looking(browser, won) as looked:
        add = (
            "document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.broken = 1'}))"
        )
        looked.page.evaluate(add)
        assert looked.page.evaluate("window.broken") is None
        assert looked.complaints
