import pytest

from bot.errors import ConfigError
from bot.web.address import Address, is_loopback, parse_address


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("127.0.0.1:8080", "127.0.0.1", 8080),
        ("[::1]:0", "::1", 0),
        ("localhost:80", "localhost", 80),
        (" 0.0.0.0:65535 ", "0.0.0.0", 65535),
    ],
)
def test_an_address_is_read_and_written_alike(text: str, host: str, port: int) -> None:
    address = parse_address(text)
    assert address == Address(host, port)
    assert address.written == text.strip()


@pytest.mark.parametrize(
    "text", ["8080", "127.0.0.1", "::1:80", "a b:80", "http://x:80", "x:65536", "x:", ":80", ""]
)
def test_anything_else_is_refused_with_the_key_and_an_example(text: str) -> None:
    with pytest.raises(ConfigError, match=r"public\.listen") as caught:
        parse_address(text, "public.listen")
    assert "127.0.0.1:8080" in caught.value.remedy


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost", "::ffff:127.0.0.1"])
def test_only_this_machine_reaches_a_loopback_address(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "localhost.evil.example", "", "1"])
def test_everything_else_may_be_reached_by_others(host: str) -> None:
    assert not is_loopback(host)
