"""Outside world → announcements."""
