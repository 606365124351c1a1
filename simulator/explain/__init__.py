"""Explanations of one world: what was enough, what would have averted it, which causes it had, whose share it was."""
