"""``[auth]`` and what it takes to listen beyond this computer."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from corsheet.auth.basic import CHEAPEST, hash_password
from corsheet.auth.header import BasicCredentials
from corsheet.auth.introspection import EndpointAuth, IntrospectionSettings
from corsheet.auth.jwt_ import JwtSettings
from corsheet.model import EVERY_UNIT
from corsheet.settings import Settings, SettingsError, load_settings

DATA = Path(__file__).parent / "data"
HASH = hash_password("till", CHEAPEST)
CLIENT = f'[[auth.client]]\nclient_id = "till"\nsecret_hash = "{HASH}"\n'
USER = f'[[auth.basic]]\nusername = "till"\npassword_hash = "{HASH}"\n'

INTROSPECTION = """
[auth.introspection]
url = "https://idp.example/introspect"
client_id = "corsheet"
client_secret = "s3cret"
"""

JWT = """
[auth.jwt]
issuer = "https://idp.example/"
jwks_url = "https://idp.example/jwks"
audience = "urn:corsheet"
"""


def load(folder: Path, text: str, **environment: str) -> Settings:
    """Gather the settings with this text in the file."""
    file = folder / "corsheet.toml"
    file.write_text(text, encoding="utf-8")
    return load_settings(file, environment, {})


def mistakes(folder: Path, text: str, **environment: str) -> list[tuple[str, str]]:
    """Give key and code of each mistake that loading tells."""
    with pytest.raises(SettingsError) as caught:
        load(folder, text, **environment)
    assert all(finding.problem.message for finding in caught.value.findings)
    assert "s3cret" not in repr(caught.value.findings)
    return [(f.cell, f.problem.code.id) for f in caught.value.findings]


@pytest.mark.parametrize("text", [USER, CLIENT, INTROSPECTION, JWT])
def test_one_way_in_is_enough(tmp_path: Path, text: str) -> None:
    """Whichever; and all together."""
    assert load(tmp_path, text).auth.has_anybody
    assert load(tmp_path, USER + CLIENT + INTROSPECTION + JWT).auth.has_anybody


def test_no_way_in_is_told(tmp_path: Path) -> None:
    """The tables of ``corsheet init`` with nothing in them are none."""
    assert mistakes(tmp_path, "[auth]\n[auth.introspection]\n[auth.jwt]\n") == [
        ("auth.basic", "CS504")
    ]


def test_clients_are_read_as_users_are(tmp_path: Path) -> None:
    """With the units that each may ask for."""
    two = CLIENT + 'business_units = ["0001", " 0002 "]\n' + CLIENT.replace("till", "other")
    first, second = load(tmp_path, two).auth.clients

    assert (first.client_id, sorted(first.business_units)) == ("till", ["0001", "0002"])
    assert (second.client_id, sorted(second.business_units)) == ("other", [EVERY_UNIT])
    assert first.secret_hash == HASH


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (CLIENT + CLIENT, [("auth.client[2].client_id", "CS505")]),
        (CLIENT.replace("till", "ti:ll"), [("auth.client[1].client_id", "CS503")]),
        (CLIENT + "scopes = 1\n", [("auth.client[1].scopes", "CS502")]),
        (CLIENT.replace("scrypt", "plain"), [("auth.client[1].secret_hash", "CS503")]),
        (USER + "[auth.client]\nclient_id = 'x'\n", [("auth.client", "CS503")]),
        (USER + "[auth]\ntoken_seconds = 1\n", [("auth.token_seconds", "CS503")]),
        (USER + "[auth]\ntokens = 1\n", [("auth.tokens", "CS502")]),
    ],
)
def test_what_is_wrong_with_a_client_is_told(
    tmp_path: Path, text: str, found: list[tuple[str, str]]
) -> None:
    """As with users, by table and key."""
    assert mistakes(tmp_path, text) == found


def test_introspection_is_read_whole(tmp_path: Path) -> None:
    """Every key."""
    more = 'endpoint_auth = "token"\ntoken_url = "https://idp.example/token"\naudience = "a"\n'
    more += 'issuer = "i"\nscope = "s t"\nunits_claim = "u"\ngrace_seconds = 7\n'

    assert load(tmp_path, INTROSPECTION + more).auth.introspection == IntrospectionSettings(
        url="https://idp.example/introspect",
        client_id="corsheet",
        client_secret="s3cret",
        endpoint_auth=EndpointAuth.TOKEN,
        token_url="https://idp.example/token",
        audience="a",
        issuer="i",
        scope="s t",
        units_claim="u",
        grace_seconds=7,
    )


def test_the_secret_may_stand_in_a_file_or_in_the_environment(tmp_path: Path) -> None:
    """So that the settings can be shown to anybody; the environment goes first."""
    (tmp_path / "secret.txt").write_text("of the file\n")
    text = INTROSPECTION.replace('client_secret = "s3cret"', 'client_secret_file = "secret.txt"')
    found = load(tmp_path, text).auth.introspection
    variable = "CORSHEET_AUTH_INTROSPECTION_CLIENT_SECRET"
    other = load(tmp_path, text, **{variable: "of the environment"}).auth.introspection

    assert found is not None
    assert other is not None
    assert (found.client_secret, other.client_secret) == ("of the file", "of the environment")
    assert "of the file" not in repr(found)


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("url = ", "# ", ("url", "CS504")),
        ("client_id = ", "# ", ("client_id", "CS504")),
        ("client_secret = ", "# ", ("client_secret", "CS504")),
        ("https://", "http://", ("url", "CS503")),
        ("https://idp.example/", "idp.example/", ("url", "CS503")),
        ("https://idp.example/", "https://[/", ("url", "CS503")),
        ("client_secret =", "endpoint_auth = 'token'\nclient_secret =", ("token_url", "CS504")),
        ("client_secret =", "endpoint_auth = 'mtls'\nclient_secret =", ("endpoint_auth", "CS503")),
        (
            "client_secret =",
            "token_url = 'http://127.0.0.1/'\nclient_secret =",
            ("token_url", "CS503"),
        ),
        ('client_secret = "s3cret"', "client_secret_file = 'no'", ("client_secret_file", "CS503")),
    ],
)
def test_what_is_wrong_with_introspection_is_told(
    tmp_path: Path, old: str, new: str, found: tuple[str, str]
) -> None:
    """A half-filled table opens no door and closes none quietly."""
    key, code = found
    assert mistakes(tmp_path, INTROSPECTION.replace(old, new)) == [
        (f"auth.introspection.{key}", code)
    ]


def test_a_server_on_this_computer_may_be_asked_without_tls(tmp_path: Path) -> None:
    """Nothing travels."""
    for host in ("127.0.0.1:8188", "localhost", "[::1]:1"):
        found = load(tmp_path, INTROSPECTION.replace("https://idp.example", f"http://{host}"))
        assert found.auth.introspection is not None


def test_jwts_are_read_whole(tmp_path: Path) -> None:
    """Every key."""
    more = 'algorithms = ["ES256"]\nscope = "s"\nunits_claim = "u"\n'

    assert load(tmp_path, JWT + more).auth.jwt == JwtSettings(
        issuer="https://idp.example/",
        jwks_url="https://idp.example/jwks",
        audience="urn:corsheet",
        algorithms=("ES256",),
        scope="s",
        units_claim="u",
    )


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("issuer = ", "# ", ("issuer", "CS504")),
        ("audience = ", "# ", ("audience", "CS504")),
        ("jwks_url = ", "# ", ("jwks_url", "CS504")),
        ("https://idp.example/jwks", "http://idp.example/jwks", ("jwks_url", "CS503")),
        ("audience", "algorithms = ['HS256']\naudience", ("algorithms", "CS503")),
        ("audience", "algorithms = ['none']\naudience", ("algorithms", "CS503")),
        ("audience", "algorithms = []\naudience", ("algorithms", "CS503")),
    ],
)
def test_what_is_wrong_with_jwts_is_told(
    tmp_path: Path, old: str, new: str, found: tuple[str, str]
) -> None:
    """Algorithms that anybody with the public key could sign with among it."""
    key, code = found
    assert mistakes(tmp_path, JWT.replace(old, new)) == [(f"auth.jwt.{key}", code)]


def test_users_may_stand_in_a_file_of_htpasswd(tmp_path: Path) -> None:
    """Beside those of the settings; for every unit."""
    bcrypt = "$2y$05$c4WoMPo3SXsafkva.HHa6uXQZWr7oboPiC2bT/r7q1BB8I2s0BRqC"  # "myPassword"
    (tmp_path / "users").write_text(f"# ours\nkassa:{bcrypt}\n")

    auth = load(tmp_path, USER + "[auth]\nhtpasswd = 'users'\n").auth

    assert [user.username for user in auth.all_users] == ["till", "kassa"]
    credentials = BasicCredentials("kassa", "myPassword")
    assert auth.file_users[0].password_hash.matches(credentials.password)
    assert not auth.file_users[0].password_hash.matches("mypassword")
    assert auth.file_users[0].business_units == {EVERY_UNIT}


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        (None, ["CS503"]),
        (b"\xff", ["CS503"]),
        (b"kassa:plain\nother:{SHA}x\n", ["CS503", "CS503"]),
        pytest.param(f"till:{HASH}\n".encode(), ["CS505"], id="twice"),
    ],
)
def test_what_is_wrong_with_the_file_is_told(
    tmp_path: Path, content: bytes | None, codes: list[str]
) -> None:
    """Missing, not text, unsafe lines by number, a name that stands twice."""
    if content is not None:
        (tmp_path / "users").write_bytes(content)

    found = mistakes(tmp_path, USER + "[auth]\nhtpasswd = 'users'\n")

    assert found == [("auth.htpasswd", code) for code in codes]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "orders.example"])  # noqa: S104
def test_passwords_do_not_travel_in_the_clear(tmp_path: Path, host: str) -> None:
    """Beyond this computer there must be TLS, here or in front."""
    server = f"[server]\nhost = '{host}'\n"

    assert mistakes(tmp_path, USER + server) == [("server.behind_tls_proxy", "CS505")]
    assert load(tmp_path, USER + server + "behind_tls_proxy = true\n").server.host == host


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.1.2.3"])
def test_on_this_computer_nothing_travels(tmp_path: Path, host: str) -> None:
    """No TLS is needed."""
    assert load(tmp_path, USER + f"[server]\nhost = '{host}'\n").server.host == host


@pytest.mark.parametrize(
    "value",
    ["['proxy']", "['10.0.0.1/8']", "['fe80::1%e']", "['::ffff:1.2.3.4']", "'127.0.0.1'", "[1]"],
)
def test_a_trusted_proxy_is_an_address_or_a_network(tmp_path: Path, value: str) -> None:
    """A name would be looked up who knows where."""
    text = USER + f"[server]\ntrusted_proxy = {value}\n"

    assert mistakes(tmp_path, text) == [("server.trusted_proxy", "CS503")]


def test_without_credentials_nobody_else_is_let_in_either(tmp_path: Path) -> None:
    """``allow_anonymous`` beside any way in is a contradiction."""
    for way in (USER, CLIENT, INTROSPECTION, JWT):
        assert mistakes(tmp_path, "allow_anonymous = true\n" + way) == [
            ("allow_anonymous", "CS505")
        ]


def test_a_table_that_stands_twice_is_told_as_that(tmp_path: Path) -> None:
    """It is what comes of pasting below a file that has every table already."""
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, "[server]\nport = 1\n" + USER + "[server]\nthreads = 2\n")

    (finding,) = caught.value.findings
    assert "put the lines into it" in finding.problem.hint


def test_a_password_in_an_address_is_refused(tmp_path: Path) -> None:
    """``config show`` shows addresses."""
    text = INTROSPECTION.replace("idp.example", "user:hidden@idp.example")

    assert mistakes(tmp_path, text) == [("auth.introspection.url", "CS503")]


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_file_without_certificates_is_told(tmp_path: Path, content: str | None) -> None:
    """Before the first token is asked about."""
    if content is not None:
        (tmp_path / "ca.pem").write_text(content)

    found = mistakes(tmp_path, INTROSPECTION + "ca_file = 'ca.pem'\n")

    assert found == [("auth.introspection.ca_file", "CS503")]


def test_a_certificate_in_a_folder_that_is_closed_to_us_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the folders are that certbot keeps: root's alone."""

    def look(path: Path) -> bool:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "is_file", look)
    server = "[server]\nengine = 'granian'\ntls_certificate = 'a.pem'\ntls_key = 'b.pem'\n"

    found = mistakes(tmp_path, USER + server)

    assert found == [("server.tls_certificate", "CS503"), ("server.tls_key", "CS503")]


