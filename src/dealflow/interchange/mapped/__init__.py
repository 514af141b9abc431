"""Anyone's CSV files, in: what their columns mean is said by a mapping, a TOML file written by hand."""

from dealflow.interchange.mapped.importing import import_csv
from dealflow.interchange.mapped.report import Report

__all__ = ["Report", "import_csv"]
