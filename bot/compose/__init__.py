"""Papers and topics → digests. Everything here is pure."""
