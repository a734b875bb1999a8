"""What deploy/ holds is right."""
