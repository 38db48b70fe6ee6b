"""Tests the page of `plumbline view` in headless Chromium, with invented results.

    python test_page.py WORK [IMAGES [RUNS [METRICS]]]

WORK is an empty folder for the pages, the downloads and the pictures of the screen. Prints the
measured times, and ends with 1 where a check fails.
"""

import csv
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from page_checks import accessibility_problems

HERE = Path(__file__).resolve().parent
WORK = Path(sys.argv[1]).resolve()
SIZES = sys.argv[2:] or ["10000", "10", "30"]
START_LIMIT, FILTER_LIMIT = 2000, 100
# The limits hold for 10,000 images; with fewer, times are only printed.
JUDGED_FROM = 10_000
# The median of this many filters is judged, and the slowest is printed.
REPEATS = 9


class Browser:
    def __init__(self, width, height):
        options = webdriver.ChromeOptions()
        for argument in ["--headless=new", "--no-sandbox", "--disable-gpu",
                         "--disable-dev-shm-usage", f"--window-size={width},{height}"]:
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        options.add_experimental_option(
            "prefs", {"download.default_directory": str(WORK / "downloads")})
        driver = shutil.which("chromedriver") or "/usr/bin/chromedriver"
        self.driver = webdriver.Chrome(
            options=options, service=webdriver.ChromeService(driver))
        self.driver.set_script_timeout(120)
        self.driver.execute_cdp_cmd("Performance.enable", {"timeDomain": "threadTicks"})

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def open(self, hash_=""):
        """Opens the page anew; returns the milliseconds until the first card was drawn."""
        self.driver.get("about:blank")
        self.driver.get((WORK / "page" / "index.html").as_uri() + hash_)
        return self.driver.execute_async_script("""
            const done = arguments[0];
            const look = () => document.querySelector("#grid .card, #scatter, #confusion, #runs")
                ? requestAnimationFrame(() => done(performance.now())) : setTimeout(look, 10);
            look();""")

    def until(self, condition):
        """Waits five seconds at most; returns whether the condition came true."""
        for _ in range(50):
            if self.run(condition):
                return True
            time.sleep(0.1)
        return False

    def change(self, change):
        """Changes the state; returns the milliseconds until the frame after it was drawn."""
        return self.driver.execute_async_script(f"""
            const done = arguments[0];
            const start = performance.now();
            Promise.resolve(PL.change((state) => {{ {change} }})).then(() =>
                requestAnimationFrame(() => setTimeout(() => done(performance.now() - start))));
            """)

    def work(self):
        """Milliseconds that the page's thread has computed; the load of the machine is left out."""
        metrics = self.driver.execute_cdp_cmd("Performance.getMetrics", {})["metrics"]
        return 1000 * next(m["value"] for m in metrics if m["name"] == "TaskDuration")

    def element(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def press(self, *keys):
        """Presses the last key while the others are held."""
        chain = ActionChains(self.driver)
        for key in keys[:-1]:
            chain.key_down(key)
        chain.send_keys(keys[-1])
        for key in keys[:-1]:
            chain.key_up(key)
        chain.perform()

    def shown(self):
        return self.run("return Array.from(PL.result.order)")

    def count(self):
        return self.run("return PL.result.order.length")


failures = []


def check(condition, what):
    print(("ok    " if condition else "WRONG ") + what, flush=True)
    if not condition:
        failures.append(what)


def measure(browser, name, action, limit, repeats):
    """Prints the time on the clock and the work; on a busy machine only the work is judged."""
    rows = []
    for _ in range(repeats):
        before = browser.work() if browser else 0
        rows.append(action())
        if browser:
            rows[-1] = (rows[-1], browser.work() - before)
    clock, work = (statistics.median(column) for column in zip(*rows))
    print(f"{name}: {clock:.0f} ms on the clock, {work:.0f} ms of work (medians of {repeats}); "
          f"at best {min(rows)[0]:.0f} ms, at worst {max(rows)[0]:.0f} ms on the clock")
    if int(SIZES[0]) < JUDGED_FROM:
        return
    is_busy = os.getloadavg()[0] > os.cpu_count()
    judged, what = (work, "of work") if is_busy else (clock, "on the clock")
    check(judged < limit, f"{name}: within {limit} ms {what}")


def cold_start():
    """The time on the clock and the work of a new browser until the first cards are drawn."""
    browser = Browser(1280, 900)
    times = (browser.open(), browser.work())
    browser.driver.quit()
    return times


def test_times(browser):
    print("load of the machine:", os.getloadavg()[0], "on", os.cpu_count(), "processors")
    measure(None, "start", cold_start, START_LIMIT, 3)
    browser.open()
    browser.change("state.ranges.set('score_1', [0.2, NaN])")
    filters = {
        "a class": "state.filters.set('label', new Set([1 + Math.floor(Math.random() * 4)]))",
        "a range": "state.ranges.set('score_1', [Math.random() * 0.5, NaN])",
        "an order": "state.descending = !state.descending",
        "a search": "state.search = String(Math.floor(Math.random() * 9))",
    }
    for name, change in filters.items():
        measure(browser, name, lambda: browser.change(change), FILTER_LIMIT, REPEATS)


def test_sort_and_filter(browser):
    browser.open()
    values = browser.run(
        "const c = PL.scoreColumn('score_0'); return PL.result.order.length"
        " ? Array.from(PL.result.order, (i) => Number.isNaN(c[i]) ? null : c[i]) : []")
    present = [value for value in values if value is not None]
    check(present == sorted(present, reverse=True), "images are sorted by the score")
    check(values[:len(present)] == present, "missing values come last")
    total = browser.count()
    browser.element("#f-label-1").click()
    check(0 < browser.count() < total, "a tick filters")
    expected = browser.run("""
        const column = PL.categoryColumn('label');
        let count = 0;
        for (let i = 0; i < PL.imageCount(); i += 1) count += column[i] === 1;
        return count;""")
    check(browser.count() == expected, "a filter leaves the images of its value")
    check("f.label=cat" in browser.driver.current_url, "the filter stands in the address")
    browser.driver.back()
    time.sleep(0.5)
    check(browser.count() == total, "back removes the filter")
    browser.driver.forward()
    time.sleep(0.5)
    check(browser.count() == expected, "forward brings it again")
    address = "#" + browser.driver.current_url.split("#")[1]
    browser.open(address)
    check(browser.count() == expected, "the address alone brings the same images")
    # Every third image is not in the data, and the next one is an evaluation image.
    browser.open("#f.split=evaluate")
    check(browser.count() == len(range(1, total, 3)), "images are filtered by their split")
    browser.element("#f-split-2").click()
    check(browser.count() == total - len(range(0, total, 3)), "two splits are united")


def test_brush(browser):
    browser.open()
    total = browser.count()
    plot = browser.element("#histogram")
    browser.run("arguments[0].scrollIntoView({block: 'center'})", plot)
    ActionChains(browser.driver).move_to_element_with_offset(plot, -40, 0).click_and_hold() \
        .move_by_offset(60, 0).release().perform()
    low, high = browser.run("return PL.state.ranges.get('score_0')")
    inside = browser.run(
        "const c = PL.scoreColumn('score_0'); return Array.from(PL.result.order, (i) => c[i])")
    check(0 < len(inside) < total, "a brush on the histogram filters")
    check(all(low <= value <= high for value in inside), "all are within the brush")
    browser.open("#view=scatter&x=score_1&y=score_2")
    browser.run("document.querySelector('.plot svg').scrollIntoView({block: 'center'})")
    ActionChains(browser.driver) \
        .move_to_element_with_offset(browser.element(".plot svg"), -60, -60).click_and_hold() \
        .move_by_offset(120, 100).release().perform()
    keys = browser.run("return Array.from(PL.state.ranges.keys()).sort()")
    check(keys == ["score_1", "score_2"], "a brush on the scatter filters both scores")
    check(0 < browser.count() < total, "and leaves some images")


def test_confusion(browser):
    browser.open("#view=matrix")
    counts = browser.run("return PL.confusionCells().map((cell) => cell.count)")
    check(sum(counts) == browser.count(), "the cells of the matrix hold all images")
    cell = browser.element("#cell-1-2")
    cell.send_keys(Keys.ENTER)
    check(browser.count() == browser.run("return PL.confusionCells().find("
          "(c) => c.label === 1 && c.prediction === 2).count"), "a cell filters, by keyboard")


def test_keyboard(browser):
    browser.open()
    browser.run("PL.cardAt(0).focus()")
    browser.press(Keys.ARROW_RIGHT)
    browser.press(" ")
    browser.press(Keys.SHIFT, Keys.ARROW_RIGHT)
    check(len(browser.run("return Array.from(PL.state.selected)")) == 2,
          "arrow keys, space and shift select")
    browser.press(Keys.END)
    check(browser.run("return document.activeElement.dataset.place")
          == str(browser.count() - 1), "End moves to the last image")
    browser.press(Keys.HOME)
    browser.press(Keys.ENTER)
    check(browser.until("return document.getElementById('detail').open"), "Enter opens an image")
    first = browser.run("return PL.state.open")
    browser.press(Keys.ARROW_RIGHT)
    check(browser.run("return PL.state.open") != first, "the right arrow key shows the next")
    browser.press(Keys.ESCAPE)
    check(not browser.run("return document.getElementById('detail').open"), "Escape closes it")
    browser.press("2")
    check(browser.run("return PL.state.view") == "scatter", "a number chooses a view")
    browser.press("/")
    check(browser.run("return document.activeElement.id") == "search", "/ leads to the search")
    reached = set()
    browser.open()
    for _ in range(60):
        browser.press(Keys.TAB)
        reached.add(browser.run("return document.activeElement.id || document.activeElement"
                                ".getAttribute('role')"))
    wanted = {"skip", "view-images", "choose-run", "search", "save-csv", "choose-score", "option"}
    check(wanted <= reached, f"Tab reaches everything; not {sorted(wanted - reached)}")


def test_compare(browser):
    browser.open("#against=1&sort=difference")
    differences = browser.run("""
        const c = PL.scoreColumn('score_0'), n = PL.imageCount();
        return Array.from(PL.result.order, (i) => c[i] - c[n + i])
            .filter((v) => !Number.isNaN(v));""")
    check(differences == sorted(differences, reverse=True), "two runs sort by their difference")
    browser.open("#open=5")
    time.sleep(1)
    tiles = browser.driver.find_elements(By.CSS_SELECTOR, ".tile")
    check(len(tiles) == int(SIZES[1]), "an image is shown under all runs")


def test_export(browser):
    folder = WORK / "downloads"
    browser.open("#selected=0-9")
    browser.element("#save-csv").click()
    browser.element("#save-ids").click()
    for _ in range(50):
        if len(list(folder.glob("plumbline-*"))) == 2:
            break
        time.sleep(0.1)
    with open(folder / "plumbline-images.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    names = browser.run("return PL.data.index.images.names.slice(0, 10)")
    check(sorted(row["image"] for row in rows) == sorted(names), "the CSV has the selection")
    ids = (folder / "plumbline-ids.txt").read_text().split("\n")[:-1]
    check(sorted(ids) == sorted(n for n in names if "\n" not in n), "so has the list of names")


def test_safety(browser):
    """No name becomes markup, nothing is refused that the page needs, nothing leaves it."""
    browser.open("#open=0")
    time.sleep(0.7)
    lines = browser.run("return document.querySelectorAll('#frame path.outline').length")
    check(lines == 2, f"the outlines of the run's class alone: {lines}")
    for hash_ in ["", "#open=0", "#open=3", "#view=matrix", "#view=runs", "#view=parts",
                  "#view=curves", "#f.label=<img src=x onerror=window.attacked=1>"]:
        browser.open(hash_) if "parts" not in hash_ and "curves" not in hash_ else (
            browser.driver.get((WORK / "page" / "index.html").as_uri() + hash_))
        time.sleep(0.7)
        check(not browser.run("return window.attacked"), f"no text is run as a script {hash_}")
    entries = browser.driver.get_log("browser")
    for entry in entries:
        print(entry["message"][:300])
    check(not entries, "the console is empty")
    addresses = [entry["message"] for entry in browser.driver.get_log("performance")
                 if '"Network.requestWillBeSent"' in entry["message"]]
    outside = [message[:300] for message in addresses
               if '"url":"http' in message or '"url":"ws' in message]
    check(len(addresses) > 0 and not outside, f"no request to a network {outside[:1]}")


def test_accessibility(browser):
    for theme in ["light", "dark"]:
        for view in ["images", "scatter", "matrix", "runs", "parts", "curves"]:
            browser.driver.get("about:blank")
            browser.driver.get((WORK / "page" / "index.html").as_uri()
                               + f"#view={view}&theme={theme}")
            time.sleep(1)
            problems = accessibility_problems(browser.run)
            check(not problems, f"accessibility of {view}, {theme}: {problems[:3]}")
    browser.open("#open=5&theme=dark")
    time.sleep(1)
    problems = accessibility_problems(browser.run)
    check(not problems, f"accessibility of an open image: {problems[:3]}")


def screenshots():
    for width, height in [(1280, 900), (390, 844)]:
        browser = Browser(width, height)
        # Headless Chromium's window is never below 500 pixels wide; this sets the page's width.
        browser.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500})
        for theme in ["light", "dark"]:
            for name, hash_ in {
                "images": "", "compare": "against=1&sort=difference&", "open": "open=12&run=3&",
                "scatter": "view=scatter&x=score_1&y=score_2&", "matrix": "view=matrix&",
                "runs": "view=runs&", "parts": "view=parts&", "curves": "view=curves&",
            }.items():
                browser.driver.get("about:blank")
                browser.driver.get((WORK / "page" / "index.html").as_uri()
                                   + f"#{hash_}theme={theme}")
                time.sleep(1.2)
                wide = browser.run("return document.documentElement.scrollWidth")
                check(wide <= width, f"{name}, {theme}: no wider than {width} pixels ({wide})")
                browser.driver.save_screenshot(
                    str(WORK / "screens" / f"{name}-{theme}-{width}.png"))
        browser.driver.quit()


def main():
    for name in ["downloads", "screens"]:
        (WORK / name).mkdir(parents=True, exist_ok=True)
    if not (WORK / "page").exists():
        subprocess.run([sys.executable, HERE / "page_data.py", WORK / "page", *SIZES], check=True)
    browser = Browser(1280, 900)
    print("Chromium", browser.driver.capabilities["browserVersion"])
    for test in [test_times, test_sort_and_filter, test_brush, test_confusion, test_keyboard,
                 test_compare, test_export, test_safety, test_accessibility]:
        print(test.__name__)
        test(browser)
    browser.driver.quit()
    screenshots()
    print(f"{len(failures)} checks failed" if failures else "all checks passed")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
