"""What happens: the reference engine runs a compiled program event by event and leaves a full trace."""
