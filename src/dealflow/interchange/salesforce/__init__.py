"""Salesforce: a folder of its exported tables, as one history."""

from dealflow.interchange.salesforce.importing import import_salesforce
from dealflow.interchange.salesforce.notices import Notice
from dealflow.interchange.salesforce.parties import Tables
from dealflow.interchange.salesforce.reconcile import Difference
from dealflow.interchange.salesforce.report import SalesforceReport, as_json, as_text

__all__ = ["Difference", "Notice", "SalesforceReport", "Tables", "as_json", "as_text", "import_salesforce"]
