"""Tables: CSV files as rows that know where they stand (RFC 4180, UTF-8 with or without BOM)."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import StringIO
from pathlib import Path

import attrs

from dealflow.interchange.pipeline import ImportRefused, Place, Trouble

DELIMITERS = ",;\t|"
_TOLD = re.compile(r'"?sep=([,;\t|])"?[ \t]*(?:\r\n|\n|\r|\Z)', re.IGNORECASE)  # for Excel, above the header
csv.field_size_limit(16 * 1024 * 1024)  # a description may be long; a whole file in one field is a lost quote


@attrs.frozen
class Row:
    """One row, by column name; empty cells are absent, because an empty cell says nothing."""

    file: str
    line: int
    cells: Mapping[str, str]

    def get(self, column: str) -> str | None:
        """Return what the cell says, stripped, or nothing."""
        return self.cells.get(column)

    def place(self, column: str | None = None) -> Place:
        """Say where the row, or one cell of it, stands."""
        return Place(self.file, self.line, column)

    def trouble(self, message: str, column: str | None = None) -> Trouble:
        """Complain of the row, or of one cell of it."""
        return Trouble(self.place(column), message)


@attrs.frozen
class Table:
    """A file read whole: its columns in order, and its rows."""

    file: str
    delimiter: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def read_table(
    path: Path, *, delimiter: str | None = None, required: Sequence[str] = (), may_be_empty: bool = False
) -> Table:
    """Read a CSV file; the delimiter is taken from the header where none is given.

    Raises `ImportRefused` with everything that is wrong: unreadable bytes, columns that are
    missing or there twice, rows of another width, no rows at all (unless it *may be empty*).
    """
    text = _text(path)
    told = _TOLD.match(text)
    delimiter = delimiter or (told[1] if told else _sniffed(text))
    lines = _parsed(path.name, text, delimiter)
    if told:
        next(lines)
    header = next(lines, None)
    if header is None:
        raise ImportRefused([Trouble(Place(path.name, 1), "the file is empty: expected a header and rows")])
    columns = tuple(name.strip() for name in header[1])
    troubles = [*_header_troubles(Place(path.name, header[0]), columns, required)]
    rows: list[Row] = []
    footer: list[Trouble] | None = None  # short rows since a blank line: the footer of a report, if nothing follows
    for line, cells in lines:
        if not any(cells):
            footer = [] if footer is None else footer
            continue
        if len(cells) != len(columns):
            message = (
                f"{len(cells)} fields, but the header has {len(columns)}: check quotes and the delimiter {delimiter!r}"
            )
            trouble = Trouble(Place(path.name, line), message)
            if footer is not None and len(cells) < len(columns):
                footer.append(trouble)
            else:
                troubles += [*(footer or ()), trouble]
                footer = None
            continue
        troubles += footer or ()
        footer = None
        if cells == header[1]:  # a header again: exports set one after the other
            continue
        values = {name: cell.strip() for name, cell in zip(columns, cells, strict=True) if cell.strip()}
        rows.append(Row(path.name, line, values))
    if not rows and not troubles and not may_be_empty:
        troubles.append(Trouble(Place(path.name, header[0] + 1), "no rows: the file has a header and nothing else"))
    if troubles:
        raise ImportRefused(troubles)
    return Table(path.name, delimiter, columns, tuple(rows))


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ImportRefused([Trouble(Place(path.name), f"cannot be read: {error.strerror}")]) from None
    try:
        return data.decode().replace("\ufeff", "")  # also in the middle, where files were set one after the other
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = error.start - (before.rfind(b"\n") + 1) + 1
        message = f"byte {data[error.start]:#04x} is not UTF-8: save the file as UTF-8 and import it again"
        raise ImportRefused([Trouble(Place(path.name, line, str(column)), message)]) from None


def _sniffed(text: str) -> str:
    header = text.split("\n", 1)[0]
    return max(DELIMITERS, key=lambda mark: (header.count(mark), -DELIMITERS.index(mark)))


def _parsed(file: str, text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            message = f"not CSV from here on ({error}): check the quotes"
            raise ImportRefused([Trouble(Place(file, line), message)]) from None
        yield line, cells
        line = reader.line_num + 1


def _header_troubles(header: Place, columns: Sequence[str], required: Iterable[str]) -> Iterator[Trouble]:
    for name in required:
        if name not in columns:
            message = f"this column is missing: the header has {', '.join(columns)}"
            yield Trouble(attrs.evolve(header, column=name), message)
    for name in dict.fromkeys(columns):
        if name and columns.count(name) > 1:
            yield Trouble(attrs.evolve(header, column=name), "two columns bear this name: give each its own")
