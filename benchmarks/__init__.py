"""Benchmarks: how right the answers are, and how fast, measured on made-up journals."""
