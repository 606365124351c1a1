"""What we assume: scenario files, read and checked, and compiled into programs."""
