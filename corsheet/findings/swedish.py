"""Every text of a finding in Swedish: the English one to the Swedish one."""

SWEDISH: dict[str, str] = {}
