"""Makes the pictures of the page in docs/images: some days of a team's questions, light and dark.

    python screenshots.py FOLDER OUT

FOLDER holds the binaries refrain and refrain-standin.
"""

import json
import sys
import time
from pathlib import Path

from browser import ROOT, Page, refrain, send

KILOBYTES_MAX = 200


def main():
    binaries, out = Path(sys.argv[1]).resolve(), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    questions = [json.loads(line)["question"] for line in open(ROOT / "demo/questions.jsonl", encoding="utf-8")]
    with refrain(binaries) as base:
        for question in questions + questions[:14] + questions[:9]:
            send(base, "POST", "/cache/ask", {"question": question})
        answered = send(base, "POST", "/cache/lookup", {"question": "How can I report bugs in Debian?"})
        # Each with the schemes that a document shows.
        places = {"overview": ("", (False, True)), "answers": ("#answers", (False,)),
                  "entry": (f"#entries/{answered['entry']}", (True,)),
                  "question": ("#question?q=How do I take a package off hold?", (False, True))}
        page = Page(base)
        try:
            for name, (place, schemes) in places.items():
                for dark in schemes:
                    page.look(1100, 860, dark)
                    page.open(place)
                    if name == "answers":
                        page.find(".answers li:nth-child(4) summary").click()
                    time.sleep(0.5)
                    shoot(page, out / f"page-{name}{'-dark' if dark else ''}.png")
        finally:
            page.close()


def shoot(page, path):
    page.script("document.activeElement?.blur()")
    page.driver.save_screenshot(str(path))
    kilobytes = path.stat().st_size / 1000
    print(f"{path} ({kilobytes:.0f} kB)")
    if kilobytes > KILOBYTES_MAX:
        sys.exit(f"{path} has more than {KILOBYTES_MAX} kB")


main()
