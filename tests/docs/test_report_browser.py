"""The report page in a real browser: nothing is asked for outside, nothing fails, everything is reached by keyboard."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from simulator.__main__ import main
from tests.unit.chartlab import size

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
DRIVER = shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(
    not (BROWSER and DRIVER),
    reason="no chromium or chromedriver on PATH; on Debian: apt-get install chromium chromium-driver",
)
SIZES = {"desktop": (1280, 900), "phone": (390, 844)}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a shipped scenario with one branch and its answer."""
    found = tmp_path_factory.mktemp("report") / "inf.html"
    words = ["report", "inf-endgame", "--runs", "100", "--branch", "settlement", "--worlds", "10", "-o", str(found)]
    done = subprocess.run([sys.executable, "-m", "simulator", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return found


@contextlib.contextmanager
def _chromium(width: int, height: int) -> Iterator[webdriver.Chrome]:
    """Chromium with a window of this size; it may not use a network, and keeps what it asked for."""
    options = webdriver.ChromeOptions()
    options.binary_location = str(BROWSER)
    profile = tempfile.mkdtemp()
    for one in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", f"--user-data-dir={profile}"):
        options.add_argument(one)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(str(DRIVER)))
    phone = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", phone)
    yield driver
    driver.quit()
    shutil.rmtree(profile, ignore_errors=True)


@pytest.fixture(params=SIZES)
def browser(request: pytest.FixtureRequest) -> Iterator[webdriver.Chrome]:
    """Chromium as wide as a desktop and as a telephone."""
    with _chromium(*SIZES[request.param]) as driver:
        yield driver


def _asked(driver: webdriver.Chrome) -> list[str]:
    """The addresses that documents asked for, those of the browser's own first page left out."""
    events = [json.loads(row["message"])["message"] for row in driver.get_log("performance")]
    return [
        one["params"]["request"]["url"]
        for one in events
        if one["method"] == "Network.requestWillBeSent" and not one["params"]["documentURL"].startswith("chrome://")
    ]


def _js(driver: webdriver.Chrome, text: str) -> Any:
    return driver.execute_script(f"return {text}")


def test_the_page_in_a_browser(browser: webdriver.Chrome, page: Path) -> None:
    """No outside request, no message in the console, no sideways scrolling, every picture is shown as wide as fits."""
    browser.get(page.as_uri())
    assert [one for one in _asked(browser) if not one.startswith("data:")] == [page.as_uri()]
    assert browser.get_log("browser") == []
    width = _js(browser, "innerWidth")
    assert _js(browser, "document.documentElement.scrollWidth") <= width
    pictures = _js(browser, "[...document.images].map(i => [i.complete, i.naturalWidth, i.clientWidth, i.alt])")
    assert len(pictures) >= 3
    for complete, natural, shown, words in pictures:
        assert complete
        assert words
        assert (natural < 400) == (width < 500)  # the telephone has its own picture
        assert 0.9 * natural <= shown <= natural
    shot = browser.get_screenshot_as_png()
    assert size(shot) == (width, _js(browser, "innerHeight"))
    assert len(shot) > 20_000  # an empty page has a much smaller picture


def test_every_chart_has_a_table_that_the_keyboard_opens(browser: webdriver.Chrome, page: Path) -> None:
    """Tab reaches the summary below each chart, Enter opens its table, and Tab goes on into it."""
    browser.get(page.as_uri())
    figures = browser.find_elements(By.TAG_NAME, "figure")
    waiting = {one.get_attribute("id") for one in figures}
    assert all(waiting)
    body = browser.find_element(By.TAG_NAME, "body")
    body.send_keys(Keys.TAB)
    for _ in range(2_000):
        here = browser.switch_to.active_element
        if here.tag_name == "body":
            break
        if here.tag_name == "summary":
            here.send_keys(Keys.ENTER)
            name = _js(browser, "document.activeElement.closest('figure').id")
            assert _js(browser, "document.activeElement.parentElement.open")
            here.send_keys(Keys.TAB)
            assert _js(browser, "document.activeElement.matches('.table')")
            assert _js(browser, "document.activeElement.querySelectorAll('tbody tr').length") > 0
            waiting.discard(name)
            if not waiting:
                break
        browser.switch_to.active_element.send_keys(Keys.TAB)
    assert not waiting


CHARTS = {
    "bands": ("bands", "inf-endgame"),
    "pair": ("pair", "inf-endgame", "--branch", "no-declaration", "--replay"),
    "shares": ("shares", "inf-endgame", "--runs", "20"),
    "fan": ("fan", "inf-endgame", "--runs", "20"),
    "indicators": ("indicators", "inf-endgame"),
    "network": ("network", "cfe-endgame", "--date", "2010-01-01"),
    "lifecycle": ("lifecycle", "inf"),
}


def test_charts_open_in_a_browser(tmp_path: Path) -> None:
    """Each kind of chart as a page of its own: it is drawn, asks for nothing outside, and the console stays empty."""
    for kind, words in CHARTS.items():
        assert main(["chart", *words, "-o", str(tmp_path / f"{kind}.html")]) == 0
    with _chromium(*SIZES["desktop"]) as driver:
        for kind in CHARTS:
            address = (tmp_path / f"{kind}.html").as_uri()
            driver.get(address)
            drawn = "document.querySelectorAll('svg.marks path, canvas.marks').length"
            WebDriverWait(driver, 30).until(lambda one: _js(one, drawn), kind)  # noqa: B023 -- called before the next
            assert driver.get_log("browser") == [], kind
            assert {one for one in _asked(driver) if not one.startswith("data:")} == {address}, kind


# What stands on a page of print: further right than the paper, unseen, or cut off by a box that scrolls.
_PRINTED = """
const shown = one => one.checkVisibility({contentVisibilityAuto: true, opacityProperty: true, visibilityProperty: true});
const all = [...document.body.querySelectorAll('*')].filter(shown);
return {
  wide: all.filter(one => one.getBoundingClientRect().right > innerWidth + 1).map(one => one.outerHTML.slice(0, 120)),
  cut: all.filter(one => one.matches('.table') && one.scrollHeight > one.clientHeight + 1).length,
  unseen: [...document.querySelectorAll('details table, img')].filter(one => !shown(one)).length,
  tables: document.querySelectorAll('details table').length,
  dark: all.filter(one => {
    const [red, green, blue, alpha] = getComputedStyle(one).backgroundColor.match(/[\\d.]+/g).map(Number);
    return alpha !== 0 && red + green + blue < 600;
  }).length,
  moving: shown(document.querySelector('nav')),
};
"""


@pytest.mark.parametrize("paper", [718, 740], ids=["A4", "letter"])
def test_the_page_on_paper(page: Path, paper: int) -> None:
    """In print nothing is wider than the paper, no background is dark, and the data of every chart can be read."""
    with _chromium(paper, 1000) as driver:
        driver.get(page.as_uri())
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
        found = driver.execute_script(_PRINTED)
        assert found["tables"] >= 3
        assert found == {"wide": [], "cut": 0, "unseen": 0, "tables": found["tables"], "dark": 0, "moving": False}
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "screen"})
        assert driver.execute_script(_PRINTED)["unseen"] == found["tables"], "on a screen the tables wait to be opened"
