"""Anyone's CSV files, in: what their columns mean is said by a mapping, a TOML file written by hand."""
