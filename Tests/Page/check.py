"""Uses the page at / as a person would, in a headless Chromium: what is asked, seen, changed and taken back.

    python check.py FOLDER [--short] [NAME...]

FOLDER holds the binaries refrain and refrain-standin. Without a NAME every check is made; --short makes those that need
seconds. Each ends with a clean console and no request to another address. Exit 1 when one failed.
"""

import hashlib
import sys
import time
import traceback
from pathlib import Path

from browser import Keys, Page, refrain, send

ON_HOLD = "How do I put a package on hold?"
OFF_HOLD = "How do I take a package off hold?"
HOSTILE = "<script>window.hurt = 1</script><img src=x onerror='window.hurt = 2'>"
EXPERIMENT = {"sticky": "session", "quality": "verdict", "quality_floor": 0.85, "variants": {
    "careful": {"error_target": 0.002}, "uncached": {"serve_from_cache": False}}}
PLACES = ["", "#overview?days=7", "#answers", "#entries", "#entries/1", f"#question?q={OFF_HOLD}"]

# Text whose contrast is below WCAG's AA: 4.5, or 3 for large text.
FAINT = """
const parsed = (text) => { const parts = text.match(/[\\d.]+/g).map(Number); return parts.length > 3 ? parts : [...parts, 1]; };
const luminance = ([r, g, b]) => { const [x, y, z] = [r, g, b].map((v) => (v /= 255, v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)); return 0.2126 * x + 0.7152 * y + 0.0722 * z; };
const below = (element) => { for (let e = element; e; e = e.parentElement) { const c = parsed(getComputedStyle(e).backgroundColor); if (c[3] === 1) return c; } return [255, 255, 255, 1]; };
const found = [];
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const element = walker.currentNode.parentElement;
  if (!walker.currentNode.data.trim() || !element.checkVisibility() || element.closest(".hidden, .skip, noscript, option")) continue;
  const style = getComputedStyle(element);
  const front = parsed(element instanceof SVGElement ? style.fill : style.color);
  const [a, b] = [luminance(front), luminance(below(element))];
  const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  const size = parseFloat(style.fontSize);
  const least = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
  if (ratio < least) found.push(`${walker.currentNode.data.trim().slice(0, 40)}: ${ratio.toFixed(2)}`);
}
return found;
"""


def asks_and_sees_why(page):
    page.open("#question")
    page.type("textarea[name=question]", OFF_HOLD)
    page.press("Show the decision")
    page.reads("The cheap model would be asked.", "would be asked about", ON_HOLD, "antonym", "probability")
    marks = [mark.text for mark in page.driver.find_elements("css selector", ".pair mark")]
    assert "on" in marks and "off" in marks, f"the differing words are not marked: {marks}"
    before = send(page.base, "GET", "/cache/stats")
    page.driver.find_element("css selector", ".conclusion button").click()
    page.reads("Nothing stored answers it.", "The cheap model said: different")
    after = send(page.base, "GET", "/cache/stats")
    assert before["requests"] == after["requests"], "an explanation was counted as a request"
    page.type("textarea[name=question]", "how do i put a package on hold")
    page.press("Show the decision")
    page.reads("The same words as a stored question.", "This wording is known")
    page.press("Ask it")
    page.reads("Saved", "Entry ")
    # What was asked is among the latest answers, and says why.
    page.open("#answers")
    page.reads("how do i put a package on hold")
    page.find(".answers summary").click()
    page.reads("The same words as a stored question.", "Stored question", "/cache/ask")
    page.press("Good")
    page.reads("Marked good.")


def shows_new_answers_by_itself(page):
    page.open("#answers")
    send(page.base, "POST", "/cache/lookup", {"question": "Is this one shown by itself?"})
    page.reads("Is this one shown by itself?")


def finds_by_words_and_by_meaning(page):
    page.open("#entries")
    page.type("input[name=text]", "ON HOLD")
    page.press("Search")
    page.reads(ON_HOLD)
    page.until(lambda: len(page.driver.find_elements("css selector", ".entries li")) < 10, "few entries are found")
    page.open("#entries")
    page.type("input[name=text]", "putting programs on hold")
    page.script("document.querySelector('[value=meaning]').click()")
    page.press("Search")
    page.reads("similarity", ON_HOLD)
    page.type("input[name=text]", "zzz nothing has this")
    page.script("document.querySelector('[value=words]').click()")
    page.press("Search")
    page.reads("Nothing was found.")
    page.open("#entries")
    page.press("More")
    page.until(lambda: len(page.driver.find_elements("css selector", ".entries li")) > 50, "there is a second page")


