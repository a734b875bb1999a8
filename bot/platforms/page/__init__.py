"""The Markdown topic page, as a platform."""
