"""The aiohttp listeners; platforms contribute their routes."""