def changes_and_takes_back(page):
    id = send(page.base, "POST", "/cache/entries", {"question": "What is to be changed?", "answer": "First.", "tags": ["old"]})["entry"]
    read = lambda: send(page.base, "GET", f"/cache/entries/{id}")
    page.open(f"#entries/{id}")
    page.type("textarea[name=answer]", "Second.\nIn two lines.")
    page.type("input[name=tags]", "new, other")
    page.type("input[name=ttl]", "30d")
    page.press("Save")
    page.reads("Saved.", "until ")
    entry = read()
    assert (entry["answer"], entry["tags"]) == ("Second.\nIn two lines.", ["new", "other"]), entry
    assert 29 * 86_400 < entry["ttl_seconds"] <= 30 * 86_400, entry
    page.press("Undo")
    page.reads("Taken back.", "for ever")
    entry = read()
    assert (entry["answer"], entry["tags"], entry["ttl_seconds"]) == ("First.", ["old"], None), entry
    page.type("input[name=ttl]", "soon")
    page.press("Save")
    page.reads('"soon" is no length of time')

    page.press("Mark bad")
    page.reads("never, but to its own words", "Marked bad")
    page.press("Undo")
    page.reads("as the judge decides")
    assert read()["feedback"] == [] and read()["boundary"] is None, read()

    page.press("Forget")
    page.reads(f"Entry {id} is forgotten.")
    assert send(page.base, "POST", "/cache/lookup", {"question": "What is to be changed?"})["outcome"] == "miss"
    page.press("Undo")
    page.reads("Taken back.", "What is to be changed?")
    assert send(page.base, "POST", "/cache/lookup", {"question": "What is to be changed?"})["answer"] == "First."


def shows_aliases_and_refusals(page):
    answered = send(page.base, "POST", "/cache/ask", {"question": "How can I report bugs in Debian?"})
    assert answered["outcome"] == "confirmed", answered
    page.open(f"#entries/{answered['entry']}")
    page.reads("Wordings that lead here", "How can I report bugs in Debian?")
    refused = send(page.base, "POST", "/cache/lookup", {"question": OFF_HOLD, "k": 1})
    assert refused["receipt"]["verdict"] == "different", refused
    page.open(f"#entries/{refused['candidates'][0]['entry']}")
    page.reads("Wordings that were refused", OFF_HOLD)


def runs_no_stored_script(page):
    stored = send(page.base, "POST", "/cache/entries", {
        "question": f"What of {HOSTILE} here?", "answer": f"</textarea>{HOSTILE}", "tags": ["<b>bold</b>"], "scope": f'"><svg onload="window.hurt=3">'})
    send(page.base, "POST", "/cache/lookup", {"question": f"What of {HOSTILE} here?", "scope": '"><svg onload="window.hurt=3">'})
    send(page.base, "POST", "/cache/ask", {"question": f"And {HOSTILE}?"})
    for place in ("#entries", f"#entries/{stored['entry']}", "#answers", "#overview"):
        page.open(place)
        if place != "#overview":
            page.reads("window.hurt = 1")
        for summary in page.driver.find_elements("css selector", "summary"):
            summary.click()
    page.open("#question")
    page.type("textarea[name=question]", f"And what of {HOSTILE} here?")
    page.press("Ask it")
    page.until(lambda: page.driver.find_elements("css selector", ".answer-text"), "it is answered")
    page.press("Show the decision")
    page.until(lambda: page.driver.find_elements("css selector", ".steps"), "it is explained")
    time.sleep(0.3)
    assert page.script("return window.hurt") is None, "a stored script has run"
    assert page.script("return document.querySelectorAll('main img, main script, main b').length") == 0
    made = page.script("try { document.body.insertAdjacentHTML('beforeend', '<img>'); return 'made' } catch { return 'refused' }")
    assert made == "refused", "text can become markup"
    page.driver.get_log("browser")  # The refusal is told there.


