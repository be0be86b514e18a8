"""The authorization server: whether it answers, and takes us for who we are."""

from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlsplit

from corsheet.auth.endpoint import Endpoint, IntrospectionSettings
from corsheet.auth.jwks import MOST_REPLY
from corsheet.auth.jwt_ import JwtSettings
from corsheet.auth.trouble import Patience, Trouble, TroubleError
from corsheet.doctor import Check, ok, plural, trouble, warning

PATIENCE = Patience(connect=1.5, answer=1.5, total=3.0)
"""A person waits for all checks together; the service itself is more patient."""

PROBE = "corsheet-doctor-asks-whether-you-are-there"
"""A token that nobody has issued."""

CURES = {
    Trouble.UNREACHABLE: "see that this computer reaches it (name, port, firewall, VPN), or mend"
    " its address in corsheet.toml",
    Trouble.SLOW: "see that this computer reaches it (name, port, firewall, VPN), and that it is"
    " well",
    Trouble.UNTRUSTED: "have its certificate mended, or name the authority's in"
    " auth.introspection.ca_file",
    Trouble.REDIRECT: "put the address that it redirects to into corsheet.toml",
    Trouble.OUR_CLIENT: "mend auth.introspection.client_id and client_secret",
    Trouble.NOT_UNDERSTOOD: "mend the address in corsheet.toml: another page answers there",
    Trouble.INSECURE: "begin auth.introspection.token_url with https",
}

ASK_ITS_KEEPER = "ask whoever runs it, or mend its address in corsheet.toml"


def check_introspection(
    settings: IntrospectionSettings, patience: Patience = PATIENCE
) -> Iterator[Check]:
    """Ask about a token that nobody has issued (RFC 7662): the answer must be no.

    Args:
        settings: Whom to ask.
        patience: How long to wait.
    """
    with closing(Endpoint(settings, patience)) as endpoint:
        try:
            claims = endpoint.ask(PROBE)
        except TroubleError as error:
            yield _told(endpoint.host, error)
            return
    if claims.get("active") is False:
        yield ok("authorization", f"{endpoint.host} answers, and takes our credentials")
    else:
        yield trouble(
            "authorization",
            f"{endpoint.host} does not say of a made-up token that it is not active",
            "mend auth.introspection.url: another page answers there",
        )


def check_keys(settings: JwtSettings, patience: Patience = PATIENCE) -> Iterator[Check]:
    """Fetch the issuer's keys (RFC 7517).

    Args:
        settings: Where they are.
        patience: How long to wait.
    """
    from corsheet.auth.remote import Remote  # noqa: PLC0415 - few need it; it is slow

    host = urlsplit(settings.jwks_url).hostname or "?"
    with closing(Remote(patience=patience, most_bytes=MOST_REPLY)) as remote:
        try:
            keys = remote.get(settings.jwks_url, remote.deadline()).get("keys")
        except TroubleError as error:
            yield _told(host, error)
            return
    if isinstance(keys, list) and keys:
        yield ok("authorization", f"{host} publishes {plural(len(keys), 'key')}")
    else:
        cure = "mend auth.jwt.jwks_url: no keys are published there"
        yield trouble("authorization", f"{host} publishes no keys", cure)


def _told(host: str, error: TroubleError) -> Check:
    # the words behind a colon are a cure in themselves, which stands in its own place here
    seen = str(error).partition(":")[0]
    cure = CURES.get(error.trouble, ASK_ITS_KEEPER)
    if error.is_about_the_question:
        return warning("authorization", f"{host} answers, but {seen}", cure)
    return trouble("authorization", f"{host} {seen}: nobody with a token gets in", cure)
