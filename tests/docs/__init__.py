"""The documentation and the project's own promises, tested."""
