"""An importer of one's own, for a source that is no CSV: the customers and orders of Northwind."""
