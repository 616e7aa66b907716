#!/usr/bin/env python3
"""Prints the Debian GNU/Linux FAQ as JSON lines, one question a line, for `refrain import`.

Each line is {"question", "answer", "tags"}. A question is a section whose title has a question mark; its answer is
the section's text, without the sections below it that are questions themselves. Needs the package debian-faq 11.1
(`apt-get install debian-faq`); the FAQ's copyright notice and permission are in /usr/share/doc/debian-faq/copyright.
"""

import json
import re
import sys
import textwrap
import xml.etree.ElementTree as ElementTree
from pathlib import Path

FOLDER = Path("/usr/share/doc/debian/FAQ")
# Sections of version 11.1 with a question mark in their title; four of them have an answer of one short line.
QUESTIONS = 123

BLOCKS = {"div", "p", "ul", "ol", "dl", "pre", "h1", "h2", "h3", "h4", "h5", "hr"}
# Blocks that are no part of an answer's text; a footnote is put below the answer that refers to it.
OTHERS = {"titlepage", "toc", "footnotes"}


def name(element):
    """The element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def has_class(element, value):
    return value in element.get("class", "").split()


def is_division(element, value):
    """Whether it is a block of that class; tables of contents use the same classes for their lines."""
    return name(element) == "div" and has_class(element, value)


def squeezed(text):
    return " ".join(text.split())


def inline(element):
    """The text in the element, not yet squeezed into one line."""
    return (element.text or "") + "".join(phrase(child) + (child.tail or "") for child in element)


def phrase(element):
    """The text of an element within a paragraph, with the address behind a link to another site."""
    if name(element) == "br":
        return " "
    text, address = inline(element), element.get("href")
    if has_class(element, "ulink") and squeezed(text) != address:
        return f"{squeezed(text)} ({address})"
    return text


def title(section):
    """The section's title as the FAQ numbers it: ("4.1", "On what …?")."""
    heading = next(e for e in section.iter() if has_class(e, "title") and name(e)[0] == "h")
    number, _, text = squeezed(inline(heading)).removeprefix("Chapter ").partition(". ")
    return number, text


def is_question(element):
    return is_division(element, "section") and "?" in title(element)[1]


def items(element):
    """The blocks of each item of a list."""
    if name(element) != "dl":
        for item in element:
            yield blocks(item)
        return
    term = ""
    for child in element:
        if name(child) == "dt":
            term = squeezed(inline(child))
            continue
        body = blocks(child)
        first = body.pop(0) if body and not body[0].startswith(("- ", "```")) else ""
        separator = " " if term.endswith((":", "?", ".")) else ": "
        yield [term + separator + first if first else term] + body


def listed(element):
    """A list as one block, its items in lines that begin with a dash or a number."""
    lines = []
    for index, item in enumerate(items(element), 1):
        mark = f"{index}. " if name(element) == "ol" else "- "
        indented = textwrap.indent("\n\n".join(item), " " * len(mark))
        lines.append(mark + indented[len(mark):])
    return ("\n\n" if any("\n" in line for line in lines) else "\n").join(lines)


def blocks(element):
    """The element's text as blocks: paragraphs, lists, code; text between blocks is a paragraph of its own."""
    result, run = [], [element.text or ""]

    def end_run():
        text = squeezed("".join(run))
        run.clear()
        if text:
            result.append(text)

    for child in element:
        kind = name(child)
        if kind == "table":
            raise ValueError("the FAQ has a table, which this script cannot put into text")
        if kind not in BLOCKS:
            run += [phrase(child), child.tail or ""]
            continue
        end_run()
        if is_question(child) or kind == "hr" or any(has_class(child, other) for other in OTHERS):
            pass
        elif kind == "pre":
            result.append("```\n" + textwrap.dedent("".join(child.itertext())).strip("\n").rstrip() + "\n```")
        elif kind in ("ul", "ol", "dl"):
            result.append(listed(child))
        elif is_division(child, "section"):
            result += [title(child)[1]] + blocks(child)
        else:
            result += blocks(child)
        run.append(child.tail or "")
    end_run()
    return result


def chapters(folder):
    """Each chapter's identifier and element."""
    for path in sorted(folder.glob("*.en.html")):
        for element in ElementTree.parse(path).iter():
            if is_division(element, "chapter"):
                yield path.name.removesuffix(".en.html"), element


def footnotes(chapter):
    """The chapter's footnotes by the mark that refers to them: {"[1]": "The Linux …"}."""
    notes = {}
    for element in chapter.iter():
        if is_division(element, "footnote"):
            mark, _, text = " ".join(blocks(element)).partition("] ")
            notes[mark.strip() + "]"] = text.strip()
    return notes


def tidied(answer):
    """The text without what the FAQ's own mark-up tears off a paragraph."""
    # The full stop of a sentence that ended in a block of code.
    answer = re.sub(r"(?<=```\n\n)\.(?: |\n\n)", "", answer)
    # A reference to a footnote.
    return re.sub(r"\n\n(\[\d+\])(?=\n|$)", r" \1", answer)


def entries(folder):
    """The FAQ's questions in its own order."""
    found = []
    for identifier, chapter in chapters(folder):
        number, _ = title(chapter)
        notes = footnotes(chapter)
        for section in filter(is_question, chapter.iter()):
            position, question = title(section)
            answer = tidied("\n\n".join(blocks(section)))
            used = [mark for mark in notes if mark in answer]
            answer = "\n\n".join([answer] + [f"{mark} {notes[mark]}" for mark in used])
            entry = {"question": question, "answer": answer, "tags": [f"chapter-{number}", identifier]}
            found.append(([int(part) for part in position.split(".")], entry))
    return [entry for _, entry in sorted(found, key=lambda pair: pair[0])]


def main():
    if not FOLDER.is_dir():
        sys.exit(f"extract-debian-faq: {FOLDER} is missing; install it: apt-get install debian-faq")
    found = entries(FOLDER)
    if len(found) != QUESTIONS:
        sys.exit(
            f"extract-debian-faq: {FOLDER} has {len(found)} questions instead of {QUESTIONS}; "
            "this script knows version 11.1 of debian-faq"
        )
    for entry in found:
        print(json.dumps(entry, ensure_ascii=False))


if __name__ == "__main__":
    main()