def goes_by_keys_alone(page):
    page.open()
    page.keys(Keys.TAB)
    assert "Skip" in page.focused(), page.focused()
    page.keys("4")
    page.until(lambda: page.focused() == "question", "the question has the focus")
    page.keys(OFF_HOLD)
    page.chord(Keys.CONTROL, Keys.ENTER)
    page.reads("The cheap model would be asked.")

    def tab_to(text):
        for _ in range(80):
            if page.focused().strip() == text:
                return
            page.keys(Keys.TAB)
        raise AssertionError(f"no way to {text!r} by the tab key")

    tab_to(ON_HOLD)
    page.keys(Keys.ENTER)
    page.reads("Wordings that lead here")
    tab_to("Forget")
    page.keys(Keys.ENTER)
    page.reads("is forgotten.")
    page.keys("u")
    page.reads("Taken back.", ON_HOLD)
    page.keys("3")
    page.until(lambda: page.driver.find_elements("css selector", ".entries li"), "entries are listed")
    page.keys("/")
    page.until(lambda: page.focused() == "text", "the search has the focus")
    page.keys("debsums", Keys.ENTER)
    page.until(lambda: "text=debsums" in page.driver.current_url, "it is searched for")
    page.keys("2")
    page.until(lambda: page.driver.title.startswith("Answers"), "the answers are shown")
    page.until(lambda: page.driver.find_elements("css selector", ".answers summary"), "the answers are listed")
    tab_to(page.script("return document.querySelector('.answers summary').innerText").strip())
    page.keys(Keys.ENTER)
    page.reads("Decide it again")
    ring = page.script("return getComputedStyle(document.activeElement).outlineStyle")
    assert ring != "none", "the focus is not to be seen"


def fits_a_phone(page):
    long = "x" * 300
    id = send(page.base, "POST", "/cache/entries", {"question": f"Long {long}?", "answer": long * 3, "tags": [long[:100]]})["entry"]
    send(page.base, "POST", "/cache/lookup", {"question": f"Long {long}?"})
    for width in (320, 390):
        page.look(width, 800)
        for place in [*PLACES, f"#entries/{id}", f"#question?q=Long {long}"]:
            page.open(place)
            time.sleep(0.3)
            wide, window = page.script("return [document.documentElement.scrollWidth, window.innerWidth]")
            assert wide <= width and window == width, f"{place[:30]} is {wide} wide on {width} (window {window})"
            for summary in page.driver.find_elements("css selector", ".answers summary")[:2]:
                summary.click()
            wide = page.script("return document.documentElement.scrollWidth")
            assert wide <= width, f"{place[:30]} is {wide} wide on {width} with details"
    send(page.base, "DELETE", f"/cache/entries/{id}")


def can_be_read(page):
    for dark in (False, True):
        page.look(1180, dark=dark)
        for place in PLACES:
            page.open(place)
            page.script("for (const details of document.querySelectorAll('details')) details.open = true")
            time.sleep(0.2)
            faint = page.script(FAINT)
            assert not faint, f"{place} {'dark' if dark else 'light'}: {faint[:5]}"
    unnamed = page.script("return [...document.querySelectorAll('input, textarea, select, button')].filter((e) => !e.labels?.length && !e.innerText && !e.ariaLabel).length")
    assert unnamed == 0, "a field has no name"


def shows_what_was_saved(page):
    page.open("#overview")
    page.reads("Saved", "Answered from the cache", "Waiting spared", "Hit rate", "Latency per stage", "Confirmations", "95 % interval", "Cost by model", "gpt-5-mini", "Cost by plan")
    # Numbers with units, and none that is no number.
    text = page.text
    assert "$" in text and " ms" in text and " %" in text and not any(word in text for word in ("NaN", "undefined", "null", "Infinity")), text
    report = send(page.base, "GET", "/report?since_seconds=2592000")["total"]
    hits = sum(report[kind] for kind in ("exact", "alias", "judged", "confirmed"))
    page.reads(f"of {report['requests']} requests")
    assert hits > 0 and str(hits) in text and report["saved_seconds"] is not None, report
    for label in page.driver.find_elements("css selector", ".choices label"):
        label.click()
        page.find(".chart .value")
    page.find(".bar-of-chart:last-child").send_keys("")
    page.script("document.querySelector('.bar-of-chart:last-child').focus()")
    page.until(lambda: page.find(".caption").text.strip(), "the chart says what a bar is")
    page.find("select").send_keys("7 days")
    page.until(lambda: "days=7" in page.driver.current_url, "another time is shown")


