#!/usr/bin/env python3
"""Writes Debian's own FAQ (package debian-faq) as JSON lines: question, answer, tags.

A question is a numbered section whose title carries a question mark. Its answer is the section's text: paragraphs,
lists, tables and program listings, with the text of its subsections unless these are questions themselves. A section
whose answer is only such questions has none of its own and is left out.
"""

import argparse
import html.parser
import json
import re
import sys
from pathlib import Path

FOLDER = Path("/usr/share/doc/debian/FAQ")
BLOCKS = {"p", "div", "ul", "ol", "dl", "table", "tr", "blockquote", "h2", "h3", "h4", "h5"}
VOID = {"img", "br", "hr", "meta", "link", "input", "col"}


class Section:
    def __init__(self, level):
        self.level = level
        self.title = ""
        self.blocks = []

    @property
    def is_question(self):
        return "?" in self.title

    @property
    def question(self):
        return re.sub(r"^\d+(\.\d+)*\.\s*", "", self.title)


class Chapter(html.parser.HTMLParser):
    """Reads a chapter: DocBook's HTML, one div of class "section" a section, nested."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.title = ""
        self.sections = []
        self.open = []  # sections that are open, outermost first
        self.stack = []  # (tag, class) of the open elements
        self.text = ""
        self.title_of = None  # the section, or the chapter itself, whose title is being read
        self.lists = []  # number of the last item, or None for bullets

    def handle_starttag(self, tag, attributes):
        if tag in VOID:
            if tag == "br":
                self.text += "\n"
            return
        kind = dict(attributes).get("class", "")
        self.stack.append((tag, kind))
        if tag == "div" and kind == "section":
            self.flush()
            self.open.append(Section(len(self.open)))
            self.sections.append(self.open[-1])
        elif re.fullmatch("h[1-6]", tag) and kind == "title":
            self.flush()
            self.title_of = self.open[-1] if self.open else self
            self.title_of.title = ""
        elif tag in BLOCKS or tag == "pre":
            self.flush()
        if tag in ("ul", "ol"):
            self.lists.append(0 if tag == "ol" else None)
        elif tag == "li":
            self.flush()
            if self.lists and self.lists[-1] is not None:
                self.lists[-1] += 1
                self.text = f"{self.lists[-1]}. "
            else:
                self.text = "- "
        elif tag in ("dt", "dd"):
            self.flush()
        elif tag in ("td", "th") and self.text.strip():
            self.text += " | "

    def handle_endtag(self, tag):
        if not any(open_tag == tag for open_tag, _ in self.stack):
            return
        while True:
            name, kind = self.stack.pop()
            self.close(name, kind)
            if name == tag:
                return

    def close(self, tag, kind):
        if re.fullmatch("h[1-6]", tag) and self.title_of is not None:
            self.title_of.title = " ".join(self.title_of.title.split())
            self.title_of = None
        elif tag == "pre":
            self.flush(verbatim=True)
        elif tag in BLOCKS or tag in ("li", "dt", "dd"):
            self.flush()
        if tag in ("ul", "ol"):
            self.lists.pop()
        if tag == "div" and kind == "section":
            self.open.pop()

    def handle_data(self, data):
        if self.title_of is not None:
            self.title_of.title += data
        elif self.open and not any(kind in ("navheader", "navfooter", "toc") for _, kind in self.stack):
            self.text += data

    def flush(self, verbatim=False):
        text, self.text = self.text, ""
        if self.open:
            if verbatim:
                block = "\n".join(line.rstrip() for line in text.strip("\n").split("\n"))
            elif any(tag == "pre" for tag, _ in self.stack):
                block = text
            else:
                block = re.sub(r"[ \t\n]+", " ", text).strip()
            if block.strip() and block.strip() != "-":
                self.open[-1].blocks.append(block)
            elif block.strip() == "-" or re.fullmatch(r"\d+\.", block):
                self.text = text  # an item's mark waits for its paragraph


def entries(path):
    chapter = Chapter()
    chapter.feed(path.read_text(encoding="utf-8"))
    chapter.flush()
    tag = re.sub(r"^Chapter \d+\.\s*", "", chapter.title.replace("\xa0", " ")).lower()
    for index, section in enumerate(chapter.sections):
        if not section.is_question:
            continue
        blocks = list(section.blocks)
        for inner in chapter.sections[index + 1:]:
            if inner.level <= section.level or inner.is_question:
                break
            blocks += [inner.question + ":"] + inner.blocks
        if blocks:
            yield {"question": section.question, "answer": joined(blocks), "tags": [tag]}


def joined(blocks):
    """Blocks as text: an empty line between them, none between the items of a list."""
    text = ""
    for block in blocks:
        is_item = re.match(r"(- |\d+\. )", block)
        text += ("\n" if is_item and was_item else "\n\n") if text else ""
        text += block
        was_item = is_item
    return text


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--folder", type=Path, default=FOLDER, help=f"the FAQ's folder, by default {FOLDER}")
    options.add_argument("--output", type=Path, help="the file to write; standard output otherwise")
    arguments = options.parse_args()
    chapters = sorted(path for path in arguments.folder.glob("*.en.html") if path.name != "index.en.html")
    if not chapters:
        sys.exit(f"extract-debian-faq: no FAQ in {arguments.folder}; install it: apt-get install debian-faq")
    found = [entry for path in chapters for entry in entries(path)]
    if not found:
        sys.exit(f"extract-debian-faq: the pages in {arguments.folder} have no questions; is it debian-faq 11.1?")
    lines = "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in found)
    if arguments.output:
        arguments.output.write_text(lines, encoding="utf-8")
    else:
        sys.stdout.write(lines)


if __name__ == "__main__":
    main()
