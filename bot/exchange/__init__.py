"""Subscriptions as TOML, out and in again: `form` is the file, `taking` stores it."""