def shows_experiments(page):
    for number in range(12):
        send(page.base, "POST", "/cache/ask", {"question": ON_HOLD}, {"Refrain-Label": f"session=s{number}"})
        send(page.base, "POST", "/cache/feedback", {"label": f"session=s{number}", "verdict": "good"})
    page.open("#overview")
    page.reads("Experiment answers", "careful", "uncached", "not decided yet", "85 % by verdict")


def asks_for_a_token(binaries):
    token = "a-token-of-the-check"
    with refrain(binaries, faq=False, tokens=hashlib.sha256(token.encode()).hexdigest() + " team\n") as base:
        page = Page(base)
        try:
            page.driver.get(base + "/")
            page.reads("This server asks for a token", "tokens_file")
            page.type("input[name=token]", "another")
            page.press("Use it")
            page.reads("The server does not know this token.")
            page.type("input[name=token]", token)
            page.find("input[name=token]").send_keys(Keys.ENTER)
            page.reads("Hit rate", "0 entries")
            assert page.script("return sessionStorage.length + localStorage.length + document.cookie.length") == 1
            page.driver.refresh()
            page.reads("Hit rate", "0 entries")
            page.driver.execute_script("sessionStorage.clear()")
            page.driver.refresh()
            page.press("Cancel")
            page.reads("no API key was given")
            outside = [url for url in page.requests() if not url.startswith((base + "/", "data:"))]
            assert not outside, outside
        finally:
            page.close()


SHORT = [asks_and_sees_why, changes_and_takes_back, runs_no_stored_script, goes_by_keys_alone]
CHECKS = SHORT + [shows_new_answers_by_itself, finds_by_words_and_by_meaning, shows_aliases_and_refusals, fits_a_phone,
                  can_be_read, shows_what_was_saved, shows_experiments]


def made(check, page):
    try:
        page.look(1180)
        check(page)
        complaints = page.complaints()
        assert not complaints, f"the console: {complaints}"
        outside = [url for url in page.requests() if not url.startswith((page.base + "/", "about:", "data:"))]
        assert not outside, f"asked elsewhere: {outside}"
        return True
    except Exception:
        traceback.print_exc()
        page.driver.save_screenshot(f"/tmp/refrain-page-{check.__name__}.png")
        print(f"what it looked like: /tmp/refrain-page-{check.__name__}.png", flush=True)
        page.complaints(), page.requests()
        return False


def main():
    binaries = Path(sys.argv[1]).resolve()
    names = [argument for argument in sys.argv[2:] if not argument.startswith("--")]
    checks = [check for check in (SHORT if "--short" in sys.argv else CHECKS) if not names or check.__name__ in names]
    failed = []
    with refrain(binaries, settings={"experiments": {"answers": EXPERIMENT}}) as base:
        for question in (ON_HOLD, "How can I report bugs?", "What is the latest version of Debian 10?", "Why is the sky blue?"):
            send(base, "POST", "/cache/ask", {"question": question})
        page = Page(base)
        try:
            for check in checks:
                begin = time.monotonic()
                is_made = made(check, page)
                print(f"{'ok  ' if is_made else 'FAIL'} {check.__name__} ({time.monotonic() - begin:.1f} s)", flush=True)
                if not is_made:
                    failed.append(check.__name__)
        finally:
            page.close()
    if "--short" not in sys.argv and (not names or "asks_for_a_token" in names):
        try:
            asks_for_a_token(binaries)
            print("ok   asks_for_a_token")
        except Exception:
            traceback.print_exc()
            failed.append("asks_for_a_token")
    if failed:
        sys.exit(f"page: {len(failed)} failed: {', '.join(failed)}")
    print(f"page: {len(checks)} ways of using it, as they should be")


main()