@pytest.mark.parametrize(
    ("certificate", "key"),
    [
        ("localhost.pem", "other-key.pem"),
        ("localhost-key.pem", "localhost-key.pem"),
        ("localhost.pem", "hiiretail-order.json"),
        ("localhost.pem", "locked-key.pem"),
    ],
)
def test_certificate_and_key_belong_together(tmp_path: Path, certificate: str, key: str) -> None:
    """Told with the settings, not as an address that cannot be had, and never asked for."""
    for name in ("localhost.pem", "localhost-key.pem", "hiiretail-order.json"):
        (tmp_path / name).write_bytes((DATA / name).read_bytes())
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    locks: dict[str, serialization.KeySerializationEncryption] = {
        "other-key.pem": serialization.NoEncryption(),
        "locked-key.pem": serialization.BestAvailableEncryption(b"x"),
    }
    for name, lock in locks.items():
        form = serialization.PrivateFormat.PKCS8
        pem = made.private_bytes(serialization.Encoding.PEM, form, lock)
        (tmp_path / name).write_bytes(pem)
    server = f"[server]\nengine = 'granian'\ntls_certificate = '{certificate}'\n"

    found = mistakes(tmp_path, USER + server + f"tls_key = '{key}'\n")

    assert found == [("server.tls_certificate", "CS503")]


@pytest.mark.parametrize(
    "text",
    [
        USER.replace('"till"', '"a\\nb"'),
        USER + 'business_units = [""]\n',
        USER + 'business_units = ["a\\nb"]\n',
    ],
)
def test_no_name_and_no_unit_has_a_lines_end(tmp_path: Path, text: str) -> None:
    """Nobody can send it."""
    ((key, code),) = mistakes(tmp_path, text)

    assert key.startswith("auth.basic[1].")
    assert code == "CS503"


def test_settings_that_are_nested_too_deep_are_told(tmp_path: Path) -> None:
    """Not with a trace of the program."""
    assert mistakes(tmp_path, "a = " + "[" * 100_000)[0] == ("", "CS501")
