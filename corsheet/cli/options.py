"""What ``serve`` and ``config`` share: finding and loading the settings."""

import argparse
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from corsheet.cli.report import print_findings
from corsheet.settings import Settings, SettingsError, load_settings

SETTINGS_FILE = "corsheet.toml"


def add_config(parser: argparse.ArgumentParser) -> None:
    """Add ``--config``."""
    parser.add_argument(
        "--config",
        metavar="FILE",
        type=Path,
        help=f"the settings (default: {SETTINGS_FILE} in this folder, or beside the workbook)",
    )


def load(named: Path | None, overrides: Mapping[str, Any]) -> Settings:
    """Gather the settings of file, environment and command line.

    Raises:
        SettingsError: Anything is wrong with them.
    """
    return load_settings(
        find_settings_file(named, overrides.get("workbook")), os.environ, overrides
    )


def print_settings_error(error: SettingsError) -> None:
    """Tell on standard error what is wrong with the settings, by where each came from."""
    for source, findings in error.by_source().items():
        print_findings(findings, source, sys.stderr)


def find_settings_file(named: Path | None, workbook: str | None = None) -> Path | None:
    """Give the settings file that is meant; None: there is none."""
    if named is not None:
        return named
    folders = [Path(), *([Path(workbook).parent] if workbook else [])]
    return next((f / SETTINGS_FILE for f in folders if is_file(f / SETTINGS_FILE)), None)


def is_file(path: Path) -> bool:
    """Tell whether there is a file, as far as this account may look."""
    try:
        return path.is_file()
    except OSError:
        return False
