"""Asks the five questions of the Shared Interest article of a page, in headless Chromium.

    python five_questions.py PAGE MARKED UNMARKED UNBIASED

PAGE is the folder that `plumbline view MARKED UNMARKED UNBIASED` wrote, as the article "Look at
results" of the documentation says. For each question, the cards of its address are compared with
what h5py reads from the results files. Prints the numbers; ends with 1 where they differ.
"""

import shutil
import sys
import time
from pathlib import Path

import h5py
from selenium import webdriver

# The addresses of the article.
QUESTIONS = [
    ("right for the wrong reason: the context",
     "#f.correct=right&f.shared_interest_case=sufficient_context"),
    ("a part of the object is enough", "#run=2&f.shared_interest_case=sufficient_subset"),
    ("another object", "#run=1&f.correct=wrong&f.shared_interest_case=distractor"),
    ("the lesion is not used",
     "#r.shared_interest_ground_truth_coverage=~0.1&f.label=Cardiomegaly"
     "&score=shared_interest_ground_truth_coverage&descending=no"),
    ("tools in the frame",
     "#f.label=Cardiomegaly&against=1&score=probability&sort=difference&r.probability=0.5~"),
]


def text(value):
    return value.decode() if isinstance(value, bytes) else value


class Run:
    """A results file with one run."""

    def __init__(self, path):
        with h5py.File(path) as file:
            images, scores = file["images"][:], file["scores"][:]
        self.probability = {text(row["image"]): float(row["probability"]) for row in images}
        self.positive = {text(row["image"]) for row in images if row["label"] == 1}
        self.case, self.values = {}, {}
        for row in scores:
            name, metric = text(row["image"]), text(row["metric"])
            if metric == "shared_interest_case":
                if row["value"] == 1:
                    self.case[name] = text(row["part"])
            elif row["value"] == row["value"]:
                self.values[metric, name] = float(row["value"])

    def right(self, name):
        return (self.probability[name] >= 0.5) == (name in self.positive)


def expected(marked, unmarked, unbiased):
    names = marked.probability
    coverage = "shared_interest_ground_truth_coverage"
    return [
        {n for n in names if marked.right(n) and marked.case.get(n) == "sufficient_context"},
        {n for n in names if unbiased.case.get(n) == "sufficient_subset"},
        {n for n in names if not unmarked.right(n) and unmarked.case.get(n) == "distractor"},
        {n for n in marked.positive if marked.values.get((coverage, n), 1) <= 0.1},
        {n for n in marked.positive if marked.probability[n] >= 0.5},
    ]


def browser():
    options = webdriver.ChromeOptions()
    for argument in ["--headless=new", "--no-sandbox", "--disable-gpu",
                     "--disable-dev-shm-usage", "--window-size=1280,800"]:
        options.add_argument(argument)
    driver = shutil.which("chromedriver") or "/usr/bin/chromedriver"
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))


def shown(driver, page, address):
    driver.get("about:blank")
    driver.get((page / "index.html").resolve().as_uri() + address)
    for _ in range(150):
        if driver.execute_script(
                "return !!document.querySelector('#grid .card') && !!PL.result.failures"):
            break
        time.sleep(0.1)
    return driver.execute_script(
        "return Array.from(PL.result.order).map((i) => PL.data.index.images.names[i])")


def main():
    page = Path(sys.argv[1])
    runs = [Run(path) for path in sys.argv[2:5]]
    driver = browser()
    failed = False
    try:
        for (question, address), names in zip(QUESTIONS, expected(*runs)):
            cards = shown(driver, page, address)
            is_right = set(cards) == names and len(cards) == len(names) and names
            failed = failed or not is_right
            print(f"{'ok' if is_right else 'FAILED'}: {question}: {len(cards)} cards, "
                  f"{len(names)} in the files: {address}")
            picture = Path(sys.argv[5]) if len(sys.argv) > 5 else None
            if picture:
                time.sleep(1)
                driver.save_screenshot(str(picture / f"{question.split(':')[0]}.png"))
    finally:
        driver.quit()
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
