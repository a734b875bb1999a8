"""The key of a message: where it goes and what it is → 24 characters. PURE.

The key comes from content, never from a row id, so that a database restored from a backup names the
same message in the same way (design, decision 3). Platforms carry it beside the message: Slack in
its metadata, Discord in nonce and custom_ids, whose 25 characters for a nonce set the length.
"""

import json
from base64 import b32encode
from hashlib import blake2b

KEY_LENGTH = 24
_BYTES = 15  # 120 bits: base32 of them needs no padding


def delivery_key(
    platform: str, account: str, address: str, slot: str, part: int, round_: int
) -> str:
    """Return the key of one message, of the characters A–Z and 2–7.

    `slot` is `Slot.key`; `part` and `round_` count from 0. Different arguments give different keys
    (up to the chance of a 120-bit hash), the same arguments the same key on every machine.
    """
    content = json.dumps([platform, account, address, slot, part, round_], separators=(",", ":"))
    digest = blake2b(content.encode(), digest_size=_BYTES, person=b"paperboy")
    return b32encode(digest.digest()).decode("ascii")
