import pytest

from bot.errors import ConfigError
from bot.web.access import Access, Asked, Verdict, access_for, cookie_value, judge
from bot.web.address import Address

TOKEN = "correct horse battery"
HOME = access_for(Address("127.0.0.1", 8080))
HOME_WITH_TOKEN = access_for(Address("127.0.0.1", 8080), TOKEN, "https://papers.example.org")
OPEN_TO_ALL = access_for(Address("0.0.0.0", 8080), TOKEN, "https://papers.example.org")


def visit(*, host: str = "127.0.0.1:8080", **headers: str) -> Asked:
    named = {name.replace("_", "-"): (value,) for name, value in headers.items()}
    return Asked("GET", {"host": (host,)} | named)


def sent(*, host: str = "127.0.0.1:8080", **headers: str) -> Asked:
    asked = visit(host=host, **headers)
    return Asked("POST", asked.headers)


def test_whoever_sits_at_this_machine_is_welcome() -> None:
    for host in ("127.0.0.1:8080", "localhost:8080", "LOCALHOST.", "[::1]:8080"):
        assert judge(visit(host=host), HOME) is Verdict.WELCOME


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "evil.example:8080", "10.0.0.1", "0.0.0.0:8080", "",
     "127.0.0.1:8080@evil.example", "localhost/", "papers.example.org", "[::1", "a, localhost"],
)  # fmt: skip
def test_a_foreign_host_name_is_refused_even_if_it_resolves_to_this_machine(host: str) -> None:
    assert judge(visit(host=host), HOME) is Verdict.WRONG_HOST


def test_no_host_or_two_hosts_are_refused() -> None:
    assert judge(Asked("GET", {}), HOME) is Verdict.WRONG_HOST
    assert judge(Asked("GET", {"host": ("localhost", "localhost")}), HOME) is Verdict.WRONG_HOST


@pytest.mark.parametrize(
    "name",
    ["x-forwarded-for", "x-forwarded-host", "forwarded", "via", "x-real-ip", "cf-connecting-ip",
     "true-client-ip", "x-original-uri", "x-client-ip", "x-envoy-external-address"],
)  # fmt: skip
def test_any_header_of_a_proxy_demands_the_token(name: str) -> None:
    asked = visit(**{name: "10.0.0.1"})
    assert judge(asked, HOME_WITH_TOKEN) is Verdict.TOKEN_NEEDED
    assert judge(asked, HOME) is Verdict.NO_TOKEN_SET


def test_a_peer_from_elsewhere_needs_the_token_whatever_the_bind() -> None:
    asked = Asked("GET", {"host": ("localhost",)}, peer="10.0.0.7")
    assert judge(asked, HOME_WITH_TOKEN) is Verdict.TOKEN_NEEDED


def test_a_program_that_shows_the_token_may_call_us_by_any_name() -> None:
    def scrape(token: str, **headers: str) -> Verdict:
        told = {"host": ("paperboy:8080",), "authorization": (f"Bearer {token}",)}
        told |= {name: (value,) for name, value in headers.items()}
        return judge(Asked("GET", told, peer="172.18.0.3"), OPEN_TO_ALL)

    assert scrape(OPEN_TO_ALL.token) is Verdict.WELCOME
    assert scrape("another token, wrong") is Verdict.WRONG_HOST
    assert scrape(OPEN_TO_ALL.token, origin="http://paperboy:8080") is Verdict.WRONG_HOST


def test_beyond_this_machine_every_visit_needs_the_token() -> None:
    assert judge(visit(), OPEN_TO_ALL) is Verdict.TOKEN_NEEDED
    assert judge(visit(host="192.168.1.5:8080"), OPEN_TO_ALL) is Verdict.TOKEN_NEEDED
    assert judge(visit(host="evil.example"), OPEN_TO_ALL) is Verdict.WRONG_HOST
    right = visit(host="papers.example.org", authorization=f"Bearer {TOKEN}")
    assert judge(right, OPEN_TO_ALL) is Verdict.WELCOME


