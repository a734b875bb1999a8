"""The built-in channel: a page of our own that needs no account."""
