"""The command line: a command parses, calls one function, prints.

Modules here import only typer and the standard library when they are loaded; everything else is imported inside the
functions that need it, so that `--help` and completion answer at once.
"""
