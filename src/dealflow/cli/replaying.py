"""Verbs that tell how it came about: the replay of a deal, its review, and what would have differed."""

from typing import Annotated
from uuid import UUID

from cyclopts import Parameter

from dealflow.cli.asking import ADeal, found
from dealflow.cli.options import DEFAULT, NOW, TABLE, AsOf, Form, Where, a_file
from dealflow.cli.output import STDIO, Failed, out, show_json, whole
from dealflow.cli.reviewing import show_review
from dealflow.cli.tables import clocks
from dealflow.cli.telling import Chapters, show_story
from dealflow.engine import DealFlow
from dealflow.plain import plain
from dealflow.replay.comparison import Comparison, NotOpened
from dealflow.replay.markdown import markdown
from dealflow.replay.review import NotEnded, Review
from dealflow.replay.story import Story


def replay(
    deal: ADeal,
    /,
    *,
    by: Annotated[Chapters | None, Parameter(help="Put the story into chapters: day by day, or by milestone.")] = None,
    markdown: Annotated[bool, Parameter(negative="", help="Markdown on standard output.")] = False,
    html: Annotated[
        str | None,
        Parameter(
            converter=a_file,
            allow_leading_hyphen=True,
            help="Write a page to this file that needs nothing but a browser; - is standard output.",
        ),
    ] = None,
    beside: Annotated[str | None, Parameter(help="With --html: a deal to set beside it. [default: none]")] = None,
    where: Where = DEFAULT,
    as_of: AsOf = NOW,
    form: Form = TABLE,
) -> None:
    """Tell how a deal was won or lost, record by record, what moved it most, and how it stood in the end."""
    if (html is not None) + markdown + form.json > 1:
        message = "--json, --markdown and --html are three forms of one answer: ask for one of them"
        raise Failed(message)
    if beside is not None and html is None:
        message = "--beside is for the page: give --html, or ask dealflow compare"
        raise Failed(message)
    with where.reading() as flow:
        story = _story(flow, deal, as_of)
        if html is not None:
            _write(html, _page(flow, story, as_of, beside))
        elif markdown:
            _write(STDIO, _markdown(flow, story, as_of))
        elif form.json:
            turning = flow.turning_points(story.deal, **as_of.clocks)
            show_json({**plain(story), "turning_points": plain(turning, story.names)})
        else:
            turning = flow.turning_points(story.deal, **as_of.clocks)
            show_story(out(), story, flow.zone, as_of, turning=turning, by=by)


def _story(flow: DealFlow, deal: str, as_of: AsOf) -> Story:
    story = flow.replay(found(flow, deal), **as_of.clocks)
    if not story.lines:
        message = f"deal {deal} had not been opened by then: ask as of a later day"
        raise Failed(message)
    return story


def _review(flow: DealFlow, story: Story, as_of: AsOf) -> Review | None:
    """Return the review of a deal that is closed; nothing of one that is open."""
    try:
        return flow.review(story.deal, **as_of.clocks)
    except NotEnded:
        return None


def _markdown(flow: DealFlow, story: Story, as_of: AsOf) -> str:
    turning = flow.turning_points(story.deal, **as_of.clocks)
    return markdown(story, turning, _review(flow, story, as_of), flow.zone, clocks=clocks(as_of, flow.zone))


def _page(flow: DealFlow, story: Story, as_of: AsOf, beside: str | None) -> str:
    from dealflow.page import ReplayPage, render

    if as_of.happened is not None:
        message = "a page has the whole deal, and a slider for the day: leave out --happened, or ask for --markdown"
        raise Failed(message)
    return render(
        ReplayPage(
            tracks=flow.tracks(story.deal, known=as_of.known, knowledge=as_of.knowledge),
            story=story,
            turning=flow.turning_points(story.deal, **as_of.clocks),
            review=_review(flow, story, as_of),
            comparison=None if beside is None else _compared(flow, story, found(flow, beside), as_of),
        )
    )


def _compared(flow: DealFlow, story: Story, other: UUID, as_of: AsOf) -> Comparison:
    if other == story.deal:
        message = "--beside names the deal of the page itself: name another, or leave it out"
        raise Failed(message)
    try:
        return flow.compare(story.deal, other, **as_of.clocks)
    except NotOpened as no:
        raise Failed(str(no)) from None


def _write(file: str, text: str) -> None:
    with whole(file) as stream:
        stream.write(text)


def review(deal: ADeal, /, *, where: Where = DEFAULT, as_of: AsOf = NOW, form: Form = TABLE) -> None:
    """Review a deal that was won or lost: each side's reasons beside what the log shows, and what contradicts what."""
    with where.reading() as flow:
        id_ = found(flow, deal)
        try:
            answer = flow.review(id_, **as_of.clocks)
        except NotEnded as none:
            raise Failed(str(none)) from None
        if form.json:
            show_json(answer)
        else:
            show_review(out(), answer, flow.zone, as_of)
