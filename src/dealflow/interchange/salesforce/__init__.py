"""Salesforce: a folder of its exported tables, as one history."""

from dealflow.interchange.salesforce.importing import import_salesforce
from dealflow.interchange.salesforce.notices import Notice
from dealflow.interchange.salesforce.reconcile import Difference
from dealflow.interchange.salesforce.report import SalesforceReport, as_json, as_text
from dealflow.interchange.salesforce.tables import Tables, read_tables

__all__ = [
    "Difference",
    "Notice",
    "SalesforceReport",
    "Tables",
    "as_json",
    "as_text",
    "import_salesforce",
    "read_tables",
]
