"""Writing a page so that a reader never finds half of one."""

import os
import tempfile
from pathlib import Path

from bot.errors import OperatorError


def write_page(path: Path, text: str) -> None:
    """Replace the file at once; the folder must exist. Raises `OperatorError`."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(0o644)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise OperatorError(
            f"{path}: the page can't be written ({(error.strerror or str(error)).lower()}).",
            remedy="Does the folder exist, and may Paperboy write there?",
        ) from error
