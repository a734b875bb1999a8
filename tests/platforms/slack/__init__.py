"""Slack, drawn, spoken and listened to."""
