"""Exact answers: which parts of a program can matter to a question, so that nothing else need be looked at."""
