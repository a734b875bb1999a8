"""Slack: channel digests, direct-message alerts and commands over Socket Mode."""
