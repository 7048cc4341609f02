"""The pictures of Dagster's pages in ``docs/images``, for ``make screenshots``: ``python docs/screenshots.py``.

Runs the example in a temporary folder, a few days of it and then with bad input, starts the pages on a free port of
this machine, and takes them in the system's own Chromium, without a window. Nothing outside that folder is touched.
"""  # noqa: INP001 - a program, in no package

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml
from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
DAYS = (2, 4, 6, 8, 10)
BAD_CASES = (
    '"90-0001_2015","1","2015-03-02 09:00:00","no-such-analyst","663-2870"',
    '"90-0002_2015","2","2015-03-02 09:30:00","no-such-analyst","335-2528"',
    '"90-0003_2015","high","2015-03-02 10:00:00","42-3781","663-2870"',
    '"90-0004_2015","3","2015-02-30 11:00:00","42-3781","335-2528"',
)
MINUTE = 60_000


def prepare(home: Path) -> dict[str, str]:
    """Run the example below a folder; gives the environment that its pages need."""
    dagster = home / "dagster"
    dagster.mkdir(parents=True)
    settings = yaml.safe_load((ROOT / "dagster.yaml").read_text(encoding="utf-8"))
    kept = {name: value for name, value in settings.items() if "base_dir" not in str(value)}
    (dagster / "dagster.yaml").write_text(yaml.safe_dump(kept), encoding="utf-8")
    environment = environment_of(home)
    for days in DAYS:
        call(environment, "etl-assets", "sample", "support", "--days", str(days))
        if days == DAYS[-1]:
            spoil(home / "landing" / "support")
        call(environment, "dg", "launch", "--job", "support")
    return environment


def spoil(landing: Path) -> None:
    """Put in bad rows, among so many good ones that the load bears them, and a file that nothing is declared for."""
    cases = (landing / "cases.csv").read_text(encoding="utf-8").splitlines()[:100]
    bad = landing / "2015-03-02" / "cases.csv"
    bad.parent.mkdir()
    bad.write_text("".join(f"{line}\r\n" for line in (*cases, *BAD_CASES)), encoding="utf-8")
    (landing / "cases.txt").write_text("of no declared form\n", encoding="utf-8")


def environment_of(home: Path) -> dict[str, str]:
    """The environment with the project's settings all below the folder, whatever a ``.env`` says."""
    own = dict.fromkeys(("ETL_WAREHOUSE_URL", "ETL_LAKE_URL", "ETL_LANDING_URL"), "")
    return os.environ | own | {"ETL_HOME": str(home), "DAGSTER_HOME": str(home / "dagster"), "ETL_SETTLE_SECONDS": "0"}  # noqa: TID251 - a program starts others


