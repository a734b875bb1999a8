"""SQLite behind the ports, through sqlite-utils; the only folder that knows SQL."""
