"""One line for each check, with its time; at the end the count of both kinds."""
import time
import traceback


class Wrong(Exception):
    """What a check found to be otherwise than it should be."""


class Report:
    def __init__(self):
        self.passed = self.failed = 0

    def check(self, what, act, *arguments):
        """Runs a check and says whether it held; what it gives is shown, such as how much was compared."""
        start = time.monotonic()
        try:
            result = act(*arguments)
        except Exception as error:  # whatever breaks is a failed check, and the next ones still run
            self.failed += 1
            self.line("FAIL", start, what)
            lines = str(error).splitlines() if isinstance(error, Wrong) else traceback.format_exc().splitlines()
            for line in lines[-20:]:
                print(f"                {line}", flush=True)
            return False
        self.passed += 1
        self.line("ok", start, what if result is None else f"{what} ({result})")
        return True

    def line(self, word, start, what):
        print(f"{word:<4} {time.monotonic() - start:7.1f} s  {what}", flush=True)


def equal(what, expected, actual):
    if expected != actual:
        raise Wrong(f"{what}: expected {expected!r}, found {actual!r}")


def none_of(findings):
    findings = list(findings)
    if findings:
        raise Wrong("\n".join(findings))
