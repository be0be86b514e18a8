"""As whom a service runs: the least that can still read the workbook, and never root."""

import stat
from pathlib import Path, PurePosixPath

import pytest

from corsheet.install import account
from corsheet.install.account import (
    PASS,
    READ,
    TEMPORARY,
    Account,
    Entry,
    Person,
    choose,
    find_account,
    look,
    refuse_temporary,
)
from corsheet.install.steps import InstallError
from corsheet.install.wanted import Program
from tests.support.installing import wanted

ROOT_ID, ANNA_ID, SHOP_ID = 0, 1000, 2000
ANNA = Person("anna", ANNA_ID, frozenset({ANNA_ID, SHOP_ID}))
ROOT = Person("root", ROOT_ID, frozenset({ROOT_ID}))


def entry(path: str, mode: int, owner: int = ANNA_ID, group: int = ANNA_ID) -> Entry:
    """Make a folder to go through, or a file to read."""
    wants = READ if "." in path else PASS
    return Entry(PurePosixPath(path), mode, owner, group, wants)


def chosen(*entries: Entry, owner: Person = ANNA) -> Account:
    """Choose among users that are made up."""
    return choose(entries, owner, {SHOP_ID: "shop", ANNA_ID: "anna"}.__getitem__, "/home/anna")


def test_where_everybody_may_read_the_service_has_a_user_of_its_own() -> None:
    """Who has nothing else."""
    assert chosen(entry("/srv", 0o755, 0, 0), entry("/srv/orders.xlsx", 0o644)) == Account()


def test_where_one_group_may_read_its_own_user_joins_it() -> None:
    """Such as a folder that is kept for it."""
    folder = entry("/srv/shop", 0o2750, ANNA_ID, SHOP_ID)
    file = entry("/srv/shop/corsheet.toml", 0o640, ANNA_ID, SHOP_ID)

    assert chosen(entry("/srv", 0o755, 0, 0), folder, file) == Account(group="shop")


@pytest.mark.parametrize(
    ("home", "settings"),
    [
        (entry("/home/anna", 0o700), entry("/home/anna/corsheet.toml", 0o644)),
        (entry("/home/anna", 0o755), entry("/home/anna/corsheet.toml", 0o600)),
        # two groups at once are more than the service should have
        (entry("/home/anna", 0o750), entry("/home/anna/corsheet.toml", 0o640, ANNA_ID, SHOP_ID)),
        # who is in the group has the rights of the group, though others have more
        (
            entry("/srv/shop", 0o750, ANNA_ID, SHOP_ID),
            entry("/srv/shop/a.toml", 0o604, ANNA_ID, SHOP_ID),
        ),
    ],
)
def test_else_it_runs_as_who_keeps_the_workbook(home: Entry, settings: Entry) -> None:
    """Who can read it however a program saves it."""
    assert chosen(home, settings) == Account(user="anna", home="/home/anna")


def test_never_as_root() -> None:
    """What root alone can read is refused, with the path and what to do."""
    with pytest.raises(InstallError, match=r"/root can be read by root alone") as refused:
        chosen(entry("/root", 0o700, 0, 0), owner=ROOT)

    assert "chown" in refused.value.cure


def test_what_the_keeper_cannot_read_either_is_refused() -> None:
    """Such as the program in another one's home."""
    with pytest.raises(InstallError, match=r"/home/bo cannot be read by anna"):
        chosen(entry("/home/anna", 0o700), entry("/home/bo", 0o700, 1001, 1001))


@pytest.mark.parametrize("path", [f"{folder}/shop/orders.xlsx" for folder in TEMPORARY])
def test_folders_for_temporary_files_are_refused(path: str) -> None:
    """The service has its own, and would see an empty one."""
    with pytest.raises(InstallError, match="temporary"):
        refuse_temporary([PurePosixPath("/srv/corsheet.toml"), PurePosixPath(path)])

    refuse_temporary([PurePosixPath(f"{TEMPORARY[0]}files/orders.xlsx")])


def test_every_folder_on_the_way_is_looked_at(tmp_path: Path) -> None:
    """Links are followed; what is not there yet is left out; the watched folder must be listed."""
    shop, kept = tmp_path / "shop", tmp_path / "kept"
    kept.mkdir(0o710)
    shop.symlink_to(kept)
    (kept / "orders.xlsx").write_bytes(b"")
    (kept / "orders.xlsx").chmod(0o640)

    found = look([shop / "orders.xlsx", shop / "missing.pem"], shop)

    wants = {Path(entry.path): entry.wants for entry in found}
    assert wants[shop] == wants[kept] | READ == READ | PASS
    assert wants[kept / "orders.xlsx"] == READ
    assert wants[tmp_path] == wants[Path("/")] == PASS
    assert shop / "missing.pem" not in wants
    (mode,) = (entry.mode for entry in found if Path(entry.path) == kept / "orders.xlsx")
    assert mode == stat.S_IRUSR | stat.S_IWUSR | stat.S_IRGRP


def test_the_account_is_found_among_the_users_of_this_computer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Settings that one person alone may read: it runs as them, and root is refused."""
    monkeypatch.setattr(account, "TEMPORARY", ())
    (tmp_path / "corsheet.toml").touch(0o600)
    program = Program(("/bin/sh",), (PurePosixPath("/bin/sh"),))
    shop = wanted(PurePosixPath(tmp_path), program=program)

    if tmp_path.owner() == "root":
        with pytest.raises(InstallError, match="no service should be root"):
            find_account(shop)
    else:
        assert find_account(shop).user == tmp_path.owner()


def test_an_owner_or_a_group_that_is_not_known_here_is_nobody_to_run_as() -> None:
    """Of a folder from another computer; where everybody may read it, nobody minds."""
    stranger = Person("", 54321, frozenset())
    open_to_all = entry("/srv/shop/a.toml", 0o644, 54321, 54321)
    group_only = entry("/srv/shop/a.toml", 0o640, 54321, SHOP_ID)

    assert chosen(open_to_all, owner=stranger) == Account()
    assert chosen(group_only, owner=stranger) == Account(group="shop")
    with pytest.raises(InstallError, match="user 54321, whom this computer does not know"):
        choose([group_only], stranger, lambda _: "", "")


def test_a_folder_whose_owner_is_not_known_here_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a sentence."""
    monkeypatch.setattr(account, "TEMPORARY", ())
    monkeypatch.setattr("pwd.getpwuid", {}.__getitem__)
    monkeypatch.setattr("grp.getgrgid", {}.__getitem__)
    (tmp_path / "corsheet.toml").touch(0o600)

    with pytest.raises(InstallError, match="whom this computer does not know"):
        find_account(wanted(PurePosixPath(tmp_path)))


def test_what_may_not_be_looked_at_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another one's folder, without an administrator's rights."""

    def stat_denied(path: Path, **_: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "stat", stat_denied)

    with pytest.raises(InstallError, match="may not be looked at") as refused:
        find_account(wanted(PurePosixPath("/srv/closed")))

    assert "sudo" in refused.value.cure


def test_a_link_into_a_folder_for_temporary_files_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind it the service would see nothing."""
    temporary, shop = tmp_path / "temporary", tmp_path / "shop"
    monkeypatch.setattr(account, "TEMPORARY", (str(temporary),))
    temporary.mkdir()
    shop.mkdir()
    (temporary / "orders.xlsx").touch()
    (shop / "orders.xlsx").symlink_to(temporary / "orders.xlsx")

    with pytest.raises(InstallError, match="temporary"):
        find_account(wanted(PurePosixPath(shop)))
