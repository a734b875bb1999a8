"""Who Paperboy is in one workspace: what Slack's auth.test says of its token."""

from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient


@dataclass(frozen=True, slots=True)
class Account:
    """One workspace and our bot in it."""

    team: str  # T…, the account of destinations
    name: str
    user: str  # U…, the bot's own user
    bot: str  # B…
    scopes: frozenset[str]
    url: str = ""  # https://….slack.com/

    def may(self, *scopes: str) -> bool:
        """Tell whether the token has all of these scopes."""
        return self.scopes.issuperset(scopes)

    def link(self, channel: str, message: str) -> str:
        """Return the address of a message, as "Copy link" gives it; "" where it has none."""
        whole = self.url.startswith("https://") and channel and message
        return f"{self.url}archives/{channel}/p{message.replace('.', '')}" if whole else ""


async def who_am_i(client: AsyncWebClient) -> Account:
    """Ask Slack whose the token is. Raises what the library raises."""
    answer = await client.auth_test()
    headers = {name.lower(): value for name, value in answer.headers.items()}
    scopes = headers.get("x-oauth-scopes", "")
    return Account(
        team=str(answer["team_id"]),
        name=str(answer["team"]),
        user=str(answer["user_id"]),
        bot=str(answer["bot_id"]),
        url=str(answer.get("url", "")),
        scopes=frozenset(scope.strip() for scope in scopes.split(",") if scope.strip()),
    )
