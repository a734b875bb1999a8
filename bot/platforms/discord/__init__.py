"""Discord: channel and thread digests, direct-message alerts and slash commands."""
