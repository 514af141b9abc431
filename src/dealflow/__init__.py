"""dealflow: selling to key accounts as immutable events."""
