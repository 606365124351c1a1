"""What if: what a decision would have been in an edited world, given what it was in the factual one."""
