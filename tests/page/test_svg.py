"""Pictures as text: what is escaped, and what is drawn as of which stop of the known clock."""

from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from dealflow.page.svg import element, layered, percent, picture, text


def test_an_element_has_its_attributes_and_children() -> None:
    assert element("g", element("rect", x=1, class_="a"), data_k="0 1") == '<g data-k="0 1"><rect x="1" class="a"/></g>'
    assert element("rect", x=None, y=2.50) == '<rect y="2.5"/>'


def test_places_are_percentages() -> None:
    assert (percent(12.345), percent(97.0), percent(0)) == ("12.35%", "97%", "0%")


@given(st.text(st.characters(exclude_categories=("Cc", "Cs"))))
def test_whatever_is_typed_is_text(words: str) -> None:
    said = ET.fromstring(picture(words, words, 10, text(words, class_=words)))  # noqa: S314 (our own)
    assert [one.text or "" for one in said] == [words, words, words]
    assert said[2].get("class") == words


def test_what_is_drawn_at_every_stop_is_written_plain() -> None:
    assert layered([["<a/>"], ["<a/>"]]) == "<a/>"


def test_what_is_drawn_at_some_stops_is_written_once_for_each_span() -> None:
    drawn = layered([["<a/>", "<b/>"], ["<a/>"], ["<a/>", "<b/>"], ["<c/>"]])
    assert drawn == (
        '<g data-k="0 0" hidden="hidden"><b/></g>'
        '<g data-k="0 2" hidden="hidden"><a/></g>'
        '<g data-k="2 2" hidden="hidden"><b/></g>'
        '<g data-k="3 3"><c/></g>'
    )


shapes = st.lists(st.lists(st.sampled_from(["<a/>", "<b/>", "<c/>"]), unique=True), min_size=1, max_size=6)


@given(shapes)
def test_at_every_stop_exactly_what_is_drawn_there_is_shown(drawn: list[list[str]]) -> None:
    root = ET.fromstring(f"<svg>{layered(drawn)}</svg>")  # noqa: S314 (our own)
    last = len(drawn) - 1
    for known, some in enumerate(drawn):
        assert sorted(shown(root, known, last)) == sorted(shape[1] for shape in some)
    seen = [one for one in root if one.get("hidden") is None]
    assert seen == [one for one in root if span(one, last)[1] == last]


def shown(root: ET.Element, known: int, last: int) -> list[str]:
    some = (one for one in root if span(one, last)[0] <= known <= span(one, last)[1])
    return [shape.tag for one in some for shape in ([*one] if one.tag == "g" else [one])]


def span(one: ET.Element, last: int) -> tuple[int, int]:
    since, until = (one.get("data-k") or f"0 {last}").split()
    return int(since), int(until)
