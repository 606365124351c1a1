"""What a run leaves: the trace, its outcomes, and files with a manifest."""
