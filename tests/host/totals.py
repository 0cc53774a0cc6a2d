#!/usr/bin/env python3
"""totals.py FAILED SKIPPED BUILD… - adds up what Meson wrote about its tests. FAILED is not 0 if something else went
wrong; SKIPPED says what could not be run at all, and why, and is else empty."""

import pathlib
import sys
import xml.etree.ElementTree as ElementTree

passed = failed = skipped = 0
for build in sys.argv[3:]:
    report = pathlib.Path(build) / "meson-logs" / "testlog.junit.xml"
    suites = ElementTree.parse(report).getroot().iter("testsuite") if report.exists() else []
    for suite in suites:
        cases = list(suite.iter("testcase"))
        bad = sum(1 for case in cases if case.find("failure") is not None or case.find("error") is not None)
        idle = sum(1 for case in cases if case.find("skipped") is not None)
        # A program that died without saying which test it was in counts as one.
        if int(suite.get("errors", 0)) and not bad:
            bad = 1
        failed += bad
        skipped += idle
        passed += max(0, len(cases) - bad - idle)
if int(sys.argv[1]) and not failed:
    failed = 1
if sys.argv[2]:
    skipped += 1
    print(f"SKIPPED: {sys.argv[2]}")
print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
sys.exit(1 if failed or not passed else 0)
