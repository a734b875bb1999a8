"""arXiv: the only folder that knows its hosts, formats and the `arxiv` package."""
