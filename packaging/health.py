"""The health check of the container: ends with 0 where the service answers, else with 1.

Asks ``HEALTH_URL``. The certificate is not looked at: it is this container's own service, under
the name of this computer, which no certificate holds.
"""

import os
import ssl
import sys
import urllib.request

SECONDS = 4
"""For the answer; the engine waits for five."""


def main() -> int:
    """Ask; gives the exit status."""
    around = ssl.create_default_context()
    around.check_hostname, around.verify_mode = False, ssl.CERT_NONE
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}),  # none, whatever the environment names
        urllib.request.HTTPSHandler(context=around),
    )
    try:
        with opener.open(os.environ["HEALTH_URL"], timeout=SECONDS):
            return 0
    except (OSError, KeyError, ValueError) as error:
        print(f"health: {error!r}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
