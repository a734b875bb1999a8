"""A call to a platform → its answer, or a `DeliveryError` that says what is known without one."""

import asyncio
import traceback
from collections.abc import Awaitable
from pathlib import PurePath
from typing import TypeVar

from bot.errors import DeliveryError, MaybeSent

T = TypeVar("T")


async def request(call: Awaitable[T], timeout: float) -> T | DeliveryError:  # noqa: ASYNC109
    """Wait at most `timeout` seconds. Whatever goes wrong is a value; cancellation passes through.

    The time limit is kept here and not by the caller, because only here is it known that running
    out of it promises nothing.
    """
    try:
        async with asyncio.timeout(timeout):
            return await call
    except DeliveryError as error:
        return error
    except TimeoutError:
        return MaybeSent(f"no answer within {timeout:g} s")
    except Exception as defect:  # noqa: BLE001 - an adapter's defect promises nothing either
        return MaybeSent(f"defect: {describe(defect)}")


def describe(defect: Exception) -> str:
    """Name a defect's type and place. Its own words are left out: they may quote what was sent."""
    frames = traceback.extract_tb(defect.__traceback__)
    name = type(defect).__name__
    if not frames:
        return name
    last = frames[-1]
    return f"{name} in {last.name} ({PurePath(last.filename).name}:{last.lineno})"
