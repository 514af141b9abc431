"""The documentation, held to the code: its snippets run, its tables are drawn from the code, its links lead somewhere.

`python -m tests.docs` writes the generated parts of `docs/reference` anew.
"""