@pytest.mark.parametrize(
    "shown", ["", "Bearer", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", TOKEN, f"Bearer {TOKEN}x"]
)
def test_only_the_whole_token_as_a_bearer_counts(shown: str) -> None:
    assert judge(visit(authorization=shown), OPEN_TO_ALL) is Verdict.TOKEN_NEEDED


def test_the_cookie_proves_the_token_without_holding_it() -> None:
    value = cookie_value(OPEN_TO_ALL)
    assert TOKEN not in value
    headers = {"host": ("localhost",)}
    assert judge(Asked("GET", headers, cookie=value), OPEN_TO_ALL) is Verdict.WELCOME
    assert judge(Asked("GET", headers, cookie=TOKEN), OPEN_TO_ALL) is Verdict.TOKEN_NEEDED
    other = Access("another token entirely", always=True)
    assert judge(Asked("GET", headers, cookie=value), other) is Verdict.TOKEN_NEEDED


def test_without_a_token_no_cookie_and_no_empty_bearer_opens_the_door() -> None:
    none = Access("", always=True)
    headers = {"host": ("localhost",), "authorization": ("Bearer ",)}
    asked = Asked("GET", headers, cookie=cookie_value(none))
    assert judge(asked, none) is Verdict.NO_TOKEN_SET


@pytest.mark.parametrize("origin", ["http://127.0.0.1:8080", "https://127.0.0.1:8080"])
def test_a_form_of_our_own_page_is_welcome(origin: str) -> None:
    assert judge(sent(origin=origin), HOME) is Verdict.WELCOME


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", "", "http://127.0.0.1", "http://127.0.0.1:8888",
     "http://localhost:8080", "http://127.0.0.1:8080.evil.example", "file://"],
)  # fmt: skip
def test_a_form_of_any_other_page_is_refused(origin: str) -> None:
    assert judge(sent(origin=origin), HOME) is Verdict.WRONG_ORIGIN


def test_two_origins_or_none_are_refused() -> None:
    twice = {"host": ("localhost",), "origin": ("http://localhost", "http://localhost")}
    assert judge(Asked("POST", twice), HOME) is Verdict.WRONG_ORIGIN
    assert judge(sent(), HOME) is Verdict.WRONG_ORIGIN
    assert judge(sent(sec_fetch_site="same-site"), HOME) is Verdict.WRONG_ORIGIN
    assert judge(sent(sec_fetch_site="same-origin"), HOME) is Verdict.WELCOME


def test_a_program_with_the_token_needs_no_origin() -> None:
    assert judge(sent(authorization=f"Bearer {TOKEN}"), OPEN_TO_ALL) is Verdict.WELCOME


def test_behind_a_proxy_that_rewrites_host_the_public_origin_counts() -> None:
    asked = sent(origin="https://papers.example.org", authorization=f"Bearer {TOKEN}")
    assert judge(asked, HOME_WITH_TOKEN) is Verdict.WELCOME
    other = sent(origin="https://papers.example.org:444", authorization=f"Bearer {TOKEN}")
    assert judge(other, HOME_WITH_TOKEN) is Verdict.WRONG_ORIGIN


def test_a_link_from_elsewhere_may_be_followed_but_not_embedded_or_fetched() -> None:
    link = visit(sec_fetch_site="cross-site", sec_fetch_mode="navigate", sec_fetch_dest="document")
    frame = visit(sec_fetch_site="cross-site", sec_fetch_mode="navigate", sec_fetch_dest="iframe")
    fetch = visit(sec_fetch_site="same-site", sec_fetch_mode="no-cors", sec_fetch_dest="image")
    assert judge(link, HOME) is Verdict.WELCOME
    assert judge(frame, HOME) is Verdict.WRONG_ORIGIN
    assert judge(fetch, HOME) is Verdict.WRONG_ORIGIN


def test_listening_to_others_without_a_token_is_refused_with_the_remedy() -> None:
    with pytest.raises(ConfigError, match=r"web\.token is not set") as caught:
        access_for(Address("0.0.0.0", 8080))
    assert "openssl rand" in caught.value.remedy


def test_a_short_token_is_refused() -> None:
    with pytest.raises(ConfigError, match="has 5 characters"):
        access_for(Address("127.0.0.1", 8080), "short")


@pytest.mark.parametrize("url", ["papers.example.org", "ftp://x.example", "http://[::1", "//x"])
def test_a_public_url_that_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match=r"web\.public_url"):
        access_for(Address("127.0.0.1", 8080), TOKEN, url)