def call(environment: dict[str, str], name: str, *arguments: str) -> None:
    """Call a program of the environment that this one runs in."""
    print(name, *arguments, flush=True)  # noqa: T201 - says how far it is
    program = str(Path(sys.executable).with_name(name))
    done = subprocess.run([program, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own programs
    if done.returncode:
        sys.exit(f"screenshots: {name} failed:\n{(done.stdout + done.stderr)[-2000:]}")


@contextmanager
def pages(environment: dict[str, str]) -> Iterator[str]:
    """Dagster's pages as ``make dev`` serves them, on a free port; gives their address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = Path(environment["ETL_HOME"]) / "pages.log"
    program = [sys.executable, str(ROOT / "deploy" / "dev.py"), str(port)]
    with log.open("w") as said:
        server = subprocess.Popen(  # noqa: S603 - our own program
            program, cwd=ROOT, env=environment, stdout=said, stderr=said, start_new_session=True
        )
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(f"{address}/server_info", server, log)
        yield address
    finally:
        end(server)


def wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until a page is served."""
    for _ in range(180):
        if server.poll() is not None:
            break
        try:
            urllib.request.urlopen(url, timeout=5).close()  # noqa: S310 - our own server
        except OSError:
            time.sleep(1)
        else:
            return
    sys.exit(f"screenshots: the pages did not start:\n{log.read_text()[-2000:]}")


def end(server: subprocess.Popen[bytes]) -> None:
    """End the pages and what they started."""
    for sign in (signal.SIGINT, signal.SIGKILL):
        try:
            os.killpg(server.pid, sign)
            server.wait(timeout=30)
        except subprocess.TimeoutExpired:
            continue
        except ProcessLookupError:
            break


@dataclass(frozen=True, kw_only=True)
class Shot:
    """A page to be taken.

    Args:
        name: The picture's file.
        path: The page.
        awaited: A text that is there once the page is.
        height: Of the picture, in pixels.
        before: What is done on the page before it is taken.
    """

    name: str
    path: str
    awaited: str
    height: int = 900
    width: int = 1400
    before: Callable[[Page], object] | None = None


def show_plots(page: Page) -> None:
    """Switch from the table of an asset's metadata to its plots."""
    page.get_by_text("Plots", exact=True).first.click()
    page.get_by_text("rows_written").first.wait_for(timeout=MINUTE)
    scroll_to(page, "Metadata")


def show_metadata(page: Page) -> None:
    """Scroll to an asset's pictures."""
    scroll_to(page, "Metadata")


def scroll_to(page: Page, heading: str) -> None:
    """Bring a section to the top."""
    page.get_by_text(heading, exact=True).first.evaluate("e => e.scrollIntoView({block: 'start'})")


def show_preview(page: Page) -> None:
    """Open the rows of an asset."""
    page.get_by_text("[Show Markdown]").first.click()
    page.get_by_text("Close", exact=True).wait_for(timeout=MINUTE)


GROUP = "/locations/__repository__@etl_assets/asset-groups/support/lineage"
ASSET = "/assets/support/{}"
SHOTS = (
    Shot(name="graph", path=GROUP, awaited="dim_analysts", width=1900, height=1640),
    Shot(name="asset", path=ASSET.format("marts/dim_analysts"), awaited="longest_life", height=1100),
    Shot(name="pictures", path=ASSET.format("marts/dim_analysts"), awaited="longest_life", before=show_metadata),
    Shot(name="preview", path=ASSET.format("marts/dim_analysts"), awaited="longest_life", before=show_preview),
    Shot(name="plots", path=ASSET.format("marts/dim_analysts"), awaited="longest_life", before=show_plots),
    Shot(
        name="check",
        path=ASSET.format("marts/fact_cases?view=checks&checkDetail=cases_have_a_known_analyst"),
        awaited="no-such-analyst",
    ),
    Shot(
        name="quarantine",
        path=ASSET.format("staging/cases?view=checks&checkDetail=nothing_is_quarantined"),
        awaited="2015-02-30",
    ),
    Shot(name="runs", path="/runs", awaited="Success", height=520),
    Shot(name="automation", path="/automation", awaited="support_each_night", height=600),
)


def take(address: str, folder: Path, names: set[str]) -> None:
    """Take the pages, all or those that are named."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        sys.exit("screenshots: there is no Chromium; on Debian: apt-get install chromium fonts-dejavu-core")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=[*QUIET])
        for shot in SHOTS:
            if names and shot.name not in names:
                continue
            page = browser.new_page(viewport={"width": shot.width, "height": shot.height}, color_scheme="light")
            page.goto(f"{address}{shot.path}", timeout=MINUTE)
            page.get_by_text(shot.awaited).first.wait_for(timeout=MINUTE)
            if shot.before:
                shot.before(page)
            settle(page)
            save(page.screenshot(), folder / f"{shot.name}.png")
            page.close()
        browser.close()


def settle(page: Page) -> None:
    """Wait until nothing is being fetched any more, as far as a page that asks again and again can tell."""
    for _ in range(20):
        page.wait_for_timeout(1500)
        if not page.get_by_text("Loading").count():
            break


def save(picture: bytes, path: Path) -> None:
    """Write a picture with few colours, as pages have: it takes a third of the space."""
    path.write_bytes(picture)
    with Image.open(path) as full:
        few = full.convert("RGB").quantize(64, dither=Image.Dither.NONE)
    few.save(path, optimize=True)
    print(path, path.stat().st_size // 1000, "kB")  # noqa: T201 - says what was made


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="which pictures; all when none is named")
    parser.add_argument("--into", type=Path, default=ROOT / "docs" / "images", help="the folder of the pictures")
    parser.add_argument("--home", type=Path, help="a folder to run the example in, or where it was run; kept")
    asked = parser.parse_args()
    asked.into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        home = (asked.home or Path(temporary) / "etl").absolute()
        environment = environment_of(home) if home.exists() else prepare(home)
        with pages(environment) as address:
            take(address, asked.into, set(asked.names))


if __name__ == "__main__":
    main()
