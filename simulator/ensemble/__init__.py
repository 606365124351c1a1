"""Many worlds: one scenario run under many replications, counted together, the same wherever and in whatever order."""
