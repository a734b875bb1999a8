"""What the commands on the terminal print; each file is one command, or one thing they share."""
