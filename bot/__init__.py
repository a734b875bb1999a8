"""Paperboy: the day's arXiv papers, delivered to chat channels and people, each digest once."""
