"""Saves a workbook in LibreOffice; runs under the Python that has LibreOffice's bridge.

Starts a headless LibreOffice, opens the workbook named on the command line and
takes one JSON line at a time: {"Sheet!A1": value, …}. It sets those cells,
stores the document as File > Save does, and answers with the time of the save.
"""

import json
import subprocess
import sys
import tempfile
import time

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException


def connect(pipe):
    """Wait for LibreOffice to listen."""
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext(
        "com.sun.star.bridge.UnoUrlResolver", local
    )
    end = time.monotonic() + 60
    while True:
        try:
            return resolver.resolve("uno:pipe,name=%s;urp;StarOffice.ComponentContext" % pipe)
        except NoConnectException:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def main():
    """Serve the lines of standard input."""
    path = sys.argv[1]
    with tempfile.TemporaryDirectory() as profile:
        pipe = "corsheet%d" % time.time_ns()
        office = subprocess.Popen(
            [
                "soffice",
                "--headless",
                "--norestore",
                "--nologo",
                "--nodefault",
                "--accept=pipe,name=%s;urp;" % pipe,
                "-env:UserInstallation=file://%s" % profile,
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            context = connect(pipe)
            desktop = context.ServiceManager.createInstanceWithContext(
                "com.sun.star.frame.Desktop", context
            )
            hidden = PropertyValue()
            hidden.Name, hidden.Value = "Hidden", True
            document = desktop.loadComponentFromURL(
                uno.systemPathToFileUrl(path), "_blank", 0, (hidden,)
            )
            print("open", flush=True)
            for line in sys.stdin:
                for place, value in json.loads(line).items():
                    sheet, _, cell = place.partition("!")
                    target = document.Sheets.getByName(sheet).getCellRangeByName(cell)
                    if isinstance(value, str):
                        target.setString(value)
                    else:
                        target.setValue(value)
                document.store()
                print(repr(time.time()), flush=True)
            document.close(True)
        finally:
            office.terminate()
            office.wait()


if __name__ == "__main__":
    main()
